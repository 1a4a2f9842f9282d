"""Whose each page is: trees, overflow pages, free pages of both kinds of file, lost pages."""

import struct

import pytest

from boltview.bolt.database import Database
from boltview.bolt.owners import PageTable
from boltview.bolt.source import MemorySource
from tests.bolt.build import NOFL, Image


def table(data: bytes | bytearray) -> PageTable:
    return PageTable(Database(MemorySource(data)).revision())


def sample(*, stored: bool) -> tuple[bytearray, dict[str, int]]:
    """Compose a file: bucket a with a value of three pages, bucket b, two pages in no tree."""
    image = Image()
    pages = {
        "large": image.leaf((b"k", b"v" * 9000)),
        "free": image.leaf((b"old", b"v")),
        "inner": image.leaf((b"k", b"v")),
        "other": image.leaf((b"old", b"v")),
    }
    pages["b"] = image.leaf(image.bucket(b"inner", pages["inner"]))
    if stored:
        pages["freelist"] = image.freelist([pages["free"]])
    root = image.leaf(image.bucket(b"a", pages["large"]), image.bucket(b"b", pages["b"]))
    pages["root"] = root
    return image.finish(root, freelist=pages["freelist"] if stored else NOFL), pages


@pytest.mark.parametrize("stored", [True, False])
def test_each_page_has_the_owner_that_it_was_given(*, stored: bool) -> None:
    data, pages = sample(stored=stored)
    found = table(data)
    large = pages["large"]
    assert found.faults == []
    assert [found.owner_of(large + n) for n in range(3)] == [(b"a",)] * 3
    assert [found.head_of(large + n) for n in range(3)] == [large] * 3
    assert [found.is_overflow(large + n) for n in range(3)] == [False, True, True]
    assert found.owner_of(pages["inner"]) == (b"b", b"inner")
    assert found.owner_of(pages["b"]) == (b"b",)
    assert found.owner_of(pages["root"]) == ()
    assert found.owner_of(pages["free"]) is None
    assert found.page(pages["free"]).type == "free"


def test_a_page_that_is_not_listed_is_free_only_in_a_file_without_a_list() -> None:
    data, pages = sample(stored=True)
    lost = table(data).page(pages["other"])
    assert (lost.type, lost.owner) == ("leaf", None)
    data, pages = sample(stored=False)
    assert table(data).page(pages["other"]).type == "free"


def test_below_damage_no_page_of_a_file_without_a_list_is_called_free() -> None:
    data, pages = sample(stored=False)
    struct.pack_into("<Q", data, pages["b"] * 4096, 999)
    found = table(data)
    assert [fault.code for fault in found.faults] == ["page-id"]
    assert found.owner_of(pages["b"]) == (b"b",)
    assert found.page(pages["inner"]).type == "leaf"
    assert "free" not in {page.type for page in found.pages()}


def test_pages_that_are_not_there() -> None:
    data, _ = sample(stored=True)
    found = table(data)
    assert len(found) == len(data) // 4096
    for number in (-1, len(found), 2**60):
        with pytest.raises(IndexError):
            found.page(number)
