"""Fields of headers and metas lie where the format says, and say what it says."""

import struct

import pytest

from boltview.bolt.format import LITTLE, Header
from boltview.bolt.meta import parse_meta
from boltview.bolt.page import Page
from boltview.bolt.parts import (
    Part,
    bucket_parts,
    element_parts,
    freelist_parts,
    meta_parts,
    page_header_parts,
)
from tests.bolt.build import FREELIST, Image
from tests.bolt.reading import current


def places(parts: list[Part], start: int = 0) -> list[tuple[str, int, int]]:
    return [(part.name, part.offset - start, part.length) for part in parts]


def test_a_page_header() -> None:
    parts = page_header_parts(Header(7, 2, 5, 1), 28_672)
    assert places(parts, 28_672) == [
        ("page header", 0, 16), ("id", 0, 8), ("flags", 8, 2), ("count", 10, 2), ("overflow", 12, 4)
    ]  # fmt: skip
    assert [part.meaning for part in parts[1:]] == [
        "7", "0x2: leaf", "5 elements", "1 further pages belong to it"
    ]  # fmt: skip
    assert [part.depth for part in parts] == [0, 1, 1, 1, 1]


# The test vector of the format's description: 64 bytes behind the header of page 0.
META = bytes.fromhex(
    "edda0ced02000000001000000000000075000000000000000000000000000000"
    "7600000000000000770000000000000007000000000000 00b8247490502951eb"
)


def test_a_meta() -> None:
    page = struct.pack("<QHHI", 0, 4, 0, 0) + META
    parts = meta_parts(parse_meta(0, 0, page, LITTLE))
    assert places(parts) == [
        ("meta", 16, 64), ("magic", 16, 4), ("version", 20, 4), ("pageSize", 24, 4),
        ("flags", 28, 4), ("root pgid", 32, 8), ("root sequence", 40, 8), ("freelist", 48, 8),
        ("pgid", 56, 8), ("txid", 64, 8), ("checksum", 72, 8),
    ]  # fmt: skip
    said = {part.name: part.meaning for part in parts}
    assert said["root pgid"].startswith("page 117 ")
    assert said["freelist"] == "page 118"
    assert said["pgid"].startswith("page 119 ")
    assert said["txid"] == "transaction 7 wrote it"
    assert said["checksum"].endswith(": right")


def test_a_meta_whose_checksum_is_wrong_says_what_would_be_right() -> None:
    page = struct.pack("<QHHI", 0, 4, 0, 0) + META[:-1] + b"\0"
    parts = meta_parts(parse_meta(0, 0, page, LITTLE))
    assert parts[-1].meaning.endswith("wrong, eb512950907424b8 would be right")
    assert parts[0].meaning.startswith("checksum error")


def test_a_bucket_header() -> None:
    parts = bucket_parts(12, 3, 100)
    assert places(parts, 100) == [("bucket header", 0, 16), ("root", 0, 8), ("sequence", 8, 8)]
    assert [part.meaning for part in parts[1:]] == ["page 12 is the top of its tree", "3"]
    assert "inline" in bucket_parts(0, 0, 0)[1].meaning


@pytest.mark.parametrize("order", ["<", ">"])
def test_elements_of_leaf_and_branch(order: str) -> None:
    image = Image(order=order)
    first, second = image.leaf((b"a", b"one")), image.leaf((b"k", b"two"))
    branch = image.branch((b"a", first), (b"k", second))
    revision = current(image.finish(image.leaf(image.bucket(b"b", branch))))
    page = revision.page(branch)
    assert isinstance(page, Page)
    parts = element_parts(page, 1)
    assert places(parts, branch * 4096 + 32) == [
        ("element 1", 0, 16), ("pos", 0, 4), ("ksize", 4, 4), ("pgid", 8, 8)
    ]  # fmt: skip
    # The rest of the table, 16 bytes of it, and the first key lie between.
    assert parts[1].meaning == "17: from here to the key"
    assert parts[3].meaning == f"page {second} holds the keys from this one on"
    leaf = revision.page(first)
    assert isinstance(leaf, Page)
    parts = element_parts(leaf, 0)
    assert places(parts, first * 4096 + 16)[1:] == [
        ("flags", 0, 4), ("pos", 4, 4), ("ksize", 8, 4), ("vsize", 12, 4)
    ]  # fmt: skip
    assert parts[4].meaning == "the value takes 3 bytes"


def test_a_freelist_and_the_ids_that_are_too_many_to_list() -> None:
    image = Image()
    page = image.page(FREELIST, 3, struct.pack("<3Q", 5, 8, 9))
    revision = current(image.finish(image.leaf()))
    header = Header(page, FREELIST, 3, 0)
    parts = freelist_parts(revision, header, page * 4096, 2)
    assert places(parts, page * 4096) == [("id", 16, 8), ("id", 24, 8), ("ids", 32, 8)]
    assert [part.meaning for part in parts] == [
        "page 5 is free", "page 8 is free", "1 further ids"
    ]  # fmt: skip


def test_a_count_beyond_the_page_is_not_believed() -> None:
    image = Image()
    page = image.page(FREELIST, 3, struct.pack("<3Q", 2**60, 8, 9))
    revision = current(image.finish(image.leaf()))
    parts = freelist_parts(revision, Header(page, FREELIST, 0xFFFF, 0), page * 4096, 10**9)
    assert parts[0].name == "count"
    assert max(part.offset + part.length for part in parts) <= revision.source.size
