"""What a whole-file walk found wrong, handed to where a command's damage is listed at its end."""

from collections.abc import Iterable

from boltview.bolt.errors import Damage
from boltview.bolt.finding import ERROR, Finding
from boltview.report.opened import Opened


def note_faults(opened: Opened, faults: Iterable[Finding]) -> None:
    """Add errors to the damage that `finish` lists; `check` tells the rest."""
    for fault in faults:
        if fault.severity == ERROR:
            damage = Damage(fault.code, fault.page, fault.offset, fault.what)
            opened.reading.revision.note(damage)
