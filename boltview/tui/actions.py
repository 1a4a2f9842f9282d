"""What the screen itself does: each group of keys brings a table of its actions."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from boltview.browse.chords import Action

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

Do = Callable[["MainScreen", Action], object]
"""Carries an action out on the screen."""


def joined(*tables: Mapping[str, Do]) -> dict[str, Do]:
    """Return one table of all; an action that two of them claim is a mistake of the program."""
    found: dict[str, Do] = {}
    for table in tables:
        twice = found.keys() & table.keys()
        if twice:
            raise ValueError(f"two tables carry out {', '.join(sorted(twice))}")
        found |= table
    return found
