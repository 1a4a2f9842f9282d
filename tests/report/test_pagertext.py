"""What a pager is given: all of it, and nothing that a terminal could act on."""

import json

import pytest

from boltview.bolt.database import Database
from boltview.bolt.errors import Damage
from boltview.bolt.source import MemorySource
from boltview.bolt.walk import walk
from boltview.report.opened import Opened
from boltview.report.pagertext import TEXTS, decoded_text, hex_text, json_text
from boltview.report.rows import LARGE_VALUE
from boltview.report.takeaway import Place
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image
from tests.report.open import CLOCK, META_24, SHAPES, at, opened_file

SPEC = (b"v1", b"default", b"containers", b"web-1", b"spec")


def of(value: bytes) -> Place:
    image = Image()
    source = MemorySource(image.finish(image.nested({b"b": {b"k": value}})))
    database = Database(source)
    opened = Opened(database, Reading.of(database, Library()), "meta.db", CLOCK, source.size)
    return Place(opened, *at(opened.reading.root, b"b", b"k"))


def test_a_spec_decoded_and_as_json_and_as_hex() -> None:
    opened = opened_file(META_24)
    place = Place(opened, *at(opened.reading.root, *SPEC))
    text = "".join(decoded_text(place))
    assert text.startswith("spec\n")
    assert json.loads(text[text.index("{") :])["ociVersion"] == "1.3.0"
    assert json.loads("".join(json_text(place)))["value"]["ociVersion"] == "1.3.0"
    lines = "".join(hex_text(place)).splitlines()
    assert len(lines) == -(-2885 // 16)
    assert lines[0].startswith("0000b26d  0a 36 74 79 ")


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_in_it_is_acted_on(name: str) -> None:
    opened = opened_file(SHAPES / "hostile.db")
    for visit in walk(opened.reading.revision, opened.reading.root):
        for text in TEXTS[name](Place(opened, visit.bucket, visit.entry)):
            assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "value",
    [
        b"line\n" * (LARGE_VALUE // 4),
        "é漢🦊".encode() * (LARGE_VALUE // 8),
        b"x" + "🦊".encode() * (LARGE_VALUE // 3),
        b"\xff\xfe" * LARGE_VALUE,
    ],
    ids=["lines", "wide", "shifted", "binary"],
)
def test_all_of_a_large_value_is_there(value: bytes) -> None:
    text = "".join(decoded_text(of(value)))
    body = text[text.index("stored") :].split("\n", 1)[1]
    if value[0] == 0xFF:
        assert body.count("\\xff") == LARGE_VALUE
        return
    shown = body.replace("\n", "")
    wanted = value.decode().replace("\n", "")
    assert wanted in shown


def test_damage_and_buckets() -> None:
    opened = opened_file(META_24)
    root = opened.reading.root
    damaged = Place(opened, root, Damage("page-id", 2, 8192, "it is \x1b broken"))
    assert "it is \\x1b broken" in "".join(decoded_text(damaged))
    assert "".join(json_text(damaged)) == "damage has no JSON\n"
    assert len("".join(hex_text(damaged)).splitlines()) == 16
    bucket = Place(opened, *at(root, *SPEC[:-1]))
    assert "createdat   2026-11-23T18:13:16" in "".join(decoded_text(bucket))
