"""The detail pane: what an entry is, all of its value, and where it lies."""

import json

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.walk import walk
from boltview.report.detail import MAX_LINES, Described, Line, describe, value_lines
from boltview.report.units import Clock
from boltview.schema.values import GoTime, Value
from tests.report.open import CLOCK, META_16, META_24, NOW, SHAPES, at, composed, opened_file

STYLES = {"title", "field", "doc", "note", "error", "entry"}


@pytest.mark.parametrize("path", [META_16, META_24, SHAPES / "hostile.db"], ids=lambda p: p.stem)
def test_every_line_of_a_real_database_is_printable(path: object) -> None:
    reading = opened_file(META_24.parent / str(path)).reading
    met = 0
    for visit in walk(reading.revision, reading.root):
        lines = describe(reading, visit.bucket, visit.entry, CLOCK).lines
        assert lines[0].style == "title"
        for line in lines:
            assert line.style in STYLES
            assert line.label.isprintable()
            assert line.text.isprintable()
        met += 1
    assert met > 50


def described_at(*path: bytes) -> Described:
    reading = opened_file(META_24).reading
    bucket, entry = at(reading.root, *path)
    return describe(reading, bucket, entry, CLOCK)


def lines_at(*path: bytes) -> list[Line]:
    return described_at(*path).lines


def test_a_time_in_all_its_forms() -> None:
    # What the node's own ctr printed: CreatedAt of web-1.
    lines = lines_at(b"v1", b"default", b"containers", b"web-1", b"createdat")
    shown = {line.label: line.text for line in lines}
    assert shown[""] == "createdat"
    assert shown["value"] == "2026-11-23T18:13:16.161521468Z (5 hours ago)"
    assert shown["Unix"] == "1795457596.161521468"
    assert shown["written as"] == "UTC"
    assert shown["type"] == "time, always"
    assert "what" in shown


def test_a_time_in_another_zone_is_given_in_utc_too() -> None:
    clock = Clock(CLOCK.now, lambda _unix: 3600)
    value = Value(GoTime(NOW, 0, 7200), b"", None, "time")
    shown = {line.label: line.text for line in value_lines(value, None, clock)}
    assert shown["value"] == "2026-11-24T01:00:00+01:00 (now)"
    assert shown["UTC"] == "2026-11-24T00:00:00Z"
    assert shown["written as"] == "2026-11-24T02:00:00+02:00"


def test_an_any_is_a_document_to_fold() -> None:
    shown = described_at(b"v1", b"default", b"containers", b"web-1", b"spec")
    kind = next(line for line in shown.lines if line.label == "any")
    assert kind.text == "types.containerd.io/opencontainers/runtime-spec/1/Spec (json)"
    printed = META_24.parents[5] / "ctr/default.containers.info.web-1.txt"
    assert shown.has_document
    assert shown.document == json.loads(printed.read_text())["Spec"]


def test_a_bucket_lists_its_entries_and_theirs_decoded_and_lined_up() -> None:
    lines = lines_at(b"v1", b"default", b"containers", b"web-1")
    entries = [line for line in lines if line.style == "entry"]
    assert [line.label for line in entries][:5] == [
        "createdat", "image", "labels/", "  app", "  io.containerd.image.config.stop-signal"
    ]  # fmt: skip
    assert entries[0].text == "2026-11-23T18:13:16.161521468Z (5 hours ago)"
    assert entries[3].text == "web"


def test_of_a_bucket_without_end_the_first_entries_are_listed() -> None:
    reading = composed({b"b": {b"%05d" % i: b"v" for i in range(400)}})
    bucket, entry = at(reading.root, b"b")
    lines = describe(reading, bucket, entry, CLOCK).lines
    assert len([line for line in lines if line.style == "entry"]) == 200
    assert lines[-1] == Line("", "the first 200 entries", "note")


