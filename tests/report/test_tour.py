"""The tour points at bytes that are what it says, on every file, whole or damaged."""

import struct
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.bolt.database import Database
from boltview.bolt.errors import NotABoltFile
from boltview.bolt.format import fnv1a
from boltview.bolt.source import MemorySource
from boltview.report.keypath import path_text, resolve
from boltview.report.opened import Opened
from boltview.report.tour.step import Step
from boltview.report.tour.steps import tour
from boltview.report.tour.text import step_lines, wrapped
from boltview.report.width import cells
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image, Tree
from tests.report.open import CLOCK, META_16, META_24, SHAPES, opened_file

FILES = [META_16, META_24, *sorted(SHAPES.glob("*.db"))]
LIBRARY = Library()


def opened(data: bytes | bytearray) -> Opened:
    source = MemorySource(data)
    database = Database(source)
    return Opened(database, Reading.of(database, LIBRARY), "x.db", CLOCK, source.size)


def composed(tree: Tree) -> Opened:
    image = Image()
    return opened(image.finish(image.nested(tree)))


def step_of(steps: list[Step], title: str) -> Step:
    (found,) = (step for step in steps if step.title == title)
    return found


def said(path: Path, title: str) -> dict[str, bytes]:
    """Return the bytes that a step points at, by the names of their parts."""
    raw = path.read_bytes()
    step = step_of(tour(opened_file(path)), title)
    return {part.name: raw[part.offset : part.offset + part.length] for part in step.marked}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-6][-4:]}-{path.stem}")
def test_every_file_has_a_tour_that_is_sound(path: Path) -> None:
    check(opened_file(path))


def check(shown: Opened) -> None:
    steps = tour(shown)
    source = shown.reading.revision.source
    assert steps[-1].title == "The end of the tour"
    assert len({step.title for step in steps}) == len(steps)
    for step in steps:
        assert all(paragraph.isprintable() and paragraph for paragraph in step.text)
        assert sum(run.length for run in step.shown) <= 256
        for run in step.shown:
            assert 0 <= run.offset <= run.offset + run.length <= source.size
        for part, after in pairwise(step.marked):
            assert part.offset + part.length <= after.offset
        for part in step.marked:
            assert part.length <= 64
            assert (
                any(run.offset <= part.offset <= run.offset + run.length for run in step.shown)
                or not part.length
            )
        if step.path:
            found = resolve(shown.reading.root, [path_text(step.path)])
            assert (*found.bucket.path, found.entry.key) in {step.path, (*step.path, step.path[-1])}  # type: ignore[union-attr]
        for width in (30, 60, 100):
            for line in step_lines(step, source, width):
                text = "".join(span.text for span in line)
                assert text.isprintable()
                assert cells(text) <= max(width, 48)


def test_the_metas_are_read_as_bolt_reads_them() -> None:
    raw = META_24.read_bytes()
    shown = said(META_24, "Two meta pages, and the one that counts")
    for slot in (0, 1):
        assert shown[f"meta {slot} magic"] == bytes.fromhex("edda0ced")
        (txid,) = struct.unpack("<Q", shown[f"meta {slot} txid"])
        assert txid % 2 == slot
        checked = raw[slot * 4096 + 16 : slot * 4096 + 72]
        assert shown[f"meta {slot} checksum"] == struct.pack("<Q", fnv1a(checked))


def test_a_time_of_fifteen_bytes() -> None:
    shown = said(META_24, "A timestamp's fifteen bytes")
    assert [*map(len, shown.values())] == [1, 8, 4, 2]
    year_one = 62_135_596_800
    seconds = int.from_bytes(shown["seconds"], "big") - year_one
    # fixtures/README.md: the node was filled on 2026-11-23.
    assert 1_795_392_000 <= seconds < 1_795_478_400


def test_a_signed_varint_is_explained_digit_by_digit() -> None:
    image = {b"digest": b"sha256:0", b"size": bytes([0xD8, 0x04])}
    tree: Tree = {b"v1": {b"ns": {b"images": {b"busybox": {b"target": image}}}}}
    step = step_of(tour(composed(tree)), "How a varint is read")
    # By hand: 0x58 = 88, 4 · 128 = 512, together 600; zigzag halves it.
    assert "0xd804 is 88 + 4·128 = 600" in step.text[1]
    assert "600 stands for 300" in step.text[1]
    assert [part.name for part in step.marked] == ["digit 1", "digit 2"]


