"""A schema as a tree, and its counts against what a real node's own tools listed."""

import json
from pathlib import Path
from typing import Any

import pytest

from boltview.report.jsontext import dumps
from boltview.report.schematree import releases, schema_json, schema_lines, tally
from boltview.schema.load import Library
from boltview.schema.model import Field, Schema
from tests.report.open import CLOCK, META_16, META_24, composed, opened_file


def metadata() -> Schema:
    library = Library()
    head = next(head for head in library.heads() if head.id == "containerd.metadata")
    return library.schema(head)


def test_every_field_is_one_line_below_its_bucket() -> None:
    schema = metadata()
    lines = schema_lines(schema, None)
    assert [line.doc for line in lines] == [field.doc for field in schema.fields()]
    above = ""
    for line, field in zip(lines, schema.fields(), strict=True):
        assert line.name == field.pattern[-1] + ("/" if field.is_bucket else "")
        assert line.depth == len(field.pattern) - 1
        assert bool(line.type) != field.is_bucket
        assert line.depth <= above.count("/") + 1
        assert line.sighting is None
        above = field.path


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Field(("a",)), ""),
        (Field(("a",), since="2.0"), "since 2.0"),
        (Field(("a",), until="1.0"), "until 1.0"),
        (Field(("a",), since="1.1", until="1.4"), "since 1.1, until 1.4"),
    ],
)
def test_releases(field: Field, text: str) -> None:
    assert releases(field) == text


@pytest.mark.parametrize("path", [META_16, META_24], ids=["1.6", "2.4"])
def test_counts_are_those_of_the_nodes_own_tools(path: Path) -> None:
    """fixtures/README.md: one row of `ctr … ls` for each object."""
    rows = {
        META_16: (5, 11, 20, 49, 2, 2, 28, 0),
        META_24: (5, 9, 20, 55, 2, 4, 28, 2),
    }[path]
    patterns = (
        "v1/<namespace>",
        "v1/<namespace>/containers/<container>",
        "v1/<namespace>/images/<image>",
        "v1/<namespace>/content/blob/<digest>",
        "v1/<namespace>/content/ingests/<ref>",
        "v1/<namespace>/leases/<lease>",
        "v1/<namespace>/snapshots/<snapshotter>/<snapshot>",
        "v1/<namespace>/sandboxes/<sandbox>",
    )
    known = {field.path for field in metadata().fields()}
    found = tally(opened_file(path).reading, CLOCK)
    for pattern, expected in zip(patterns, rows, strict=True):
        assert pattern in known
        seen = found.fields.get(pattern)
        assert (seen.times if seen else 0) == expected, pattern


@pytest.mark.parametrize("path", [META_16, META_24], ids=["1.6", "2.4"])
def test_a_real_node_holds_nothing_that_the_schema_does_not_know(path: Path) -> None:
    found = tally(opened_file(path).reading, CLOCK)
    assert found.unknown == {}


def test_an_example_is_the_first_of_its_kind() -> None:
    found = tally(opened_file(META_24).reading, CLOCK)
    seen = found.fields["v1/version"]
    assert (seen.times, seen.path) == (1, "v1/version")
    assert seen.value.startswith("4")


def test_entries_that_the_schema_does_not_know_are_listed_by_their_path() -> None:
    reading = composed({b"v1": {b"ns": {b"images": {}, b"x/\x1b": {b"y": b"z"}}, b"odd": b"\x1b"}})
    found = tally(reading, CLOCK)
    assert list(found.unknown) == ["v1/ns/x%2F%1B", "v1/ns/x%2F%1B/y", "v1/odd"]
    assert found.unknown["v1/odd"].value == "0x1b"


def test_the_json_form_holds_schema_counts_and_examples() -> None:
    opened = opened_file(META_24)
    found = tally(opened.reading, CLOCK)
    document: Any = json.loads(dumps(schema_json(metadata(), found)))
    assert document["id"] == "containerd.metadata"
    by_path = {field["path"]: field for field in document["fields"]}
    version = by_path["v1/version"]
    assert version["type"] == "varint"
    assert version["count"] == 1
    assert version["example"]["path"] == "v1/version"
    assert "4" in version["values"]
    assert document["unknown"] == {}
    absent = [field for field in document["fields"] if not field["count"]]
    assert all("example" not in field for field in absent)


def test_without_a_database_the_json_form_has_no_counts() -> None:
    document: Any = schema_json(metadata(), None)
    assert "unknown" not in document
    assert all("count" not in field for field in document["fields"])
    assert all(field["doc"] for field in document["fields"])
