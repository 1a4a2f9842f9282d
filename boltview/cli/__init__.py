"""Floor 5, the command line: one module a command group; each parses, calls and prints."""
