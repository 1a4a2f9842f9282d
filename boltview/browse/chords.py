"""From keys to actions: single keys, and chords of two keys (`zt`)."""

from collections.abc import Iterable
from typing import NamedTuple

from boltview.browse.keys import BINDINGS, Binding, key_text


class Action(NamedTuple):
    """What to do, and where."""

    id: str
    number: int = 0
    """A row or a tab, for an action that the mouse or a prompt asks for."""


class Chords:
    """The keys typed so far that do not make an action yet."""

    __slots__ = ("_chords", "_prefix")

    def __init__(self, bindings: Iterable[Binding] = BINDINGS) -> None:
        """Know the keys of `bindings`."""
        self._chords = {key: binding for binding in bindings for key in binding.keys}
        self._prefix = ""

    @property
    def pending(self) -> str:
        """What has been typed, for the status line: `z`."""
        return key_text(self._prefix) if self._prefix else ""

    @property
    def continuations(self) -> list[tuple[str, str]]:
        """The keys that would complete the chord, and what each adds."""
        start = f"{self._prefix} "
        return [
            (key[len(start) :], binding.word or binding.help)
            for key, binding in self._chords.items()
            if self._prefix and key.startswith(start)
        ]

    def press(self, key: str) -> Action | None:
        """Take one key; return the action that it completes, if it does."""
        whole = f"{self._prefix} {key}" if self._prefix else key
        binding = self._chords.get(whole)
        if binding:
            action = Action(binding.action)
            self.clear()
            return action
        if not self._prefix and any(chord.startswith(f"{key} ") for chord in self._chords):
            self._prefix = key
            return None
        was_pending = bool(self.pending)
        self.clear()
        # Escape out of a half-typed chord does that and nothing else; so does a key that is none.
        return Action("nothing") if was_pending else None

    def clear(self) -> None:
        """Forget what has been typed."""
        self._prefix = ""