def test_the_place_leads_to_the_bytes() -> None:
    opened = opened_file(META_24)
    bucket, entry = at(opened.reading.root, b"v1", b"default", b"containers", b"web-1", b"image")
    assert isinstance(entry, Pair)
    lines = describe(opened.reading, bucket, entry, CLOCK).lines
    stored = next(line for line in lines if line.label == "stored")
    offset = int(stored.text.split("file offset ")[1].split(",")[0], 16)
    raw = META_24.read_bytes()
    assert raw[offset : offset + entry.size] == b"docker.io/library/busybox:1.35"


def test_text_is_shown_line_by_line() -> None:
    value = Value("one\ntwo\x1b\n", b"", None, "string")
    assert value_lines(value, None, CLOCK) == [
        Line("value", "one", "field"),
        Line("", "two\\x1b", "field"),
        Line("", "", "field"),
    ]


def test_a_text_of_endless_lines_is_cut_and_says_so() -> None:
    lines = value_lines(Value("x\n" * (MAX_LINES + 5), b"", None, "string"), None, CLOCK)
    assert len(lines) == MAX_LINES + 1
    assert lines[-1].text.startswith("first 20,000 of 20,0")


def test_what_does_not_decode() -> None:
    value = Value(b"\xff\x1b", b"\xff\x1b", None, "string", "not UTF-8 at byte 0")
    assert value_lines(value, None, CLOCK) == [
        Line("error", "does not decode: not UTF-8 at byte 0", "error"),
        Line("bytes", "ff1b", "field"),
    ]


def test_a_bucket_with_a_sequence() -> None:
    lines = lines_at(b"v1", b"default", b"snapshots", b"overlayfs")
    shown = {line.label: line.text for line in lines}
    assert lines[0] == Line("", "v1/default/snapshots/overlayfs", "title")
    assert shown["stored"].startswith("root page ")
    assert shown["sequence"].split(":")[0].isdigit()


def test_the_root_bucket_tells_the_schema() -> None:
    reading = opened_file(META_24).reading
    lines = describe(reading, reading.root, reading.root, CLOCK).lines
    assert lines[0] == Line("", "root bucket", "title")
    assert Line("schema", "containerd metadata (meta.db)", "field") in lines


def test_an_unknown_kind_of_database() -> None:
    reading = composed({b"b": {b"k": b"v"}})
    lines = describe(reading, reading.root, reading.root, CLOCK).lines
    assert Line("schema", "none of the known kinds of database", "note") in lines
    bucket, entry = at(reading.root, b"b", b"k")
    assert not [
        line for line in describe(reading, bucket, entry, CLOCK).lines if line.label == "schema"
    ]


def test_a_key_that_the_schema_does_not_know() -> None:
    reading = composed({b"v1": {b"ns": {b"images": {}}, b"odd": b"x"}})
    bucket, entry = at(reading.root, b"v1", b"odd")
    lines = describe(reading, bucket, entry, CLOCK).lines
    assert Line("schema", "this key is not in the schema", "error") in lines


def test_a_well_known_label_is_explained() -> None:
    lines = lines_at(b"v1", b"default", b"leases", b"lease-a", b"labels",
                     b"containerd.io/gc.expire")  # fmt: skip
    assert [line.text for line in lines if line.label == "this key"] != []


def test_damage() -> None:
    reading = composed({b"b": {b"k": b"v"}})
    damage = Damage("page-id", 7, 28_672, "page 7: it calls itself 9")
    assert describe(reading, reading.root, damage, CLOCK).lines == [
        Line("", "damage", "title"),
        Line("what", "page 7: it calls itself 9", "error"),
        Line("code", "page-id", "field"),
        Line("where", "page 7, file offset 0x7000", "note"),
    ]
    whole = Damage("truncated", None, 4096, "the file ends")
    assert (
        describe(reading, reading.root, whole, CLOCK).lines[-1].text
        == "the file, file offset 0x1000"
    )


def test_an_inline_bucket() -> None:
    reading = composed({b"b": {b"k": b"v"}})
    entry = reading.root.get(b"b")
    assert isinstance(entry, Bucket)
    lines = describe(reading, reading.root, entry, CLOCK).lines
    assert [line.text for line in lines if line.label == "stored"] == [
        "inline, within page 2, element 0"
    ]
