"""What the program around the browser gives it: a memory, a zone, a way to the clipboard."""

from typing import NamedTuple, Protocol

from boltview.report.memory import Memory, Stay
from boltview.report.units import Zone, utc


class Keeper(Protocol):
    """Remembers from one time to the next."""

    @property
    def memory(self) -> Memory:
        """What was remembered at the beginning."""

    def recall(self, path: str) -> Stay | None:
        """Return where somebody was in the file at `path`."""

    def keep(self, path: str, stay: Stay) -> None:
        """Remember where somebody is in it."""

    def prefer(self, theme: str, zone: str) -> None:
        """Remember a theme and a zone."""


CLIPBOARDS = ("auto", "osc52", "tmux", "off")
"""By tmux's own command inside of tmux, else by OSC 52; one of these alone; not at all."""


class Settings(NamedTuple):
    """What the browser is begun with."""

    keeper: Keeper | None = None
    """Remembers; None for nobody."""
    local: Zone = utc
    """The zone that times are shown in instead of UTC."""
    is_local: bool | None = None
    """Whether the user asked for it, or against it; None for neither."""
    clipboard: str = "auto"
    """One of `CLIPBOARDS`: how what is copied gets to the clipboard."""
    is_page: bool = False
    """Whether a web page shows it, which writes no file and has no terminal to lend."""


NO_SETTINGS = Settings()
