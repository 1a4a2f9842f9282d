"""Waits until the cursor rests: a held key does not wait for the detail pane."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from textual.timer import Timer

_REST = 0.03
"""Seconds."""


class Resting:
    """Does something when nothing has happened for a moment."""

    def __init__(self, host: Widget, do: Callable[[], None]) -> None:
        """Wait for nothing yet; `host` is the widget whose timers are used."""
        self._host = host
        self._do = do
        self._timer: Timer | None = None

    @property
    def is_due(self) -> bool:
        """Whether there is something left to do."""
        return self._timer is not None

    def rest(self) -> None:
        """Begin to wait, anew if it was waiting."""
        if self._timer:
            self._timer.stop()
        self._timer = self._host.set_timer(_REST, self._now)

    def _now(self) -> None:
        self._timer = None
        self._do()
