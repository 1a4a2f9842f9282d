"""What `info` says agrees with what bbolt's own tools said of the same files."""

import json
import re
from typing import Any

import pytest

from boltview.bolt.database import Database
from boltview.bolt.locks import LockHolder
from boltview.bolt.source import MemorySource
from boltview.report.info import WALKED_UNASKED, Space, free_space, info_json, info_lines
from boltview.report.jsontext import dumps
from boltview.report.opened import Opened
from boltview.report.summary import previous_state, verdict
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image, Meta, put_meta
from tests.report.open import CLOCK, META_16, META_24, ROOT, SHAPES, opened_file


def opened_bytes(data: bytes | bytearray, holder: LockHolder | None = None) -> Opened:
    database = Database(MemorySource(data))
    reading = Reading.of(database, Library())
    return Opened(database, reading, "dir/meta\x1b.db", CLOCK, len(data), holder)


def truth(shape: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHAPES / f"{shape}.json").read_text())
    return found


@pytest.mark.parametrize("shape", sorted(path.stem for path in SHAPES.glob("*.db")))
def test_a_file_is_described_as_bbolt_describes_it(shape: str) -> None:
    said = truth(shape)
    opened = opened_file(SHAPES / f"{shape}.db")
    document: Any = info_json(opened, free_space(opened, count=False))
    current = max(said["metas"], key=lambda meta: meta["txid"])
    assert document["size"] == said["size"]
    assert document["page_size"] == said["page_size"]
    assert document["txid"] == current["txid"]
    assert document["high_water"] == current["high_water"]
    assert document["free_pages"] == len(said["free"])
    assert document["free_bytes"] == len(said["free"]) * said["page_size"]
    assert document["damage"] == []
    assert document["verdict"] == "healthy so far as read"
    for meta, theirs in zip(document["metas"], said["metas"], strict=True):
        assert meta["valid"]
        for name in ("txid", "root", "high_water", "page_size", "version", "flags", "checksum"):
            assert meta[name] == theirs[name], name
        kept = theirs["freelist"] if theirs["freelist"] < 1 << 63 else "not kept"
        assert meta["freelist"] == kept


@pytest.mark.parametrize("shape", sorted(path.stem for path in SHAPES.glob("*.db")))
def test_free_pages_are_counted_as_they_are_listed(shape: str) -> None:
    """The walk finds as many free pages as the freelist holds, or as bbolt found without one."""
    opened = opened_file(SHAPES / f"{shape}.db")
    current = opened.reading.revision.meta
    without = current._replace(freelist=2**64 - 1)
    opened.reading.revision.meta = without
    space = free_space(opened, count=False)
    # A walk cannot tell the freelist's own pages from free ones.
    kept = [page for page in truth(shape)["pages"] if page["type"] == "freelist"]
    own = sum(1 + page["overflow"] for page in kept) if current.has_freelist else 0
    assert space.free_pages == len(truth(shape)["free"]) + own
    assert space.total_pages == current.high_water


def test_the_nodes_are_described_as_their_table_says() -> None:
    readme = (ROOT / "fixtures/README.md").read_text()
    for path, schema in ((META_16, 3), (META_24, 4)):
        row = next(
            line
            for line in readme.splitlines()
            if f"`{path.relative_to(ROOT / 'fixtures')}`" in line
        )
        txid, root = re.findall(r"txid (\d+), both metas have root page (\d+)", row)[0]
        opened = opened_file(path)
        document: Any = info_json(opened, free_space(opened, count=False))
        assert document["txid"] == int(txid)
        assert {meta["root"] for meta in document["metas"]} == {int(root)}
        assert document["schema"]["id"] == "containerd.metadata"
        assert document["schema"]["version"] == schema


def test_the_lines_are_printable_and_hold_the_same_facts() -> None:
    opened = opened_file(META_24)
    space = free_space(opened, count=False)
    lines = info_lines(opened, space)
    shown = dict(lines)
    assert all(text.isprintable() for _, text in lines)
    assert shown["page size"].startswith("4096 bytes")
    assert "txid 499" in shown["meta 1"]
    assert "this one is read" in shown["meta 1"]
    assert "this one is read" not in shown["meta 0"]
    assert shown["lock"] == "nobody seen"
    assert shown["read"] == "in place"


def test_a_hostile_file_name_and_process_name_are_escaped() -> None:
    image = Image()
    data = image.finish(image.leaf((b"k", b"v")))
    opened = opened_bytes(data, LockHolder(42, "evil\x1b]0;x\x07", "write"))
    space = free_space(opened, count=False)
    shown = dict(info_lines(opened, space))
    assert shown["database"] == "dir/meta\\x1b.db"
    assert shown["lock"] == "held by evil\\x1b]0;x\\x07 (pid 42), exclusive, as for writing"
    document = info_json(opened, space)
    assert document["lock"] == {"pid": 42, "name": "evil\x1b]0;x\x07", "mode": "write"}
    assert "\x1b" not in dumps(document)


