"""Exit codes: one contract for every command."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the end of a command says."""

    OK = 0
    """Done, nothing to report."""
    FINDINGS = 1
    """Findings, differences, no match, no such key or revision; as grep and diff do."""
    USAGE = 2
    """Wrong usage."""
    UNREADABLE = 3
    """Cannot be read: missing, no permission, not a bolt file. Or the output cannot be written."""
    INCOMPLETE = 4
    """Damage was met: what was readable is printed, the damage is listed."""
    NO_COPY = 5
    """No consistent copy of a live file could be taken."""
    INTERRUPTED = 130
    """Ctrl-C; what had been printed by then stands."""
