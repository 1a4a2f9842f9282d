"""A search of keys and raw values finds what the real bbolt's own dump of the file holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boltview.bbolt import DB
from boltview.bbolt.dump import BucketDump
from boltview.bolt.database import Database
from boltview.forensics.search.pattern import literal
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Tree
from tests.forensics.search.naive import hits

RAW = frozenset(("keys", "values"))
keys = st.text("ab/", min_size=1, max_size=5).map(str.encode)
values = st.text("abAB", max_size=12).map(str.encode) | st.just(b"ab" * 3_000)
trees = st.recursive(
    st.dictionaries(keys, values, max_size=60),
    lambda below: st.dictionaries(keys, values | below, max_size=12),
    max_leaves=6,
)
FILES = sorted((Path(__file__).parents[3] / "fixtures/shapes").glob("*.db"))


def within(dump: BucketDump, needle: bytes, path: tuple[bytes, ...] = ()) -> Iterator[object]:
    """Yield the path of each hit in a dump, twice where key and value hold the text."""
    for key, item in dump.elements.items():
        here = (*path, key)
        if needle in key:
            yield here
        if isinstance(item, BucketDump):
            yield from within(item, needle, here)
        elif needle in item:
            yield here


def found(path: Path, text: str) -> list[object]:
    reading = Reading(Database.open(str(path)).revision(), Library())
    return [hit.path for hit in hits(reading, literal(text), RAW)]


def fill(bucket: object, tree: Tree) -> None:
    for key, item in tree.items():
        if isinstance(item, bytes):
            bucket[key] = item  # type: ignore[index]
        else:
            fill(bucket.create_bucket(key), item)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("library")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees, text=st.text("abAB/", min_size=1, max_size=3))
def test_random_trees_that_bbolt_wrote(
    tree: Tree, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("real") / "a.db"
    with DB(path, no_sync=True) as db:
        with db.update() as tx:
            fill(tx.create_bucket(b"top"), tree)
        with db.view() as tx:
            dump = tx.dump()
    assert found(path, text) == list(within(dump, text.encode()))


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shapes(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    with DB(copy, read_only=True) as db, db.view() as tx:
        dump = tx.dump()
    for text in ("", "k", "0", "value", "\x1b"):
        assert found(path, text) == list(within(dump, text.encode()))