def test_readers_are_told_from_writers() -> None:
    image = Image()
    data = image.finish(image.leaf((b"k", b"v")))
    opened = opened_bytes(data, LockHolder(42, "", "read"))
    shown = dict(info_lines(opened, free_space(opened, count=False)))
    assert shown["lock"] == "held by a process (pid 42), shared"


def test_a_large_file_is_walked_only_when_asked() -> None:
    image = Image()
    root = image.leaf((b"k", b"v"))
    high_water = WALKED_UNASKED // 4096 + 1
    data = image.finish(root, high_water=high_water)
    data += bytes(high_water * 4096 - len(data))
    opened = opened_bytes(data)
    assert free_space(opened, count=False)[:2] == (None, high_water)
    assert free_space(opened, count=True)[:2] == (high_water - 3, high_water)


def test_pages_that_damage_hides_are_not_called_free() -> None:
    data = bytearray(META_24.read_bytes())
    data[34 * 4096 : 35 * 4096] = bytes(4096)
    opened = opened_bytes(data)
    space = free_space(opened, count=True)
    assert space.free_pages is None
    assert "damage" in space.how


def test_a_damaged_root_leaves_the_schema_open() -> None:
    data = bytearray(META_24.read_bytes())
    data[158 * 4096 : 159 * 4096] = bytes(4096)
    opened = opened_bytes(data)
    shown = dict(info_lines(opened, free_space(opened, count=False)))
    assert shown["schema"].startswith("not known: damage")


def test_a_bad_freelist_is_damage_and_leaves_the_space_unknown() -> None:
    image = Image()
    root = image.leaf((b"k", b"v"))
    opened = opened_bytes(image.finish(root, freelist=root))
    space = free_space(opened, count=True)
    assert space[:2] == (None, 3)
    document: Any = info_json(opened, space)
    assert [fault["code"] for fault in document["damage"]] == ["freelist-page"]
    assert document["verdict"] == "damaged: 1 fault met"


def spoiled(*slots: int) -> bytearray:
    data = bytearray(META_24.read_bytes())
    for slot in slots:
        data[slot * 4096 + 16 + 56] ^= 0xFF
    return data


@pytest.mark.parametrize(("slot", "txid"), [(0, 499), (1, 498)])
def test_one_bad_meta(slot: int, txid: int) -> None:
    opened = opened_bytes(spoiled(slot))
    document: Any = info_json(opened, free_space(opened, count=False))
    assert document["txid"] == txid
    assert document["verdict"] == f"meta {slot} invalid, revision {txid} used"
    assert [meta["valid"] for meta in document["metas"]] == [slot == 1, slot == 0]
    assert "checksum" in document["metas"][slot]["problem"]
    shown = dict(info_lines(opened, free_space(opened, count=False)))
    assert shown[f"meta {slot}"].startswith("invalid: checksum")
    assert shown["previous"].startswith("lost")


def test_a_missing_second_meta() -> None:
    opened = opened_bytes(META_24.read_bytes()[:4096])
    document: Any = info_json(opened, Space(None, 159, "not asked"))
    assert document["metas"][1] is None
    shown = dict(info_lines(opened, Space(None, 159, "not asked")))
    assert shown["meta 1"] == "missing: the file ends before it"


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (Meta(root=2, txid=6), Meta(root=2, txid=7), "identical"),
        (Meta(root=3, txid=6), Meta(root=2, txid=7), "plausible: whole"),
        (Meta(root=3, txid=3), Meta(root=2, txid=7), "plausible, but not the one directly before"),
        (Meta(root=3, txid=6, checksum=1), Meta(root=2, txid=7), "lost"),
    ],
)
def test_what_the_previous_revision_is_worth(first: Meta, second: Meta, state: str) -> None:
    image = Image()
    image.leaf((b"k", b"v"))
    image.leaf((b"k", b"w"))
    put_meta(image.data, 0, first._replace(high_water=4))
    put_meta(image.data, 1, second._replace(high_water=4))
    database = Database(MemorySource(image.data))
    assert previous_state(database.metas.current, database.metas.other).startswith(state)


def test_the_verdict_counts_the_faults_met() -> None:
    opened = opened_bytes(spoiled(0))
    assert verdict(opened.database) == "meta 0 invalid, revision 499 used"
    image = Image()
    inner = image.leaf((b"k", b"v"))
    root = image.leaf(image.bucket(b"a", inner), image.bucket(b"b", 99))
    broken = opened_bytes(image.finish(root))
    assert verdict(broken.database) in {"healthy so far as read", "damaged: 1 fault met"}
    list(broken.reading.root.entries())
    assert verdict(broken.database) == "damaged: 1 fault met"
