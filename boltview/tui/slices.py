"""Work on the screen's own thread, in slices so short that nobody notices."""

from collections.abc import Callable
from time import monotonic
from typing import Protocol

from textual.widget import Widget

from boltview.browse.change import Change

_SLICE = 0.008
"""Seconds of work between two looks at the keyboard."""
_STEPS = 100
"""Rows looked at between two looks at the clock."""


class Machine(Protocol):
    """What works in steps."""

    @property
    def is_busy(self) -> bool:
        """Whether `work` has something to do."""

    def work(self, steps: int) -> Change:
        """Go on for so many rows."""


def work_a_slice(machine: Machine) -> Change:
    """Let a machine work as long as nobody notices."""
    end = monotonic() + _SLICE
    change = machine.work(_STEPS)
    while machine.is_busy and monotonic() < end:
        more = machine.work(_STEPS)
        message = more.message or change.message
        change = Change(change.rows or more.rows, change.view or more.view, message)
    return change


class Slices:
    """Takes turns with the keyboard as long as there is work."""

    def __init__(self, host: Widget, is_busy: Callable[[], bool], turn: Callable[[], None]) -> None:
        """Do nothing yet.

        Args:
            host: the widget whose timers are used.
            is_busy: whether there is work.
            turn: works for a slice, and paints.
        """
        self._host = host
        self._is_busy = is_busy
        self._turn = turn
        self._is_on = False

    def go_on(self) -> None:
        """Take a turn, and further ones while there is work; nothing if that goes on already."""
        if self._is_on:
            return
        self._is_on = True
        self._turn()
        if self._is_busy():
            self._host.set_timer(0.001, self._again)
        else:
            self._is_on = False

    def _again(self) -> None:
        self._is_on = False
        self.go_on()
