"""Objects and schema agree: each field the schema names has a place in an object."""

import pytest

from boltview.bolt.bulk import Contents
from boltview.containerd.build import makers
from boltview.schema.decode import Decoding
from boltview.schema.model import Node, Schema
from tests.containerd.nodes import LIBRARY, TIME

VALUES = {
    "any": b"\x0a\x01x",
    "byte": b"\x01",
    "digest": b"sha256:" + b"a" * 64,
    "enum": b"\x02",
    "none": b"",
    "string": b"text",
    "strings": b"a\0b",
    "time": TIME,
    "uvarint": b"\x05",
    "varint": b"\x08",
}
OBJECTS = {
    "containerd.metadata": 8,
    "containerd.snapshotter": 1,
    "containerd.mounts": 2,
}


def schema(name: str) -> Schema:
    (head,) = [head for head in LIBRARY.heads() if head.id == name]
    return LIBRARY.schema(head)


def filled(node: Node) -> Contents:
    """Return a bucket that has every field of a schema node."""
    contents: Contents = {}
    for key, child in [*node.literals.items(), (b"sha256:" + b"b" * 64, node.placeholder)]:
        if child and child.field:
            name = b"\x00" if child.field.key == "byte" else key
            contents[name] = filled(child) if child.field.is_bucket else VALUES[child.field.type]
    return contents


@pytest.mark.parametrize("name", OBJECTS)
def test_every_field_of_the_schema_is_typed(name: str) -> None:
    found = makers(schema(name), Decoding(LIBRARY.descriptor_sets))
    built = 0
    for kind, places in found.items():
        for maker in places:
            node = schema(name).node_at([part.encode() for part in maker.field.pattern])
            assert node is not None
            contents = filled(node)
            if kind == "namespace":
                contents = {key: {b"key": b"text"} if key == b"labels" else {} for key in contents}
            key = b"sha256:" + b"c" * 64
            item = maker.build(
                (*(b"v1", b"ns", b"x", b"y")[: len(maker.field.pattern)], key), contents
            )
            assert item.record.unknown == ()
            assert item.record.faults == ()
            for gone in contents:
                rest = {other: value for other, value in contents.items() if other != gone}
                without = maker.build(item.record.path, rest)
                assert without[:-1] != item[:-1], f"{kind} has no place for {gone!r}"
        built += 1
    assert built == OBJECTS[name]


def test_a_field_without_a_place_is_listed_as_unknown() -> None:
    (maker,) = makers(schema("containerd.metadata"), Decoding(LIBRARY.descriptor_sets))["image"]
    contents: Contents = {
        b"createdat": TIME,
        b"updatedat": TIME,
        b"colour": b"blue",
        b"more": {b"a": b"1"},
    }
    item = maker.build((b"v1", b"ns", b"images", b"name"), contents)
    assert [(found.path, found.value) for found in item.record.unknown] == [
        ((b"colour",), b"blue"),
        ((b"more",), None),
        ((b"more", b"a"), b"1"),
    ]
