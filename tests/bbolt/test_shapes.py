"""Every fixture shape reads as an independent program on the real bbolt read it."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from boltview.bbolt import DB, Bucket, BucketDump, PageInfo

SHAPES = Path(__file__).resolve().parents[2] / "fixtures" / "shapes"
NO_FREELIST = 2**64 - 1


def read(bucket: Bucket) -> list[dict[str, Any]]:
    """Describe a bucket as the JSON beside the shapes does."""
    items: list[dict[str, Any]] = []
    for key, value in bucket.entries():
        item: dict[str, Any] = {"key": key.hex()}
        if isinstance(value, Bucket):
            root = value.root_page()
            item["bucket"] = {
                "root": root,
                "inline": root == 0,
                "sequence": value.sequence,
                "items": read(value),
            }
        elif len(value) > 1024:
            item["value_length"] = len(value)
            item["value_sha256"] = hashlib.sha256(value).hexdigest()
        else:
            item["value"] = value.hex()
        items.append(item)
    return items


def flat(dump: BucketDump) -> list[object]:
    """List everything in a dump, in order."""
    return [
        (key, value.sequence, flat(value)) if isinstance(value, BucketDump) else (key, value)
        for key, value in dump.elements.items()
    ]


def walked(bucket: Bucket) -> list[object]:
    """List the same by walking."""
    return [
        (key, value.sequence, walked(value)) if isinstance(value, Bucket) else (key, value)
        for key, value in bucket.entries()
    ]


def described(page: PageInfo) -> dict[str, Any]:
    if page.type == "free":
        return {"id": page.id, "type": "free"}
    return {"id": page.id, "type": page.type, "count": page.count, "overflow": page.overflow}


@pytest.mark.parametrize("name", sorted(path.stem for path in SHAPES.glob("*.db")))
def test_a_shape_reads_as_the_other_program_read_it(name: str, path: Path) -> None:
    expected = json.loads((SHAPES / f"{name}.json").read_text())
    shutil.copyfile(SHAPES / f"{name}.db", path)
    newest = max(expected["metas"], key=lambda meta: meta["txid"])
    with DB(path, read_only=True, preload_freelist=True) as db, db.view() as tx:
        assert tx.id == expected["current"]["txid"]
        assert read(tx.root) == expected["current"]["items"]
        assert flat(tx.dump()) == walked(tx.root)
        assert [described(page) for page in tx.pages()] == expected["pages"]
        assert tx.free_pages() == expected["free"]
        assert tx.check() == expected["check"] == []
        assert db.info().page_size == expected["page_size"]
        meta = tx.meta()
        assert meta._asdict() == {
            "page_size": newest["page_size"],
            "root": newest["root"],
            "sequence": 0,
            "freelist": NO_FREELIST if newest["freelist"] in {None, -1} else newest["freelist"],
            "high_water": newest["high_water"],
            "txid": newest["txid"],
        }
        assert tx.size() == newest["high_water"] * newest["page_size"]


def test_there_are_shapes() -> None:
    assert len(list(SHAPES.glob("*.db"))) > 10