def test_the_branch_page_leads_to_real_pages() -> None:
    raw = META_24.read_bytes()
    shown = step_of(tour(opened_file(META_24)), "A branch page")
    children = [part for part in shown.marked if part.name == "pgid"]
    assert len(children) == 2
    for part in children:
        (page,) = struct.unpack_from("<Q", raw, part.offset)
        own, flags = struct.unpack_from("<QH", raw, page * 4096)
        assert own == page
        assert flags in {1, 2}


def test_a_container_an_any_and_a_reference_of_a_real_node() -> None:
    container = said(META_24, "One container, as it is stored")
    assert {"key", "value"} == set(container)
    any_ = said(META_24, "What an Any is")
    assert any_["type_url"].startswith(b"types.containerd.io/")
    assert any_["value"].startswith(b"{")
    image = said(META_24, "Where a garbage collection begins")
    assert image["key"] == b"digest"
    assert image["value"].startswith(b"sha256:")
    label = said(META_24, "What a collection follows")
    assert label["key"].startswith(b"containerd.io/gc.ref.")


def test_what_a_foreign_file_cannot_show_is_said() -> None:
    steps = tour(composed({b"b": {b"k": b"v", b"l": b"w"}}))
    titles = [step.title for step in steps]
    assert "A leaf page" in titles
    assert "One container, as it is stored" not in titles
    assert "a container" in steps[-1].text[-1]
    assert "--demo" in steps[-1].text[-1]
    assert "One container, as it is stored" in [step.title for step in tour(opened_file(META_24))]


def test_one_usable_meta_is_said_with_the_reason() -> None:
    data = bytearray(META_24.read_bytes())
    data[4096 + 16 + 48] ^= 0xFF
    steps = tour(opened(bytes(data)))
    assert "meta 1 is unusable (checksum error" in steps[0].text[1]
    assert "so meta 0 does" in steps[0].text[1]
    assert "The revision before is still there" not in [step.title for step in steps]
    assert "Damage in this file" in [step.title for step in steps]


class Counting(MemorySource):
    """Counts the bytes that are read."""

    taken = 0

    def read(self, offset: int, length: int) -> bytes:
        self.taken += length
        return super().read(offset, length)


def test_a_small_part_of_a_large_file_is_read() -> None:
    tree: Tree = {b"b%03d" % i: {b"%05d" % j: b"v" for j in range(100)} for i in range(300)}
    image = Image()
    source = Counting(image.finish(image.nested(tree)))
    database = Database(source)
    shown = Opened(database, Reading.of(database, LIBRARY), "x.db", CLOCK, source.size)
    assert tour(shown)
    assert source.taken < source.size / 3


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, META_16.stat().st_size - 1), st.integers(0, 255)), max_size=60
    )
)
def test_damaged_files(changes: list[tuple[int, int]]) -> None:
    data = bytearray(META_16.read_bytes())
    for offset, byte in changes:
        data[offset] = byte
    try:
        shown = opened(bytes(data))
    except NotABoltFile:
        return
    for step in tour(shown):
        for line in step_lines(step, shown.reading.revision.source, 80):
            assert all(span.text.isprintable() for span in line)


def test_a_truncated_file() -> None:
    for size in (8192, 30_000, 300_001):
        check(opened(META_24.read_bytes()[:size]))


def test_marked_bytes_stand_in_brackets_and_gaps_are_shown() -> None:
    step = step_of(tour(opened_file(META_24)), "Two meta pages, and the one that counts")
    source = opened_file(META_24).reading.revision.source
    lines = ["".join(span.text for span in line) for line in step_lines(step, source, 80)]
    assert "00000010 [ed da 0c ed]02 00 00 00 00 10 00 00 00 00 00 00  |................|" in lines
    assert any(line.startswith("00000040 [f2 01 00 00 00 00 00 00|") for line in lines)
    assert "  ⋮" in lines


def test_prose_is_broken_between_words_and_long_words_anywhere() -> None:
    assert list(wrapped("one two three", 7)) == ["one two", "three"]
    assert list(wrapped("ab cdefghij", 4)) == ["ab", "cdef", "ghij"]
    assert list(wrapped("é漢字漢字 x", 4)) == ["é漢", "字漢", "字 x"]
