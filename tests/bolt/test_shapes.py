"""Every shape reads as the real bbolt read it: the JSON beside each was written by it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.freelist import Freelist, read_freelist
from boltview.bolt.index import BucketIndex
from boltview.bolt.page import Page
from tests.bolt.reading import Path as KeyPath
from tests.bolt.reading import read_all

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "shapes"
SHAPES = sorted(FOLDER.glob("*.db"))

Json = dict[str, Any]


@pytest.fixture(params=SHAPES, ids=lambda path: path.stem)
def shape(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def oracle(shape: Path) -> Json:
    told: Json = json.loads(shape.with_suffix(".json").read_text(encoding="utf-8"))
    return told


@pytest.fixture
def database(shape: Path) -> Database:
    return Database.open(str(shape), strict=True)


def items_below(items: list[Json], path: KeyPath = ()) -> Iterator[tuple[KeyPath, Json]]:
    """Yield every item of the oracle with its path, in key order, parents first."""
    for item in items:
        below = (*path, bytes.fromhex(item["key"]))
        yield below, item
        if "bucket" in item:
            yield from items_below(item["bucket"]["items"], below)


def told_of(value: bytes) -> Json:
    """Describe a value as the oracle does."""
    if len(value) > 1024:
        return {"value_length": len(value), "value_sha256": hashlib.sha256(value).hexdigest()}
    return {"value": value.hex()}


def tell(bucket: Bucket) -> list[Json]:
    """Describe a bucket's entries as the oracle does."""
    found = []
    for entry in bucket.entries():
        assert not isinstance(entry, Damage)
        told: Json = {"key": entry.key.hex()}
        if isinstance(entry, Pair):
            told |= told_of(entry.value)
        else:
            told["bucket"] = {
                "root": entry.root,
                "inline": entry.is_inline,
                "sequence": entry.sequence,
                "items": tell(entry),
            }
        found.append(told)
    return found


def test_there_are_shapes() -> None:
    assert len(SHAPES) >= 15


def test_the_metas_are_those_that_bbolt_prints(database: Database, oracle: Json) -> None:
    assert database.page_size == oracle["page_size"]
    assert database.source.size == oracle["size"]
    for meta, told in zip(database.metas.pages, oracle["metas"], strict=True):
        assert meta is not None
        assert meta.is_valid
        assert {
            "page": meta.slot,
            "version": meta.version,
            "page_size": meta.page_size,
            "flags": meta.flags,
            "root": meta.root,
            "freelist": meta.freelist,
            "high_water": meta.high_water,
            "txid": meta.txid,
            "checksum": f"{meta.checksum:016x}",
        } == told


@pytest.mark.parametrize("which", ["current", "previous"])
def test_the_whole_content_is_what_bbolt_reads(
    database: Database, oracle: Json, which: str
) -> None:
    revision = database.revision(which)
    assert revision.txid == oracle[which]["txid"]
    assert tell(revision.root) == oracle[which]["items"]
    assert not len(database.damage)


def test_the_page_headers_are_those_that_bbolt_lists(database: Database, oracle: Json) -> None:
    revision = database.revision()
    listed = 0
    for told in oracle["pages"]:
        if told["type"] in {"branch", "leaf"}:
            page = revision.page(told["id"])
            assert isinstance(page, Page)
            header = page.block.header
            assert page.is_leaf == (told["type"] == "leaf")
            assert (header.elements, header.overflow) == (told["count"], told["overflow"])
            assert len(page.elements) == told["count"]
            listed += 1
    assert listed


def test_the_freelist_is_what_bbolt_stored(database: Database, oracle: Json) -> None:
    found = read_freelist(database.revision())
    if oracle["stored_freelist"] is None:
        assert found is None
        return
    assert isinstance(found, Freelist)
    assert list(found.ids) == oracle["stored_freelist"]
    (told,) = (page for page in oracle["pages"] if page["id"] == found.page)
    assert (told["type"], told["overflow"]) == ("freelist", found.overflow)


def test_every_origin_leads_to_the_bytes(shape: Path, database: Database) -> None:
    data = shape.read_bytes()
    found = read_all(database.revision().root)
    for path, pair in found.pairs.items():
        key, value = pair.key_origin, pair.origin
        assert data[key.offset : key.offset + key.length] == path[-1]
        assert data[value.offset : value.offset + value.length] == found.records[path]
        assert value.length == pair.size
    for path, bucket in found.buckets.items():
        name = bucket.header.key_origin
        assert name is not None
        assert data[name.offset : name.offset + name.length] == path[-1]
        raw = data[bucket.origin.offset :][:16]
        assert raw == bucket.root.to_bytes(8, "little") + bucket.sequence.to_bytes(8, "little")


def test_every_key_is_found_by_look_up_and_by_position(database: Database, oracle: Json) -> None:
    buckets: dict[KeyPath, Bucket] = {(): database.revision().root}
    positions: dict[KeyPath, int] = {}
    indices: dict[KeyPath, BucketIndex] = {(): BucketIndex(buckets[()])}
    for path, item in items_below(oracle["current"]["items"]):
        above, key = path[:-1], path[-1]
        found = buckets[above].get(key)
        if isinstance(found, Pair):
            assert told_of(found.value).items() <= item.items()
        else:
            assert isinstance(found, Bucket)
            assert "bucket" in item
            buckets[path] = found
            indices[path] = BucketIndex(found)
            assert len(indices[path]) == len(item["bucket"]["items"])
        position = positions.get(above, 0)
        positions[above] = position + 1
        by_position = indices[above][position]
        assert not isinstance(by_position, Damage)
        assert by_position.key == key
        assert indices[above].position(key) == position
        assert buckets[above].get(key + b"\0") is None or (*above, key + b"\0") in buckets
