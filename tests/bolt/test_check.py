"""`check` is silent on every sound file and names every kind of damage, with its code and page."""

import struct
from pathlib import Path

import pytest

from boltview.bolt.check import check
from boltview.bolt.database import Database
from boltview.bolt.errors import NoSuchRevision, UnreadableFile
from boltview.bolt.finding import ERROR, MEANINGS, NOTE, WARNING, Finding
from boltview.bolt.source import MemorySource
from fixtures.make.damage import Damaged, damaged_files
from tests.bolt.build import LEAF, Image, Item, Meta, header, leaf_body, put_meta

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SOUND = sorted(FIXTURES.rglob("*.db"))
DAMAGED = list(damaged_files())
NOT_PLANTED = {
    "bucket-depth", "element-key", "inline-large", "meta-missing", "page-spare", "page-unreadable",
}  # fmt: skip
"""Codes that the tests here plant themselves."""


def findings(data: bytes | bytearray, which: str = "current") -> list[Finding]:
    return list(check(Database(MemorySource(data)), which))


def places(data: bytes | bytearray) -> set[tuple[str, int | None]]:
    return {(found.code, found.page) for found in findings(data)}


@pytest.mark.parametrize("path", SOUND, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_a_real_file_has_no_finding(path: Path) -> None:
    assert findings(path.read_bytes()) == []


@pytest.mark.parametrize("case", DAMAGED, ids=lambda case: case.name)
def test_each_damage_is_named_with_its_code_and_page(case: Damaged) -> None:
    assert (case.code, case.page) in places(case.data)


def test_every_code_is_planted_by_some_case() -> None:
    assert {case.code for case in DAMAGED} == set(MEANINGS) - NOT_PLANTED
    assert len({case.name for case in DAMAGED}) == len(DAMAGED) >= 110


@pytest.mark.parametrize("meaning", MEANINGS.values())
def test_every_code_says_how_bad_it_is_and_what_it_means(meaning: tuple[str, str]) -> None:
    severity, text = meaning
    assert severity in {ERROR, WARNING, NOTE}
    assert text.endswith(".")


@pytest.mark.parametrize("case", DAMAGED, ids=lambda case: case.name)
def test_a_finding_names_the_bucket_only_where_there_is_one(case: Damaged) -> None:
    for found in findings(case.data):
        of_none = found.code.startswith(("freelist", "page-lost", "truncated"))
        assert not of_none or found.path is None
        assert found.what


def test_the_bucket_that_owns_a_damaged_page_is_named() -> None:
    zeroed = next(case for case in DAMAGED if case.name == "zeroed leaf")
    (found,) = [found for found in findings(zeroed.data) if found.code == "page-id"]
    assert found.path == (b"kept",)


def test_a_faulty_inline_bucket_is_named_itself() -> None:
    image = Image()
    inline = header("<", 0, LEAF, 2) + leaf_body("<", [Item(b"b", b"1"), Item(b"a", b"2")])
    holder = image.leaf(Item(b"within", bytes(16) + inline, 1))
    data = image.finish(image.leaf(image.bucket(b"holder", holder)))
    (found,) = findings(data)
    assert (found.code, found.page, found.path) == ("key-order", holder, (b"holder", b"within"))


def test_it_goes_on_behind_the_first_fault() -> None:
    image = Image()
    leaves = [image.leaf((b"k%02d" % n, b"v")) for n in range(20)]
    top = image.branch(*((b"k%02d" % n, leaf) for n, leaf in enumerate(leaves)))
    data = image.finish(image.leaf(image.bucket(b"b", top)))
    harmed = leaves[::3]
    for leaf in harmed:
        struct.pack_into("<Q", data, leaf * 4096, 999)
    assert places(data) == {("page-id", leaf) for leaf in harmed}


def test_an_empty_key() -> None:
    image = Image()
    page = image.leaf((b"", b"v"), (b"k", b"v"))
    assert ("element-key", page) in places(image.finish(page))


def test_more_overflow_pages_than_the_data_takes() -> None:
    image = Image()
    page = image.leaf((b"k", b"v"))
    image.data += bytes(4096)
    struct.pack_into("<I", image.data, page * 4096 + 12, 1)
    assert places(image.finish(page)) == {("page-spare", page)}


def test_data_that_ends_with_a_page_may_have_one_page_too_many() -> None:
    """Old bolt allocated size / page size + 1 pages (`node.go: spill`)."""
    image = Image()
    page = image.leaf((b"k", b"v" * (4096 - 33)))
    image.data += bytes(4096)
    struct.pack_into("<I", image.data, page * 4096 + 12, 1)
    assert findings(image.finish(page)) == []


def test_an_inline_bucket_above_the_limit() -> None:
    image = Image()
    # Header 16, element 16, key 1: 1024 bytes are a fourth of the page.
    largest = image.inline(b"a", (b"k", b"v" * 991))
    page = image.leaf(largest, image.inline(b"b", (b"k", b"v" * 992)))
    (found,) = findings(image.finish(page))
    assert (found.code, found.page, found.path) == ("inline-large", page, (b"b",))


def test_a_file_that_ends_before_its_second_meta() -> None:
    data = bytearray(80)
    put_meta(data, 0, Meta())
    assert ("meta-missing", 1) in places(data[:80])


def test_buckets_nested_without_end_are_left_at_a_bound() -> None:
    image = Image(512)
    page = image.leaf((b"k", b"v"))
    for _ in range(4200):
        page = image.leaf(image.bucket(b"b", page))
    (found,) = findings(image.finish(page))
    assert found.code == "bucket-depth"
    assert found.path is not None
    assert len(found.path) == 4097


class FailingDisk(MemorySource):
    """A source with one page that cannot be read."""

    def __init__(self, data: bytes | bytearray, page: int) -> None:
        super().__init__(data)
        self._bad = range(page * 4096, (page + 1) * 4096)

    def read(self, offset: int, length: int) -> bytes:
        if offset < self._bad.stop and offset + length > self._bad.start:
            raise UnreadableFile("file: Input/output error")
        return super().read(offset, length)


@pytest.mark.parametrize("what", ["leaf", "freelist"])
def test_a_failing_disk_costs_one_page(what: str) -> None:
    image = Image()
    pages = {"leaf": image.leaf((b"k", b"v")), "freelist": image.freelist([])}
    other = image.leaf((b"k", b""), (b"k", b""))
    root = image.leaf(image.bucket(b"a", pages["leaf"]), image.bucket(b"b", other))
    data = image.finish(root, freelist=pages["freelist"])
    found = {(one.code, one.page) for one in check(Database(FailingDisk(data, pages[what])))}
    assert found == {("page-unreadable", pages[what]), ("key-order", other)}


def test_a_revision_that_is_not_there() -> None:
    with pytest.raises(NoSuchRevision):
        findings(SOUND[0].read_bytes(), "77777")


def test_the_revision_before_is_checked_on_request() -> None:
    case = next(case for case in DAMAGED if case.code == "previous-damaged")
    (note,) = findings(case.data)
    assert note.severity == NOTE
    assert {(one.code, one.page) for one in findings(case.data, "previous")} >= {
        ("page-id", case.page)
    }
