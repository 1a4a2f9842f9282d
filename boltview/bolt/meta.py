"""The two meta pages: reading them, judging them, and finding the page size through them."""

from typing import NamedTuple

from boltview.bolt.errors import Damage, NotABoltFile
from boltview.bolt.format import (
    BIG,
    FIRST_DATA_PAGE,
    HEADER_SIZE,
    LITTLE,
    MAGIC,
    MAX_PAGE_SIZE,
    META_CHECKED,
    META_PAGE,
    META_SIZE,
    MIN_PAGE_SIZE,
    NO_FREELIST,
    VERSION,
    Layout,
    fnv1a,
    page_type,
)
from boltview.bolt.source import Source

_META_END = HEADER_SIZE + META_SIZE
_SMALLEST_USUAL = 512
_SQLITE_MAGIC = b"SQLite format 3\x00"
_SECOND_META_OFFSETS = tuple(1024 << shift for shift in range(15))
"""Where bbolt looks for meta 1 when meta 0 is unusable: 1 KiB to 16 MiB."""


class Meta(NamedTuple):
    """One meta page as it stands in the file, valid or not."""

    slot: int
    """0 or 1: the page it lies in."""
    offset: int
    """File offset of the 64-byte structure."""
    layout: Layout
    magic: int
    version: int
    page_size: int
    flags: int
    root: int
    """Page id of the root bucket's root page."""
    sequence: int
    freelist: int
    """Page id of the freelist, or `NO_FREELIST`."""
    high_water: int
    """First page id never allocated."""
    txid: int
    checksum: int
    computed_checksum: int
    header_problem: str
    """What is wrong with the page header, which the checksum does not cover; empty if nothing."""
    problem: str
    """Why the meta cannot be used, in bbolt's words; empty if it is valid (`Meta.Validate`)."""

    @property
    def is_valid(self) -> bool:
        """Whether bbolt would accept this meta."""
        return not self.problem

    @property
    def has_freelist(self) -> bool:
        """Whether the freelist is written to the file."""
        return self.freelist != NO_FREELIST


class Metas(NamedTuple):
    """Both meta pages and what follows from them."""

    page_size: int
    """Bytes per page."""
    found_by: str
    """Which meta told the page size."""
    pages: tuple[Meta | None, Meta | None]
    """The meta in each slot; None where the file ends before it."""

    @property
    def current(self) -> Meta:
        """The meta that bbolt would use: the valid one with the larger txid, page 0 on a tie."""
        first, second = (meta if meta and meta.is_valid else None for meta in self.pages)
        if first and second:
            return second if second.txid > first.txid else first
        winner = first or second
        if winner is None:  # read_metas guarantees one
            raise NotABoltFile("no usable meta page")
        return winner

    @property
    def other(self) -> Meta | None:
        """The meta that lost, valid or not; None where the file ends before it."""
        return self.pages[1 - self.current.slot]

    def damage(self) -> list[Damage]:
        """List what is wrong with the metas although one of them can be used."""
        found = []
        for slot, meta in enumerate(self.pages):
            if meta is None:
                what = f"meta {slot}: the file ends before it"
                found.append(Damage("meta-missing", slot, slot * self.page_size, what))
                continue
            if meta.problem:
                what = f"meta {slot}: {meta.problem}"
                found.append(Damage("meta-invalid", slot, meta.offset, what))
            if meta.header_problem:
                what = f"meta {slot}: {meta.header_problem}"
                found.append(Damage("meta-header", slot, meta.offset - HEADER_SIZE, what))
        if not _is_usual_page_size(self.page_size):
            current = self.current
            what = f"meta {current.slot}: page size {self.page_size} is no power of two above 256"
            found.append(Damage("meta-page-size", current.slot, current.offset, what))
        return found


