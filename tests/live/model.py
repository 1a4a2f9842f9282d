"""A model of how bbolt writes a file, stopped and started between any two reads of it.

It follows `tx.go: Commit` and `internal/freelist/shared.go`: what commit x frees is free for commit
x+1 to give out only when it begins, pages are written in rising order, the meta last, and none of
it at once: each page and each meta takes two steps. A killed writer leaves pages without a meta.
The pages are real ones, so that the reader under test reads them as it reads any file.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.format import (
    BRANCH_PAGE,
    FREELIST_PAGE,
    LEAF_PAGE,
    LITTLE,
    MAGIC,
    META_CHECKED,
    META_PAGE,
    NO_FREELIST,
    VERSION,
    fnv1a,
)

PAGE = 1024
"""Bytes; the smallest at which meta 1 is found although meta 0 is half-written."""

FIRST_ROOT, FIRST_LEAF = 3, 4
_HEADER = LITTLE.header


class Commit(NamedTuple):
    """What a commit is to do."""

    leaves: frozenset[int]
    """Numbers of the leaves to rewrite; none for an empty commit."""
    killed_at: int | None = None
    """Steps after which the writer is killed; None if it comes to its end."""


class Writer:
    """A file under bbolt's hands.

    Attributes:
        data: the bytes of the file, as they are now.
        states: what each revision that was ever valid holds, by txid: the value of each leaf.
        txid: the newest revision of which all is written.
    """

    def __init__(self, leaves: int, *, synced: bool = False) -> None:
        self.synced = synced
        self.txid = 1
        self.root = FIRST_ROOT
        self.children = list(range(FIRST_LEAF, FIRST_LEAF + leaves))
        self.freelist = 2 if synced else NO_FREELIST
        self.high_water = FIRST_LEAF + leaves
        self.values = [1] * leaves
        self.states = {1: list(self.values)}
        self.free: set[int] = set() if synced else {2}
        self.pending: set[int] = set()
        self.data = bytearray(self.high_water * PAGE)
        for page in range(leaves):
            self._put(FIRST_LEAF + page, leaf(FIRST_LEAF + page, page, 1))
        self._put(FIRST_ROOT, branch(FIRST_ROOT, self.children))
        if synced:
            self._put(2, freelist(2, []))
        for txid in (0, 1):
            self._put(txid, self._meta(txid))

    def steps(self, commits: list[Commit]) -> Iterator[None]:
        """Write the commits; each `next` does one step."""
        for commit in commits:
            if commit.killed_at is None:
                yield from self._commit(commit.leaves)
                continue
            steps = self._commit(commit.leaves)
            for _ in range(commit.killed_at):
                if next(steps, steps) is steps:
                    break
                yield
            else:
                self._open_again()

    def _commit(self, leaves: frozenset[int]) -> Iterator[None]:
        """Begin, write and end one transaction."""
        self.free |= self.pending
        self.pending = set()
        free, high_water = set(self.free), self.high_water
        values, children = list(self.values), list(self.children)
        freed: set[int] = set()

        def allocate() -> int:
            nonlocal high_water
            if free:
                page = min(free)
                free.discard(page)
                return page
            high_water += 1
            return high_water - 1

        written: dict[int, bytes] = {}
        for number in sorted(leaves):
            freed.add(children[number])
            children[number] = allocate()
            values[number] = self.txid + 1
            written[children[number]] = leaf(children[number], number, self.txid + 1)
        root = self.root
        if leaves:
            freed.add(root)
            root = allocate()
            written[root] = branch(root, children)
        place = self.freelist
        if self.synced:
            freed.add(place)
            place = allocate()
            written[place] = freelist(place, sorted(free | freed))
        if high_water * PAGE > len(self.data):
            self.data.extend(bytes(high_water * PAGE - len(self.data)))
            yield
        for page in sorted(written):
            yield from self._write(page, written[page])
        before = (self.root, self.freelist, self.high_water, self.txid)
        self.root, self.freelist, self.high_water = root, place, high_water
        meta = self._meta(self.txid + 1)
        self.root, self.freelist, self.high_water, _ = before
        slot = (self.txid + 1) % 2
        self.data[slot * PAGE : slot * PAGE + 40] = meta[:40]
        yield
        # From here on, with its last byte, the commit is there for all to see.
        self.root, self.freelist, self.high_water = root, place, high_water
        self.txid += 1
        self.children, self.values = children, values
        self.states[self.txid] = list(values)
        self.free, self.pending = free, freed
        self.data[slot * PAGE : (slot + 1) * PAGE] = meta
        yield

    def _open_again(self) -> None:
        """Be opened after a kill: everything that the newest revision does not use is free."""
        used = {0, 1, self.root, *self.children} | ({self.freelist} if self.synced else set())
        self.free = set(range(self.high_water)) - used
        self.pending = set()

    def _write(self, page: int, image: bytes) -> Iterator[None]:
        half = PAGE // 2
        self.data[page * PAGE : page * PAGE + half] = image[:half]
        yield
        self._put(page, image)
        yield

    def _put(self, page: int, image: bytes) -> None:
        self.data[page * PAGE : (page + 1) * PAGE] = image

    def _meta(self, txid: int) -> bytes:
        fields = (MAGIC, VERSION, PAGE, 0, self.root, 0, self.freelist, self.high_water, txid, 0)
        body = LITTLE.meta.pack(*fields)[:META_CHECKED]
        checksum = LITTLE.page_id.pack(fnv1a(body))
        return (_HEADER.pack(txid % 2, META_PAGE, 0, 0) + body + checksum).ljust(PAGE, b"\0")


class LiveFile:
    """The file as a reader meets it: between any two of its reads the writer goes on.

    Args:
        writer: the writer.
        commits: what it will do.
        paces: steps of the writer before each page that is read, over and over.
    """

    path = "model.db"

    def __init__(self, writer: Writer, commits: list[Commit], paces: list[int]) -> None:
        self.writer = writer
        self.size = len(writer.data)
        self._steps = writer.steps(commits)
        self._paces = paces
        self._reads = 0

    def read(self, offset: int, length: int) -> bytes:
        self._go_on()
        return bytes(self.writer.data[offset : min(offset + length, self.size)])

    def read_into(self, view: memoryview, offset: int) -> int:
        done = 0
        while done < len(view):
            self._go_on()
            here = offset + done
            part = self.writer.data[here : min(here + PAGE - here % PAGE, offset + len(view))]
            if not part:
                break
            view[done : done + len(part)] = part
            done += len(part)
        return done

    def refresh(self) -> None:
        self.size = len(self.writer.data)

    def is_still_at_path(self) -> bool:
        return True

    def wait(self, _seconds: float) -> None:
        self._go_on()

    def _go_on(self) -> None:
        pace = self._paces[self._reads % len(self._paces)]
        self._reads += 1
        for _ in range(pace):
            next(self._steps, None)


def leaf(page: int, number: int, value: int) -> bytes:
    """A leaf with one pair: the number of the leaf and the txid that wrote it."""
    key, text = b"%04d" % number, b"%08d" % value
    element = LITTLE.leaf.pack(0, 16, len(key), len(text))
    return (_HEADER.pack(page, LEAF_PAGE, 1, 0) + element + key + text).ljust(PAGE, b"\0")


def branch(page: int, children: list[int]) -> bytes:
    """A branch over the leaves."""
    table, keys = b"", b""
    for number, child in enumerate(children):
        position = (len(children) - number) * 16 + len(keys)
        key = b"%04d" % number
        table += LITTLE.branch.pack(position, len(key), child)
        keys += key
    image = _HEADER.pack(page, BRANCH_PAGE, len(children), 0) + table + keys
    return image.ljust(PAGE, b"\0")


def freelist(page: int, ids: list[int]) -> bytes:
    """A freelist page."""
    image = _HEADER.pack(page, FREELIST_PAGE, len(ids), 0)
    return (image + b"".join(map(LITTLE.page_id.pack, ids))).ljust(PAGE, b"\0")
