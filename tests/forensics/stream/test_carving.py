"""Pages in a stream that is no bolt file: found at any alignment, told apart, carved as ever."""

import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.bolt.bulk import Contents
from boltview.bolt.format import LITTLE
from boltview.bolt.source import MemorySource
from boltview.forensics.carve import UNKNOWN, Carved, carve
from boltview.forensics.stream.carving import StreamCarving
from boltview.schema.load import Library
from tests.plugins.figures import Figure
from tests.plugins.require import Require
from tests.report.open import META_24, ROOT, opened_file

PAIRS = ROOT / "fixtures/gc-pairs"
AFTER = PAIRS / "2.after.db"
SIZE = 4096

Found = Counter[tuple[str, tuple[bytes, ...], str, bool]]


def searched(data: bytes) -> tuple[StreamCarving, list[Carved]]:
    carving = StreamCarving(MemorySource(data), Library())
    return carving, [record for record, _ in carving.records()]


def told(records: list[Carved]) -> Found:
    return Counter((one.type, one.path, one.state, one.is_complete) for one in records)


def of_file(path: Path) -> list[Carved]:
    return list(carve(opened_file(path).reading))


def leaves(contents: Contents) -> Iterator[bytes]:
    for value in contents.values():
        if isinstance(value, dict):
            yield from leaves(value)
        elif value:
            yield value


def all_objects(path: Path) -> set[tuple[str, bytes]]:
    """Return what is in a file at all, in its tree or not: kind and key."""
    from boltview.containerd.metadata import Metadata

    reading = opened_file(path).reading
    metadata = Metadata(reading)
    live = {
        *(("container", one.id.encode()) for one in metadata.containers()),
        *(("image", one.name.encode()) for one in metadata.images()),
        *(("lease", one.id.encode()) for one in metadata.leases()),
        *(("blob", one.digest.encode()) for one in metadata.blobs()),
        *(("ingest", one.ref.encode()) for one in metadata.ingests()),
        *(("snapshot", one.key.encode()) for one in metadata.snapshots()),
        *(("sandbox", one.id.encode()) for one in metadata.sandboxes()),
    }
    return live | {(one.type, one.path[-1]) for one in of_file(path) if one.path}


@pytest.mark.parametrize("before", [0, 1, 511, 4096, 1_000_003])
def test_a_file_at_any_offset_gives_what_the_file_itself_gives(before: int) -> None:
    noise = random.Random(before)  # noqa: S311 - reproducible on purpose
    head, tail = noise.randbytes(before), noise.randbytes(777)
    # At 0 it must not begin as a file does, or it would be one.
    data = AFTER.read_bytes()
    carving, records = searched(head + data + tail)
    assert told(records) == told(of_file(AFTER))
    (piece,) = carving.pieces
    assert (piece.txid, piece.mosaic.offset) == (251, before)
    assert piece.mosaic.is_in_one_piece
    stream = head + data + tail
    for record in records:
        key = record.path[-1]
        origin = record.origin
        lies = stream[origin.offset : origin.offset + origin.length]
        # A record with pages of its own is named on another page.
        assert key in lies or all(value in stream for value in leaves(record.contents))


def test_two_files_are_not_mixed_and_copies_come_once() -> None:
    one, other = AFTER.read_bytes(), META_24.read_bytes()
    carving, records = searched(b"x" * 100 + one + b"y" * 1000 + other + bytes(5000) + one)
    assert told(records) == told(of_file(AFTER)) + told(of_file(META_24))
    assert sorted(piece.txid or 0 for piece in carving.pieces) == [251, 251, 499]


def test_pieces_of_a_file_are_put_together_again() -> None:
    data = AFTER.read_bytes()
    pages = len(data) // SIZE
    cut = [0, pages // 3, pages // 2, pages]
    parts = [data[a * SIZE : b * SIZE] for a, b in pairwise(cut)]
    stream = b"!" * 512 + parts[2] + b"?" * 1024 + parts[0] + b"." * 512 + parts[1]
    carving, records = searched(stream)
    assert told(records) == told(of_file(AFTER))
    assert carving.pieces[0].mosaic.runs == 3


@pytest.mark.parametrize("path", [AFTER, META_24], ids=["gc", "node"])
def test_pages_in_any_order_and_without_metas(path: Path, figure: Figure) -> None:
    data = path.read_bytes()
    pages = [data[at : at + SIZE] for at in range(2 * SIZE, len(data), SIZE)]
    random.Random(1).shuffle(pages)  # noqa: S311 - reproducible on purpose
    _, records = searched(b"".join(pages))
    known = all_objects(path)
    found = {(one.type, one.path[-1]) for one in records if one.path and one.is_complete}
    assert {one.state for one in records} == {UNKNOWN}
    made = {one for one in found if one[1] and one[0] not in {"namespace", "unattributed"}}
    assert made <= known
    missing = known - found
    figure(f"{path.name}, its pages in any order: {len(known & found)} of {len(known)} objects")
    assert len(missing) <= len(known) // 20


def test_a_file_without_metas_is_carved_as_a_stream() -> None:
    data = bytes(2 * SIZE) + AFTER.read_bytes()[2 * SIZE :]
    carving, records = searched(data)
    known = all_objects(AFTER)
    found = {(one.type, one.path[-1]) for one in records if one.path}
    assert known <= found
    assert [piece.txid for piece in carving.pieces] == [None]
    assert all(one.state == UNKNOWN for one in records)


@pytest.mark.parametrize("block", ["1024", "4096"])
def test_a_disk_image(tmp_path: Path, require: Require, block: str) -> None:
    # Of blocks of 1024 bytes those that are all zeros are nowhere: pages lie in pieces.
    mke2fs = require("mke2fs")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "before").write_bytes(random.Random(2).randbytes(30_000))  # noqa: S311
    (tree / "meta.db").write_bytes(AFTER.read_bytes())
    image = tmp_path / "disk.img"
    command = [mke2fs, "-q", "-t", "ext4", "-b", block, "-d", str(tree), str(image), "8M"]
    subprocess.run(command, check=True)
    carving, records = searched(image.read_bytes())
    assert told(records) == told(of_file(AFTER))
    assert carving.pieces[0].mosaic.is_in_one_piece == (block == "4096")


def test_a_page_cut_short_gives_what_is_whole_of_it() -> None:
    data = META_24.read_bytes()[: 40 * SIZE - 1000]
    _, records = searched(b"z" + data)
    known = all_objects(META_24)
    named = {(one.type, one.path[-1]) for one in records if one.path and one.path[-1]}
    assert named
    assert {one for one in named if one[0] not in {"namespace", "unattributed"}} <= known


@given(st.binary(max_size=3000))
def test_any_bytes_end_quietly(data: bytes) -> None:
    searched(data)


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.integers(2, 1 << 23),
            st.sampled_from([1, 2, 4]),
            st.integers(1, 200),
            st.integers(0, 1 << 20),
            st.binary(max_size=100),
        ),
        max_size=30,
    )
)
def test_forged_pages_end_quietly(pages: list[tuple[int, int, int, int, bytes]]) -> None:
    stream = b"".join(
        LITTLE.header.pack(number, flags, count, overflow)
        + (
            LITTLE.leaf.pack(0, 16 * count, 1, 5)
            if flags == 2
            else LITTLE.branch.pack(16 * count, 1, 9)
        )
        + rest.ljust(64, b"\0")
        for number, flags, count, overflow, rest in pages
    )
    carving, _ = searched(stream)
    assert sum(piece.mosaic.pages for piece in carving.pieces) <= 1 << 26
