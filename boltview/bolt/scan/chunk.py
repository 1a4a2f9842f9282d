"""Some thousand pages judged at once, by the rules of `boltview/bolt/sound.py`, with NumPy."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from boltview.bolt.format import (
    BRANCH_PAGE,
    BUCKET_ELEMENT,
    BUCKET_SIZE,
    ELEMENT_SIZE,
    HEADER_SIZE,
    LEAF_PAGE,
)
from boltview.bolt.scan.columns import Inlines, Links, Pages
from boltview.bolt.sound import MAX_INLINE_SHARE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from boltview.bolt.scan.columns import Bools, Ints

    Bytes = NDArray[np.uint8]

PADDING = 32
"""Bytes behind the pages, so that a word read at their end lies within the buffer."""
LARGEST_BLOCK = 1 << 20
"""Bytes of a page with its overflow pages; a larger one is left to the walk."""
_WORD = 8
_KEY_WORDS = 128
"""Words of two keys that are compared; longer common beginnings are left to the walk."""


class Table(NamedTuple):
    """The elements of several pages; offsets are those of the buffer."""

    row: "Ints"
    """Which page each belongs to."""
    flags: "Ints"
    key: "Ints"
    key_size: "Ints"
    value_size: "Ints"
    nth: "Ints"
    """Its place among the elements of its page."""
    target: "Ints"
    used: "Ints"
    """Of each page: where its data ends, from its start."""
    is_sound: "Bools"
    """Of each page: whether all is in line and in order."""
    first: "Ints"
    """Of each page: its first element."""


class Chunk:
    """Some pages in a row, in memory."""

    def __init__(
        self, buffer: "Bytes", first: int, count: int, page_size: int, *, is_last: bool
    ) -> None:
        self._raw = buffer
        self._first = first
        self._count = count
        self._page_size = page_size
        self._is_last = is_last

    def judge(self) -> tuple[tuple[Pages, Links, Inlines], int] | None:
        """Return what is there and how many pages are done; None if it would be too much."""
        import numpy as np

        size, count = self._page_size, self._count
        heads = self._raw[: count * size].reshape(count, size)[:, :HEADER_SIZE].copy()
        number = np.arange(self._first, self._first + count)
        own = heads[:, :8].copy().view("<u8").ravel()
        flags = heads[:, 8:10].copy().view("<u2").ravel().astype(np.int64)
        elements = heads[:, 10:12].copy().view("<u2").ravel().astype(np.int64)
        overflow = heads[:, 12:16].copy().view("<u4").ravel().astype(np.int64)
        tree = (own == number.astype(np.uint64)) & ((flags == LEAF_PAGE) | (flags == BRANCH_PAGE))
        tree &= (overflow + 1) * size <= LARGEST_BLOCK
        tree &= HEADER_SIZE + elements * ELEMENT_SIZE <= (overflow + 1) * size
        tree &= (elements > 0) | (flags == LEAF_PAGE)
        done = count
        beyond = np.flatnonzero(tree & (np.arange(count) + overflow >= count))
        if len(beyond):
            if self._is_last:
                tree[beyond] = False
            else:
                # The next chunk begins with the block that this one cuts.
                done = int(beyond[0])
                tree[done:] = False
        at = np.flatnonzero(tree)
        if elements[at].sum() * ELEMENT_SIZE > count * size:
            return None  # forged blocks overlap, and could multiply the size of the file
        start, is_leaf = at * size, flags[at] == LEAF_PAGE
        length = (overflow[at] + 1) * size
        table = self._table(start, elements[at], is_leaf, length)
        sound = table.is_sound & self._is_zero(start + table.used, start + length)
        needed = table.used // size
        sound &= (overflow[at] <= needed) & (needed <= overflow[at] + 1)
        links, inlines, row_ok = self._buckets(table, is_leaf, sound, number[at])
        sound &= row_ok
        pages = self._pages(table, number[at], is_leaf, elements[at], overflow[at], sound)
        return (pages, links, inlines), done

    def _pages(  # noqa: PLR0913, PLR0917 - the columns
        self, table: Table, number: "Ints", is_leaf: "Bools", elements: "Ints", overflow: "Ints",
        sound: "Bools",
    ) -> Pages:  # fmt: skip
        import numpy as np

        base = self._first * self._page_size
        some = elements > 0
        first = table.first
        last = first + elements - 1
        columns = [np.zeros(len(number), np.int64) for _ in range(4)]
        for column, of, where in zip(
            columns,
            (table.key, table.key_size, table.key, table.key_size),
            (first, first, last, last),
            strict=True,
        ):
            column[some] = of[where[some]]
        columns[0][some] += base
        columns[2][some] += base
        return Pages(number, is_leaf, elements, overflow, table.used, sound, *columns)

    def _table(self, start: "Ints", count: "Ints", is_leaf: "Bools", length: "Ints") -> Table:
        """Read element tables and judge them: in line, keys rising."""
        import numpy as np

        row = np.repeat(np.arange(len(start)), count)
        first = np.cumsum(count) - count
        nth = np.arange(len(row)) - first[row]
        entry = start[row] + HEADER_SIZE + nth * ELEMENT_SIZE
        words = self._words(entry, 4)
        leaf = is_leaf[row]
        position = np.where(leaf, words[1], words[0])
        key_size = np.where(leaf, words[2], words[1])
        value_size = np.where(leaf, words[3], 0)
        flags = np.where(leaf, words[0], 0)
        # Above 2^48 no page can be, so the sign does not matter.
        target = np.where(leaf, 0, words[2] + (words[3] << 32))
        size = key_size + value_size
        before = np.cumsum(size) - size
        data = HEADER_SIZE + count * ELEMENT_SIZE
        place = data[row] + before - before[first[row]]
        used = data + np.bincount(row, size, len(start)).astype(np.int64)
        key = start[row] + place
        good = (entry - start[row] + position == place) & (key_size > 0) & (flags <= BUCKET_ELEMENT)
        sound = used <= length
        sound[row[~good]] = False
        table = Table(row, flags, key, key_size, value_size, nth, target, used, sound, first)
        self._order(table)
        return table

    def _order(self, table: Table) -> None:
        """Find the pages whose keys do not rise, word by word while two keys are the same."""
        import numpy as np

        pair = np.flatnonzero((table.row[1:] == table.row[:-1]) & table.is_sound[table.row[1:]])
        for at in range(0, _KEY_WORDS * _WORD, _WORD):
            if not len(pair):
                return
            left = self._key_word(table.key[pair], table.key_size[pair] - at, at)
            right = self._key_word(table.key[pair + 1], table.key_size[pair + 1] - at, at)
            table.is_sound[table.row[pair[left > right]]] = False
            longest = np.maximum(table.key_size[pair], table.key_size[pair + 1])
            same = left == right
            over = same & (longest <= at + _WORD)
            ended = pair[over]
            wrong = table.key_size[ended] >= table.key_size[ended + 1]
            table.is_sound[table.row[ended[wrong]]] = False
            pair = pair[same & ~over]
        table.is_sound[table.row[pair]] = False

    def _key_word(self, key: "Ints", left: "Ints", at: int) -> "NDArray[np.uint64]":
        """Return eight bytes of each key, zeros behind its end, as a number that compares as they.

        Args:
            key: where the keys begin.
            left: bytes of each from `at` on; none if it is not positive.
            at: offset in the keys.
        """
        import numpy as np

        left = np.clip(left, 0, _WORD)
        word = self._loads(">u8")[np.where(left > 0, key + at, 0)].astype(np.uint64)
        return word & _masks()[left]

    def _words(self, place: "Ints", count: int) -> list["Ints"]:
        """Return `count` 32-bit numbers at each place, as columns."""
        import numpy as np

        load = self._loads("<u4")
        return [load[place + 4 * column].astype(np.int64) for column in range(count)]

    def _loads(self, form: str) -> "NDArray[np.generic]":
        """Return the numbers that begin at each byte, aligned or not."""
        import numpy as np

        width = np.dtype(form).itemsize
        return np.ndarray((len(self._raw) - width + 1,), form, self._raw.data, strides=(1,))

    def _is_zero(self, start: "Ints", end: "Ints") -> "Bools":
        """Whether all bytes of each stretch are zero; ends are multiples of the page size."""
        import numpy as np

        start = np.minimum(start, end)
        zero = np.ones(len(start), np.bool_)
        aligned = np.minimum(-(-start // _WORD) * _WORD, end)
        for step in range(_WORD):
            place = start + step
            zero &= (place >= aligned) | (self._raw[place] == 0)
        some = np.flatnonzero(aligned < end)
        if len(some):
            words = self._raw[: len(self._raw) // _WORD * _WORD].view("<u8")
            edges = np.column_stack((aligned[some] // _WORD, end[some] // _WORD)).ravel()
            # Stretches of pages in a row: each edge begins where the one before it ends.
            zero[some] &= np.bitwise_or.reduceat(words, edges)[::2] == 0
        return zero

    def _buckets(
        self, table: Table, is_leaf: "Bools", sound: "Bools", number: "Ints"
    ) -> tuple[Links, Inlines, "Bools"]:
        """Return what pages lead to, and which have none but sound inline buckets."""
        import numpy as np

        base = self._first * self._page_size
        good = np.ones(len(number), np.bool_)
        sure = sound[table.row]
        bucket = sure & (table.flags == BUCKET_ELEMENT)
        at = np.flatnonzero(bucket)
        short = table.value_size[at] < BUCKET_SIZE
        good[table.row[at[short]]] = False
        at = at[~short]
        value = table.key[at] + table.key_size[at]
        words = self._words(value, 2)
        root = words[0] + (words[1] << 32)
        paged = root != 0
        good[table.row[at[paged & (table.value_size[at] != BUCKET_SIZE)]]] = False
        inline, where = at[~paged], value[~paged] + BUCKET_SIZE
        length = table.value_size[inline] - BUCKET_SIZE
        elements, inline_ok = self._inline(where, length)
        good[table.row[inline[~inline_ok]]] = False
        target = table.target.copy()
        target[at] = root
        led = np.flatnonzero(sure & ~is_leaf[table.row])
        both = np.sort(np.concatenate((led, at[paged])))
        row = table.row[both]
        links = Links(
            number[row], target[both], is_leaf[row], table.key[both] + base, table.key_size[both]
        )
        inlines = Inlines(number[table.row[inline]], table.nth[inline], elements, length)
        return links, inlines, good

    def _inline(self, start: "Ints", length: "Ints") -> tuple["Ints", "Bools"]:
        """Judge inline pages; return their number of elements too."""
        import numpy as np

        ok = (length >= HEADER_SIZE) & (length * MAX_INLINE_SHARE <= self._page_size)
        words = self._words(np.where(ok, start, 0), 4)
        kind, count = words[2] & 0xFFFF, words[2] >> 16
        ok &= (words[0] == 0) & (words[1] == 0) & (kind == LEAF_PAGE) & (words[3] == 0)
        ok &= HEADER_SIZE + count * ELEMENT_SIZE <= length
        at = np.flatnonzero(ok)
        leaf = np.ones(len(at), np.bool_)
        table = self._table(start[at], count[at], leaf, length[at])
        sound = table.is_sound & (table.used == length[at])
        sound[table.row[table.flags != 0]] = False
        ok[at] = sound
        return count, ok


@cache
def _masks() -> "NDArray[np.uint64]":
    """Return masks that keep the first 0 to 8 bytes of a word."""
    import numpy as np

    full = (1 << 64) - 1
    return np.array([full ^ (full >> (8 * kept)) for kept in range(_WORD + 1)], np.uint64)
