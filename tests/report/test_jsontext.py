"""JSON documents parse back, hold nothing a terminal acts on, and never mix two keys up."""

import json
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.source import MemorySource
from boltview.bolt.walk import walk
from boltview.report.jsontext import (
    bucket_json,
    damage_json,
    dumps,
    entry_json,
    key_json,
    to_json,
    value_json,
    visit_json,
)
from boltview.schema.values import AnyValue, GoTime, Named, Value, WireField
from tests.bolt.build import Image
from tests.bolt.sample import sample
from tests.report.open import GO_TIME, META_24, SHAPES, at, composed, opened_file, reading_of

TEXT = st.text(st.characters(exclude_categories=()))
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
DOCUMENT = st.recursive(SCALAR, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner))


@given(DOCUMENT, st.sampled_from([None, 0, 2]))
def test_a_document_parses_back(document: object, indent: int | None) -> None:
    assert json.loads(dumps(document, indent)) == document


@given(DOCUMENT, st.sampled_from([None, 2]))
def test_a_document_holds_no_character_that_a_terminal_acts_on(
    document: object, indent: int | None
) -> None:
    unsafe = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    text = dumps(document, indent).replace("\n", "")
    assert [character for character in text if unicodedata.category(character) in unsafe] == []


@given(DOCUMENT)
def test_without_an_indent_a_document_is_one_line(document: object) -> None:
    assert "\n" not in dumps(document)


@pytest.mark.parametrize("indent", [None, 2])
def test_the_layout_is_that_of_the_standard_library(indent: int | None) -> None:
    document = {"a": [], "b": {}, "c": [1, [2.5, None], {"d": True}], "é": ["x", {}], "": '\\"'}
    assert dumps(document, indent) == json.dumps(document, ensure_ascii=False, indent=indent)


def test_a_document_may_be_deeper_than_the_stack() -> None:
    levels = 20_000
    document: object = b"end"
    for _ in range(levels):
        document = [{"a": document}]
    text = dumps(to_json(document))
    assert text == '[{"a": ' * levels + '"end"' + "}]" * levels
    while isinstance(document, list):  # freed level by level, for the stack's sake
        document = document[0].pop("a")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"text", "text"),
        (b"\xff\x00", {"hex": "ff00"}),
        (GoTime(1_720_438_196, 823_022_927, 7200), "2024-07-08T11:29:56.823022927Z"),
        (GoTime(0, 500_000_000, None), "1970-01-01T00:00:00.5Z"),
        (Named(3, "Committed"), "Committed"),
        (Named(9, ""), 9),
        ((12, 15), [12, 15]),
        (["a", b"\xff"], ["a", {"hex": "ff"}]),
        (None, None),
        (True, True),
        (AnyValue("t/T", "json", {"a": 1}), {"type_url": "t/T", "value": {"a": 1}}),
        (AnyValue("T", "empty", None), {"type_url": "T", "value": None, "encoding": "empty"}),
        (
            AnyValue(
                "T", "wire", [WireField(1, "text", "x"), WireField(2, "bytes", b"\xff")], "no"
            ),
            {
                "type_url": "T",
                "value": [{"field": 1, "text": "x"}, {"field": 2, "bytes": {"hex": "ff"}}],
                "encoding": "wire",
                "note": "no",
            },
        ),
        (
            AnyValue("T", "bytes", b"\x80"),
            {"type_url": "T", "value": {"hex": "80"}, "encoding": "bytes"},
        ),
    ],
)
def test_shapes_of_values(value: object, shown: object) -> None:
    assert to_json(value) == shown


def test_a_value_is_not_changed_by_being_shown() -> None:
    inner = [b"\xff", {"k": b"v"}]
    value = AnyValue("T", "json", {"a": inner})
    to_json(value)
    assert value.value == {"a": [b"\xff", {"k": b"v"}]}
    assert value.value == {"a": inner}


def test_what_does_not_decode_is_hex_with_the_reason() -> None:
    assert value_json(Value(b"\xff", b"\xff", None, "string", "not UTF-8")) == {
        "hex": "ff",
        "error": "not UTF-8",
    }


KEYS = st.binary() | st.lists(
    st.sampled_from([b"0x", b"!", b"%", b"damage", b"30", b"21", b"\xff", b"a"])
).map(b"".join)


@given(KEYS, KEYS)
def test_two_keys_never_become_one(one: bytes, other: bytes) -> None:
    assert (key_json(one) == key_json(other)) == (one == other)


@given(KEYS)
def test_no_key_can_pass_for_damage(key: bytes) -> None:
    assert not key_json(key).startswith("!")


