"""Whether bytes stand anywhere in a file: chunk by chunk, as fast as it can be read.

Keys and values lie in one piece, so what is nowhere in the file is in none of them. No tree is
read, and no damage can hide anything.
"""

from collections.abc import Iterator, Sequence

from boltview.bolt.source import Source

CHUNK = 1 << 18
"""Bytes looked at together: small enough to stay in a processor's cache."""


def offsets(
    source: Source, needles: Sequence[bytes], start: int, stop: int, *, is_folded: bool = False
) -> Iterator[int | None]:
    """Yield for each chunk where the first needle in it begins, None where there is none.

    A needle that lies across the border of two chunks belongs to the one that it begins in.

    Args:
        source: the bytes.
        needles: what is looked for.
        start: the first byte looked at.
        stop: the first byte that no needle may reach.
        is_folded: whether ASCII letters match in either case; the needles are in small ones then.

    Raises:
        UnreadableFile: the device failed to deliver the bytes.
    """
    overlap = max(map(len, needles)) - 1
    for offset in range(start, stop, CHUNK):
        raw = source.read(offset, min(CHUNK + overlap, stop - offset))
        if is_folded:
            raw = raw.lower()
        found = [at for needle in needles if (at := raw.find(needle)) >= 0]
        yield offset + min(found) if found else None
