"""Which field a path has: literals before placeholders, and no bucket where a key belongs."""

import pytest

from boltview.schema.model import Node, Schema, is_placeholder
from boltview.schema.parse import parse_schema
from tests.schema.small import SMALL

TREE = """\
[schema]
id = "tree"
title = "Tree"
["v1"]
["v1/version"]
type = "varint"
["v1/<space>"]
["v1/<space>/labels"]
["v1/<space>/labels/<label>"]
type = "string"
["v1/<space>/<kind>"]
["v1/<space>/<kind>/<name>"]
type = "none"
["v1/<space>/labels/<label>/deep"]
type = "json"
["<any>"]
type = "bytes"
["a/b/c"]
type = "byte"
"""


@pytest.fixture(scope="module")
def tree() -> Schema:
    return parse_schema("tree.toml", TREE)


@pytest.mark.parametrize(
    ("path", "is_bucket", "pattern"),
    [
        ("v1", True, "v1"),
        ("v1", False, None),  # a literal wins, though the placeholder is a key
        ("v2", False, "<any>"),
        ("v2", True, None),
        ("v1/version", False, "v1/version"),
        ("v1/version", True, None),
        ("v1/default", True, "v1/<space>"),
        ("v1/default", False, None),
        ("v1/default/labels", True, "v1/<space>/labels"),
        ("v1/default/labels/a", False, "v1/<space>/labels/<label>"),
        ("v1/default/images", True, "v1/<space>/<kind>"),
        ("v1/default/images/a", False, "v1/<space>/<kind>/<name>"),
        ("v1/labels/labels/labels", False, "v1/<space>/labels/<label>"),
        ("v1/version/labels", True, None),  # behind a literal its placeholder is not tried
        ("v1/default/labels/a/deep", False, "v1/<space>/labels/<label>/deep"),
        ("v1/default/images/a/deep", False, None),
        ("a", True, None),  # it only leads further
        ("a", False, None),
        ("a/b", True, None),
        ("a/b/c", False, "a/b/c"),
        ("a/b/d", False, None),
        ("<any>", False, "<any>"),
        ("", False, "<any>"),
        ("v1/default/labels/a/deep/er/still", False, None),
    ],
)
def test_the_field_at_a_path(
    tree: Schema, *, path: str, is_bucket: bool, pattern: str | None
) -> None:
    field = tree.field_at([part.encode() for part in path.split("/")], is_bucket=is_bucket)
    assert (field.path if field else None) == pattern


def test_the_root_bucket_has_no_field(tree: Schema) -> None:
    assert tree.field_at([], is_bucket=True) is None
    assert tree.node_at([]) is tree.root


def test_names_that_are_not_utf8_are_placeholders_too(tree: Schema) -> None:
    field = tree.field_at([b"v1", b"\xff", b"labels", b"\0/\xfe"], is_bucket=False)
    assert field
    assert field.path == "v1/<space>/labels/<label>"


def test_literals_are_compared_byte_by_byte(tree: Schema) -> None:
    for name in (b"V1", b"v1 ", b"v1\0", b"v"):
        assert tree.field_at([name], is_bucket=True) is None


def test_fields_come_parents_first_and_each_once(tree: Schema) -> None:
    paths = [field.pattern for field in tree.fields()]
    assert len(set(paths)) == len(paths) == 10
    for place, path in enumerate(paths):
        assert all(path[:end] not in paths[place:] for end in range(1, len(path)))


def test_a_part_is_below_each_bucket_that_has_it() -> None:
    text = SMALL + '\n["others/<other>"]\nparts = ["times"]\n'
    schema = parse_schema("f.toml", text)
    for bucket in (b"things", b"others"):
        at = schema.field_at([bucket, b"x", b"at"], is_bucket=False)
        note = schema.field_at([bucket, b"x", b"more", b"y"], is_bucket=False)
        assert at
        assert note
        assert (at.type, at.pattern[0], note.type) == ("time", bucket.decode(), "string")
        assert schema.field_at([bucket, b"x", b"more"], is_bucket=True) is None


def test_a_node_has_one_child_for_each_name() -> None:
    node = Node()
    first, named = node.grow("<a>"), node.grow("x")
    assert node.grow("<b>") is first
    assert node.grow("x") is named
    assert node.child(b"x") is named
    assert node.child(b"y") is first
    assert list(node.children()) == [named, first]
    assert named.child(b"x") is None


@pytest.mark.parametrize(
    ("component", "expected"), [("<a>", True), ("a", False), ("<a", False), ("a>", False)]
)
def test_what_is_a_placeholder(*, component: str, expected: bool) -> None:
    assert is_placeholder(component) is expected
