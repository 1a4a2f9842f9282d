"""A writer that keeps bbolt's rule, played step by step between the reads of who copies its file.

The rule (bbolt `internal/freelist/shared.go`): commit T+1 writes only into pages that are not part
of revision T, and its meta last. A page is written in two halves, a meta too.
"""

from collections.abc import Iterator

from tests.bolt.build import LEAF, Item, Meta, header, leaf_body
from tests.bolt.reading import Path

PAGE_SIZE = 1024
_HALF = PAGE_SIZE // 2

Content = dict[Path, bytes]


class LiveImage:
    """A file in memory that changes a few steps with each page read from it.

    Attributes:
        history: what each revision holds, by txid.
        path: its name in messages.
        replaced: whether the path has come to name another file.
    """

    def __init__(self, buckets: int, plan: Iterator[int], choices: Iterator[int]) -> None:
        """Write the first revisions.

        Args:
            buckets: buckets of one leaf page each.
            plan: how many steps the writer makes at each read; the end of it is the end of writing.
            choices: numbers by which the writer decides what to change and where to write it.
        """
        self.path = "live.db"
        self.replaced = False
        self.history: dict[int, Content] = {}
        self.data = bytearray(PAGE_SIZE * (2 * buckets + 6))
        self.reads = 0
        self._plan = plan
        self._choices = choices
        self._buckets = buckets
        self._pages: dict[int, int] = {}
        self._root = 0
        self._stamps = dict.fromkeys(range(buckets), 0)
        self._txid = 3
        self._steps = self._write()
        while self._txid < 5:
            next(self._steps)

    @property
    def size(self) -> int:
        return len(self.data)

    def refresh(self) -> None:
        """Its size does not change."""

    def is_still_at_path(self) -> bool:
        return not self.replaced

    def read(self, offset: int, length: int) -> bytes:
        return b"".join(self._read(offset, length))

    def read_into(self, view: memoryview, offset: int) -> int:
        raw = self.read(offset, len(view))
        view[: len(raw)] = raw
        return len(raw)

    def wait(self, _seconds: float) -> None:
        """Pass the time, as for a reader that sleeps."""
        self.tick()

    def tick(self) -> None:
        """Let the writer make the steps that the plan has for now."""
        self.reads += 1
        for _ in range(next(self._plan, 0)):
            next(self._steps)

    def _read(self, offset: int, length: int) -> Iterator[bytes]:
        end = min(offset + length, len(self.data))
        while offset < end:
            self.tick()
            stop = min(offset - offset % PAGE_SIZE + PAGE_SIZE, end)
            yield bytes(self.data[offset:stop])
            offset = stop

    def _write(self) -> Iterator[None]:
        """Commit revision after revision, a step a half page."""
        while True:
            txid = self._txid + 1
            free = self._free_pages()
            changed = [i for i in range(self._buckets) if not self._pages or self._choose(3) == 0]
            pages, stamps = dict(self._pages), dict(self._stamps)
            for bucket in changed:
                stamps[bucket] = txid
                pages[bucket] = free.pop(self._choose(len(free)))
                items = [Item(b"k", b"%d" % txid), Item(b"n", b"%d" % bucket * 20)]
                yield from self._put(pages[bucket] * PAGE_SIZE, leaf(pages[bucket], items))
            root = free.pop(self._choose(len(free)))
            yield from self._put(root * PAGE_SIZE, leaf(root, [
                Item(b"b%d" % bucket, page.to_bytes(8, "little") + bytes(8), 1)
                for bucket, page in sorted(pages.items())
            ]))  # fmt: skip
            self.history[txid] = {
                (b"b%d" % bucket, key): value
                for bucket, stamp in stamps.items()
                for key, value in ((b"k", b"%d" % stamp), (b"n", b"%d" % bucket * 20))
            }
            meta = Meta(PAGE_SIZE, root, len(self.data) // PAGE_SIZE, txid)
            slot = txid % 2
            raw = header("<", slot, 4, 0) + meta.body()
            place = slot * PAGE_SIZE
            self.data[place : place + 56] = raw[:56]
            yield
            self.data[place + 56 : place + len(raw)] = raw[56:]
            self._pages, self._stamps, self._root, self._txid = pages, stamps, root, txid
            yield

    def _free_pages(self) -> list[int]:
        used = {0, 1, self._root, *self._pages.values()}
        return [page for page in range(2, len(self.data) // PAGE_SIZE) if page not in used]

    def _choose(self, among: int) -> int:
        return next(self._choices, 0) % among

    def _put(self, offset: int, raw: bytes) -> Iterator[None]:
        self.data[offset : offset + _HALF] = raw[:_HALF]
        yield
        self.data[offset + _HALF : offset + PAGE_SIZE] = raw[_HALF:]
        yield


def leaf(page: int, items: list[Item]) -> bytes:
    raw = header("<", page, LEAF, len(items)) + leaf_body("<", items)
    assert len(raw) <= PAGE_SIZE
    return raw.ljust(PAGE_SIZE, b"\0")
