"""A revision read through a schema: fields, values, keys, words and the layout's version."""

from pathlib import Path

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from boltview.schema.values import GoTime, Named
from tests.bolt.build import Image, Tree
from tests.bolt.reading import open_bytes
from tests.schema.databases import database, reading
from tests.schema.small import SMALL, put
from tests.schema.wire import go_time, uvarint, varint

THING = uvarint(300)
TREE: Tree = {
    b"meta": {b"layout": varint(7)},
    b"things": {
        THING: {
            b"at": go_time(1_720_438_196, 823_022_927),
            b"kind": b"\x02",
            b"more": {b"\xff": b"text"},
            b"note": b"unknown to the schema",
        },
        b"web": {b"at": b"broken", b"kind": {b"x": b""}},
        b"plain": b"a key where the schema has a bucket",
    },
}


@pytest.fixture
def small(tmp_path: Path) -> Reading:
    return reading(TREE, tmp_path, small__toml=SMALL)


def bucket(found: Reading, *path: bytes) -> Bucket:
    here: object = found.root
    for key in path:
        assert isinstance(here, Bucket)
        here = here.get(key)
    assert isinstance(here, Bucket)
    return here


def entry(holder: Bucket, key: bytes) -> Pair | Bucket:
    found = holder.get(key)
    assert isinstance(found, Pair | Bucket)
    return found


def pair(holder: Bucket, key: bytes) -> Pair:
    found = holder.get(key)
    assert isinstance(found, Pair)
    return found


def test_values_decode_with_the_way_back_to_their_bytes(small: Reading) -> None:
    thing = bucket(small, b"things", THING)
    at = pair(thing, b"at")
    value = small.value(thing, at)
    assert value.data == GoTime(1_720_438_196, 823_022_927, None)
    assert (value.decoder, value.error, value.origin) == ("time", "", at.origin)
    assert small.revision.source.read(at.origin.offset, at.origin.length) == value.raw
    assert small.value(thing, pair(thing, b"kind")).data == Named(2, "some")


def test_a_value_that_does_not_decode_keeps_its_bytes(small: Reading) -> None:
    web = bucket(small, b"things", b"web")
    value = small.value(web, pair(web, b"at"))
    assert (value.data, value.raw, value.decoder) == (b"broken", b"broken", "time")
    assert "version 98" in value.error


def test_what_the_schema_does_not_know_is_bytes(small: Reading) -> None:
    things = bucket(small, b"things")
    for holder, key in ((bucket(small, b"things", THING), b"note"), (things, b"plain")):
        assert small.field(holder, entry(holder, key)) is None
        value = small.value(holder, pair(holder, key))
        assert (value.data, value.decoder, value.error) == (value.raw, "bytes", "")
    web = bucket(small, b"things", b"web")
    assert small.field(web, entry(web, b"kind")) is None


def test_fields_know_what_an_entry_is(small: Reading) -> None:
    things = bucket(small, b"things")
    field = small.field(things, entry(things, THING))
    assert field
    assert (field.object, field.is_bucket) == ("thing", True)
    field = small.field(small.root, things)
    assert field
    assert field.path == "things"


def test_keys_decode_as_the_schema_says(small: Reading) -> None:
    things = bucket(small, b"things")
    assert small.key(things, entry(things, THING)) == 300
    # 0x77 is the varint 119; only the schema knows that a name was meant.
    assert small.key(things, entry(things, b"web")) == 119
    assert small.key(things, entry(things, b"plain")) == "plain"
    more = bucket(small, b"things", THING, b"more")
    assert small.key(more, entry(more, b"\xff")) == b"\xff"


def test_words_are_explained_by_the_glossary_of_the_field(small: Reading) -> None:
    things = bucket(small, b"things")
    field = small.field(things, entry(things, THING))
    assert field
    assert small.explain(field, b"a.b") == "Begins with a.b."
    assert small.explain(field, b"a\xff") == "Begins with a."
    assert small.explain(field, b"\xff") == ""
    plain = small.field(small.root, things)
    assert plain
    assert small.explain(plain, b"a") == ""


def test_the_version_of_the_layout(small: Reading) -> None:
    version = small.version()
    assert version
    assert (version.data, version.decoder) == (7, "varint")


@pytest.mark.parametrize(
    "version_key", ["meta/nothing", "nothing/layout", "meta/layout/deeper", "meta"]
)
def test_no_version_where_there_is_no_such_key(tmp_path: Path, version_key: str) -> None:
    text = SMALL.replace('version_key = "meta/layout"', f'version_key = "{version_key}"')
    found = reading(TREE, tmp_path, small__toml=text)
    assert found.schema
    assert found.version() is None


def test_no_version_where_the_schema_has_none(tmp_path: Path) -> None:
    text = SMALL.replace('version_key = "meta/layout"\n', "")
    assert reading(TREE, tmp_path, small__toml=text).version() is None


def test_an_unknown_kind_is_read_as_bytes() -> None:
    found = Reading.of(database(TREE), Library())
    assert found.schema is None
    assert found.version() is None
    meta = bucket(found, b"meta")
    assert found.field(meta, entry(meta, b"layout")) is None
    assert found.value(meta, pair(meta, b"layout")).decoder == "bytes"
    assert found.key(meta, entry(meta, b"layout")) == "layout"


def test_each_revision_is_recognised_by_its_own_content(tmp_path: Path) -> None:
    image = Image()
    old = image.nested({b"other": {b"x": b""}})
    new = image.nested({b"meta": {b"layout": b"\x02"}, b"things": {}})
    data = image.finish(old)
    older = data[: image.page_size]
    data = image.finish(new)
    data[: image.page_size] = older
    library = Library((put(tmp_path, small__toml=SMALL),))
    now = Reading.of(open_bytes(data), library)
    before = Reading.of(open_bytes(data), library, which="previous")
    assert now.schema
    assert now.schema.id == "small"
    assert before.schema is None


def test_the_path_decides_for_an_empty_database(tmp_path: Path) -> None:
    library = Library((put(tmp_path, small__toml=SMALL),))
    found = Reading.of(database({}), library, "/x/small.db")
    assert found.schema
    assert found.schema.id == "small"
    assert found.version() is None
    assert Reading.of(database({}), library, "/x/other.db").schema is None
