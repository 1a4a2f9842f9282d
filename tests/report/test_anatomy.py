"""The anatomy of entries and pages: every part leads to bytes that are what it says."""

import struct

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.parts import Part, Run, part_at, runs
from boltview.bolt.source import MemorySource
from boltview.bolt.walk import walk
from boltview.report.anatomy import anatomy, page_anatomy
from tests.bolt.build import Image
from tests.report.open import GO_TIME, META_16, META_24, SHAPES, at, opened_file, reading_of


def named(parts: list[Part], name: str) -> Part:
    (found,) = (part for part in parts if part.name == name)
    return found


@pytest.mark.parametrize("path", [META_16, META_24, SHAPES / "hostile.db"], ids=lambda p: p.stem)
def test_parts_of_real_entries(path: object) -> None:
    file = META_24.parent / str(path)
    reading, raw = opened_file(file).reading, file.read_bytes()
    met = 0
    for visit in walk(reading.revision, reading.root):
        parts = anatomy(reading, visit.bucket, visit.entry)
        check_order(parts, len(raw))
        entry = visit.entry
        assert not isinstance(entry, Damage)
        tops = [part for part in parts if part.depth == 0]
        keys = [raw[p.offset : p.offset + p.length] for p in tops if p.name == "key"]
        assert keys[0] == entry.key
        if isinstance(entry, Pair):
            (value,) = (part for part in tops if part.name == "value")
            assert raw[value.offset : value.offset + value.length] == entry.value
        met += 1
    assert met > 50


@pytest.mark.parametrize("path", [META_16, META_24], ids=["1.6", "2.4"])
def test_parts_of_real_pages_leave_no_byte_out(path: object) -> None:
    file = META_24.parent / str(path)
    reading = opened_file(file).reading
    size, kinds = reading.revision.page_size, set()
    for page_id in range(2, reading.revision.high_water):
        parts = page_anatomy(reading, page_id)
        check_order(parts, file.stat().st_size)
        if any(part.kind == "element" for part in parts):
            (run,) = runs(parts)
            assert run.offset == page_id * size
            assert run.length % size == 0
        kinds |= {part.kind for part in parts}
    assert {"page", "element", "key", "value", "bucket", "free"} <= kinds
    assert {part.kind for part in page_anatomy(reading, 1)} == {"page", "meta"}
    assert page_anatomy(reading, 10**9) == []


def check_order(parts: list[Part], size: int) -> None:
    """Parts come in order, within what they are parts of, and say printable things."""
    above: list[Part] = []
    for part in parts:
        assert part.name.isprintable()
        assert part.meaning.isprintable()
        assert 0 <= part.offset <= part.offset + part.length <= size
        if above and not part.depth:
            assert part.offset >= above[0].offset + above[0].length
        del above[part.depth :]
        assert len(above) == part.depth
        if above:
            assert above[-1].offset <= part.offset
            assert part.offset + part.length <= above[-1].offset + above[-1].length
        above.append(part)


def test_a_time_on_a_page_written_by_hand() -> None:
    image = Image()
    leaf = image.leaf((b"createdat", GO_TIME), (b"image", b"busybox"))
    containers = image.leaf(image.bucket(b"web", leaf))
    space = image.leaf(image.bucket(b"containers", containers))
    v1 = image.leaf(image.bucket(b"default", space))
    reading = reading_of(MemorySource(image.finish(image.leaf(image.bucket(b"v1", v1)))))
    bucket, entry = at(reading.root, b"v1", b"default", b"containers", b"web", b"createdat")
    parts = anatomy(reading, bucket, entry)
    page = leaf * 4096
    assert runs(parts) == [Run(page, 32), Run(page + 48, 9 + 15)]
    assert named(parts, "vsize") == Part(
        page + 28, 4, "vsize", "the value takes 15 bytes", "element", 1
    )
    assert named(parts, "value").meaning == "time: 2026-11-23T18:13:15.68Z"
    assert named(parts, "nanoseconds") == Part(
        page + 66, 4, "nanoseconds", "680,000,000", "value", 1
    )
    at_zone = part_at(parts, page + 71)
    assert at_zone is not None
    assert parts[at_zone].name == "zone"
    assert part_at(parts, page + 40) is None
    assert part_at(parts, page - 1) is None


def test_an_inline_bucket_and_what_is_in_it() -> None:
    image = Image()
    root = image.leaf(image.inline(b"b", (b"k", b"v" * 5), sequence=9))
    reading = reading_of(MemorySource(image.finish(root)))
    bucket, entry = at(reading.root, b"b", b"k")
    start = root * 4096 + 32 + 1
    parts = anatomy(reading, bucket, entry)
    assert [(part.name, part.offset - start) for part in parts if part.depth == 0] == [
        ("bucket header", 0), ("page header", 16), ("element 0", 32), ("key", 48), ("value", 49)
    ]  # fmt: skip
    assert named(parts, "sequence").meaning == "9"
    whole = anatomy(reading, reading.root, bucket)
    assert [part.name for part in whole if part.depth == 0] == [
        "page header", "element 0", "key", "bucket header", "page header", "element 0", "key",
        "value",
    ]  # fmt: skip


def test_the_root_bucket_is_its_meta() -> None:
    reading = opened_file(META_24).reading
    parts = anatomy(reading, reading.root, reading.root)
    assert named(parts, "txid").meaning == f"transaction {reading.revision.txid} wrote it"
    raw = META_24.read_bytes()
    root = named(parts, "root pgid")
    (page,) = struct.unpack_from("<Q", raw, root.offset)
    assert page == reading.revision.meta.root


def test_damage_and_what_hostile_bytes_say() -> None:
    image = Image()
    root = image.leaf(image.inline(b"b\x1b[2J", (b"\x1b]0;x\x07", b"\x1b[31m\xff")))
    reading = reading_of(MemorySource(image.finish(root)))
    (bucket,) = reading.root.entries()
    assert isinstance(bucket, Bucket)
    check_order(anatomy(reading, reading.root, bucket), reading.revision.source.size)
    damage = Damage("page-id", 2, 2 * 4096, "page 2: it \x1b calls itself 9")
    (part,) = anatomy(reading, reading.root, damage)
    assert part.meaning == "page 2: it \\x1b calls itself 9"
    assert part.length == 256


def test_a_large_value_is_not_read() -> None:
    size = 30_000_000
    image = Image()
    leaf = image.leaf((b"large", b"x" * size))
    source = Counting(MemorySource(image.finish(image.leaf(image.bucket(b"b", leaf)))))
    reading = reading_of(source)
    bucket, entry = at(reading.root, b"b", b"large")
    source.asked = 0
    parts = anatomy(reading, bucket, entry)
    assert named(parts, "value").length == size
    assert source.asked < 200_000


class Counting:
    """A source that counts the bytes asked for."""

    def __init__(self, source: MemorySource) -> None:
        self._source = source
        self.size = source.size
        self.asked = 0

    def read(self, offset: int, length: int) -> bytes:
        self.asked += length
        return self._source.read(offset, length)
