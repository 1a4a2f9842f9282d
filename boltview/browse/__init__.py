"""Floor 4, the browser without a terminal: rows, cursor, search and history as a state machine."""