def test_a_bucket_is_an_object() -> None:
    reading = composed(
        {b"v1": {b"version": b"\x08", b"ns": {b"labels": {b"k": b"v", b"\xff": b"\xfe"}}}}
    )
    bucket, entry = at(reading.root, b"v1")
    assert isinstance(entry, Bucket)
    assert entry_json(reading, bucket, entry) == {
        "ns": {"labels": {"0xff": {"hex": "fe", "error": "not UTF-8 at byte 0"}, "k": "v"}},
        "version": 4,
    }


def test_times_and_sizes_of_a_bucket() -> None:
    blob = b"sha256:" + b"0" * 64
    reading = composed(
        {
            b"v1": {
                b"version": b"\x08",
                b"ns": {
                    b"content": {
                        b"blob": {blob: {b"createdat": GO_TIME, b"size": b"\x80\x10"}},
                    }
                },
            }
        }
    )
    bucket, entry = at(reading.root, b"v1", b"ns", b"content", b"blob", blob)
    assert isinstance(entry, Bucket)
    assert entry_json(reading, bucket, entry) == {
        "createdat": "2026-11-23T18:13:15.68Z",
        "size": 1024,
    }


def test_the_lines_of_a_listing() -> None:
    reading = composed({b"v1": {b"ns": {b"images": {}}, b"odd": b"\xff", b"version": b"\x08"}})
    _, v1 = at(reading.root, b"v1")
    assert isinstance(v1, Bucket)
    lines = [visit_json(reading, visit) for visit in walk(reading.revision, v1)]
    assert lines == [
        # The composer gives a bucket the number of its entries as its sequence.
        {"path": "v1/ns", "key": "ns", "kind": "bucket", "sequence": 1},
        {"path": "v1/ns/images", "key": "images", "kind": "bucket", "sequence": 0},
        {
            "path": "v1/odd",
            "key": "odd",
            "kind": "value",
            "type": "bytes",
            "size": 1,
            "value": {"hex": "ff"},
            "unknown": True,
        },
        {
            "path": "v1/version",
            "key": "version",
            "kind": "value",
            "type": "varint",
            "size": 1,
            "value": 4,
        },
    ]


def test_damage_stands_where_it_was_met() -> None:
    broken = sample()
    broken.put(broken.offset("l1"), "Q", 0)
    reading = reading_of(MemorySource(broken.data))
    bucket, tree = at(reading.root, b"tree")
    assert isinstance(tree, Bucket)
    shown = bucket_json(reading, tree)
    page = broken.pages["l1"]
    assert shown.pop("!damage") == [f"page {page}: it calls itself 0"]
    assert len(shown) == 27 - 3
    lines = [visit_json(reading, visit) for visit in walk(reading.revision, tree)]
    faults = [line for line in lines if line["kind"] == "damage"]
    assert faults == [
        {
            "path": "tree",
            "kind": "damage",
            "damage": {
                "code": "page-id",
                "page": page,
                "offset": page * 512,
                "message": f"page {page}: it calls itself 0",
            },
        }
    ]
    assert bucket.path == ()


def test_damage_as_json() -> None:
    assert damage_json(Damage("truncated", None, 4096, "the file ends")) == {
        "code": "truncated",
        "page": None,
        "offset": 4096,
        "message": "the file ends",
    }


def test_buckets_may_nest_deeper_than_the_stack() -> None:
    image = Image(512)
    page = image.leaf((b"end", b"found"))
    for _ in range(2000):
        page = image.leaf(image.bucket(b"a", page))
    reading = reading_of(MemorySource(image.finish(page)))
    text = dumps(bucket_json(reading, reading.root))
    assert text == '{"a": ' * 2000 + '{"end": "found"}' + "}" * 2000


def test_a_real_database_is_a_document_of_finite_numbers_and_strings() -> None:
    opened = opened_file(META_24)
    document = bucket_json(opened.reading, opened.reading.root)
    assert json.loads(dumps(document, 2)) == document
    waiting: list[object] = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        else:
            assert item is None or isinstance(item, str | int | float)
            assert not isinstance(item, float) or math.isfinite(item)


def test_hostile_keys_stay_apart() -> None:
    opened = opened_file(SHAPES / "hostile.db")
    truth = json.loads((SHAPES / "hostile.json").read_text())["current"]["items"]
    for bucket in truth:
        entry = opened.reading.root.get(bytes.fromhex(bucket["key"]))
        assert isinstance(entry, Bucket)
        shown = bucket_json(opened.reading, entry)
        assert len(shown) == len(bucket["bucket"]["items"])
        assert all(isinstance(item, Pair | Bucket) for item in entry.entries())