def parse_meta(slot: int, offset: int, page: bytes, assumed: Layout = LITTLE) -> Meta:
    """Read the meta in `page`, the first 80 bytes of page `slot`.

    Args:
        slot: 0 or 1.
        offset: file offset of the page.
        page: at least 80 bytes.
        assumed: byte order where the magic tells none.
    """
    told = (
        order for order in (LITTLE, BIG) if order.meta.unpack_from(page, HEADER_SIZE)[0] == MAGIC
    )
    layout = next(told, assumed)
    fields = layout.meta.unpack_from(page, HEADER_SIZE)
    magic, version, page_size, meta_flags, root, sequence, freelist, high_water = fields[:8]
    txid, checksum = fields[8:]
    computed = fnv1a(page[HEADER_SIZE : HEADER_SIZE + META_CHECKED])
    problem = ""
    if magic != MAGIC:
        problem = f"invalid database: magic is {magic:08x}, not {MAGIC:08x}"
    elif version != VERSION:
        problem = f"version mismatch: version is {version}, not {VERSION}"
    elif checksum != computed:
        problem = f"checksum error: {checksum:016x} is stored, {computed:016x} is right"
    elif not MIN_PAGE_SIZE <= page_size <= MAX_PAGE_SIZE:
        problem = f"page size {page_size} is out of range"
    header_id, flags, _, _ = layout.header.unpack_from(page, 0)
    header_problem = ""
    if header_id != slot:
        header_problem = f"the page calls itself {header_id}"
    elif flags != META_PAGE:
        header_problem = f"the page is of type {page_type(flags)}"
    return Meta(
        slot,
        offset + HEADER_SIZE,
        layout,
        magic,
        version,
        page_size,
        meta_flags,
        root,
        sequence,
        freelist,
        high_water,
        txid,
        checksum,
        computed,
        header_problem,
        problem,
    )


def read_metas(source: Source) -> Metas:
    """Find the page size and both metas (`db.go: getPageSize`).

    Meta 0 tells the page size when it is valid; otherwise meta 1 is looked for at every page size
    from 1 KiB to 16 MiB.

    Raises:
        NotABoltFile: no valid meta was found; the message says what was.
    """
    first = _meta_at(source, 0, 0)
    if first and first.is_valid:
        second = _meta_at(source, 1, first.page_size, first.layout)
        if second and second.is_valid and second.page_size != first.page_size:
            second = second._replace(problem=f"page size {second.page_size} disagrees with meta 0")
        return Metas(first.page_size, "meta 0", (first, second))
    for offset in _SECOND_META_OFFSETS:
        second = _meta_at(source, 1, offset)
        if second is None:
            break
        if second.is_valid and second.page_size == offset:
            first = _meta_at(source, 0, 0, second.layout)
            return Metas(offset, f"meta 1, found at offset {offset}", (first, second))
    raise NotABoltFile(_why_not(source, first))


def describe_truncation(meta: Meta, size: int) -> Damage | None:
    """Say how much is missing if a file of `size` bytes ends before its high-water mark.

    After every commit a file holds at least `high_water` pages (`db.go: grow`).
    """
    wanted = meta.high_water * meta.page_size
    if size >= wanted:
        return None
    whole = size // meta.page_size
    return Damage(
        "truncated",
        None,
        size,
        f"the file ends after {whole} of {meta.high_water} pages: "
        f"{wanted - size} bytes are missing",
    )


def describe_roots(meta: Meta) -> list[Damage]:
    """List what is impossible about the page ids in a valid meta."""
    found = []
    ids = {"root": meta.root}
    if meta.has_freelist:
        ids["freelist"] = meta.freelist
    for name, page in ids.items():
        if not FIRST_DATA_PAGE <= page < meta.high_water:
            what = f"meta {meta.slot}: {name} page {page} is outside 2..{meta.high_water - 1}"
            found.append(Damage("meta-" + name, meta.slot, meta.offset, what))
    return found


def _is_usual_page_size(size: int) -> bool:
    """Whether a machine could have pages of this size; bbolt looks for meta 1 at powers of two."""
    return size >= _SMALLEST_USUAL and size & (size - 1) == 0


def _meta_at(source: Source, slot: int, offset: int, assumed: Layout = LITTLE) -> Meta | None:
    page = source.read(offset, _META_END)
    return parse_meta(slot, offset, page, assumed) if len(page) == _META_END else None


def _why_not(source: Source, first: Meta | None) -> str:
    if source.size == 0:
        return "the file is empty"
    if source.read(0, len(_SQLITE_MAGIC)) == _SQLITE_MAGIC:
        return "this is a SQLite database, not a bolt file"
    if first is None:
        return f"the file is too small for a bolt file ({source.size} bytes)"
    if first.magic == MAGIC:
        return f"both meta pages are unusable (meta 0: {first.problem})"
    return "not a bolt file (no meta page found)"
