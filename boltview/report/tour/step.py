"""One step of the tour, and which bytes it shows."""

from collections.abc import Sequence
from typing import NamedTuple

from boltview.bolt.parts import Part, Run

MOST_BYTES = 256
"""Bytes that a step shows."""
_A_PART = 48
"""Bytes of a long part that are shown before the next one."""

Path = tuple[bytes, ...]


class Step(NamedTuple):
    """One thing to learn, and where to see it."""

    title: str
    text: tuple[str, ...]
    """Paragraphs; what comes from the file is escaped."""
    path: Path
    """Place in the tree."""
    shown: tuple[Run, ...] = ()
    """Bytes of the file to show, in its order."""
    marked: tuple[Part, ...] = ()
    """The parts of them that the text is about, in the order of the file."""


def short(part: Part) -> Part:
    """Cut a long part to its first bytes, and say so."""
    if part.length <= _A_PART:
        return part
    whole = f"{part.meaning} (the first {_A_PART} of {part.length:,} bytes)"
    return part._replace(length=_A_PART, meaning=whole)


def runs_of(parts: Sequence[Part]) -> tuple[Run, ...]:
    """Return the bytes of parts, those that touch as one run, and no more than fit a screen."""
    found: list[Run] = []
    left = MOST_BYTES
    for part in sorted(part for part in parts if part.length):
        start, end = part.offset, part.offset + part.length
        last = found[-1] if found else None
        if last and start <= last.offset + last.length:
            grown = max(0, min(end - last.offset - last.length, left))
            found[-1] = Run(last.offset, last.length + grown)
            left -= grown
        elif left:
            found.append(Run(start, min(end - start, left)))
            left -= found[-1].length
    return tuple(found)


def seen(parts: Sequence[Part], shown: Sequence[Run]) -> tuple[Part, ...]:
    """Return the parts that begin in bytes that are shown."""
    return tuple(
        part
        for part in parts
        if any(run.offset <= part.offset < run.offset + run.length for run in shown)
    )
