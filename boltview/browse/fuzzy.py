"""How well a text matches what somebody types of it, and the order that follows from it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

WHOLE, BEGINNING, WORD, WITHIN, SCATTERED, NONE = range(6)
"""The text itself; its beginning; the beginning of one of its words; a part of it; its characters
in their order, with others between; nothing of it."""

_BREAKS = str.maketrans(dict.fromkeys("-_./: ", " "))


def grade(typed: str, text: str) -> int:
    """Say how well what was typed matches a text, in any case: `WHOLE` is best, `NONE` no match."""
    typed, text = typed.lower(), text.lower()
    if typed == text:
        return WHOLE
    if text.startswith(typed):
        return BEGINNING
    if typed in text:
        words = f" {text.translate(_BREAKS)}"
        return WORD if f" {typed.translate(_BREAKS)}" in words else WITHIN
    characters = iter(text)
    return SCATTERED if all(character in characters for character in typed) else NONE


def ranked(items: Iterable[T], grade_of: Callable[[T], int]) -> list[T]:
    """Return what matches, the best first; what matches equally well in the order given."""
    graded = [(grade_of(item), item) for item in items]
    return [item for found, item in sorted(graded, key=lambda pair: pair[0]) if found != NONE]
