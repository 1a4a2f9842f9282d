"""A small file with one of everything, and the place of every page in it, to be damaged."""

import struct
from typing import Final, NamedTuple

from tests.bolt.build import Image, Item
from tests.bolt.reading import Path

PAGE_SIZE: Final = 512


class Sample(NamedTuple):
    """A file and what is in it."""

    data: bytearray
    content: dict[Path, bytes]
    pages: dict[str, int]
    """Page numbers: root, deep, within, long, freelist, top, b0..b2 (branches), l0..l8 (leaves)."""

    def offset(self, page: str) -> int:
        return self.pages[page] * PAGE_SIZE

    def entry(self, page: str, index: int) -> int:
        """Return the file offset of an entry of a page's element table."""
        return self.offset(page) + 16 + 16 * index

    def get(self, offset: int, form: str) -> int:
        number: int = struct.unpack_from("<" + form, self.data, offset)[0]
        return number

    def put(self, offset: int, form: str, value: int) -> None:
        struct.pack_into("<" + form, self.data, offset, value)

    def add(self, offset: int, form: str, delta: int) -> None:
        self.put(offset, form, self.get(offset, form) + delta)

    def keys(self, *leaves: str) -> set[Path]:
        """Return the paths of the records in some of the leaves l0..l8."""
        first = [3 * int(leaf[1:]) for leaf in leaves]
        return {(b"tree", key(n + i)) for n in first for i in range(3)}

    def below(self, *path: bytes) -> set[Path]:
        return {other for other in self.content if other[: len(path)] == path}


def key(number: int) -> bytes:
    return b"key-%02d" % number


def value(number: int) -> bytes:
    return b"value %02d " % number + b"." * number


def sample() -> Sample:
    """Compose the file: a root leaf with the buckets deep, inline, long and tree.

    tree has three levels (top, b0..b2, l0..l8) of three elements a page; deep holds a pair and the
    bucket within; inline lies within the root leaf; long has a value of several pages.
    """
    image = Image(PAGE_SIZE)
    pages = {}
    for n in range(9):
        items = [Item(key(3 * n + i), value(3 * n + i)) for i in range(3)]
        pages[f"l{n}"] = image.leaf(*items)
    for n in range(3):
        children = [(key(9 * n + 3 * i), pages[f"l{3 * n + i}"]) for i in range(3)]
        pages[f"b{n}"] = image.branch(*children)
    pages["top"] = image.branch(*((key(9 * n), pages[f"b{n}"]) for n in range(3)))
    pages["within"] = image.leaf((b"one", b"1"), (b"two", b"22"))
    pages["deep"] = image.leaf(
        Item(b"pair", b"a plain value"), image.bucket(b"within", pages["within"], 5)
    )
    pages["long"] = image.leaf((b"a", b"before"), (b"b", b"long " * 400), (b"c", b"behind"))
    pages["freelist"] = image.freelist([])
    pages["root"] = image.leaf(
        image.bucket(b"deep", pages["deep"]),
        image.inline(b"inline", (b"x", b"ex"), (b"y", b""), (b"z", b"zed"), sequence=9),
        image.bucket(b"long", pages["long"]),
        image.bucket(b"tree", pages["top"], 27),
    )
    content: dict[Path, bytes] = {(b"tree", key(n)): value(n) for n in range(27)}
    content |= {
        (b"deep", b"pair"): b"a plain value",
        (b"deep", b"within", b"one"): b"1",
        (b"deep", b"within", b"two"): b"22",
        (b"inline", b"x"): b"ex",
        (b"inline", b"y"): b"",
        (b"inline", b"z"): b"zed",
        (b"long", b"a"): b"before",
        (b"long", b"b"): b"long " * 400,
        (b"long", b"c"): b"behind",
    }
    return Sample(image.finish(pages["root"], freelist=pages["freelist"]), content, pages)
