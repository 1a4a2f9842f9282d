"""Floor 4, presentation: pure functions from entries and values to rows, lines and JSON.

Nothing here prints, and nothing reads the clock, the environment or the terminal.
"""
