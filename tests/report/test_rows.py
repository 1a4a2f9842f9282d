"""A row for each kind of entry, and the marks that tell the unknown and the damaged apart."""

from boltview.bolt.bucket import Bucket
from boltview.bolt.errors import Damage
from boltview.bolt.source import MemorySource
from boltview.report.rows import LARGE_VALUE, Row, row
from tests.bolt.build import Image, Tree
from tests.bolt.reading import CountingSource
from tests.report.open import CLOCK, GO_TIME, at, composed, reading_of

CONTAINER: Tree = {
    b"createdat": GO_TIME,
    b"image": b"docker.io/library/busybox:1.35",
    b"invented": b"by nobody",
    b"labels": {b"team\x1b": b"core\n"},
    b"updatedat": b"\x07",
}
TREE: Tree = {b"v1": {b"ns": {b"containers": {b"web-1": CONTAINER}}, b"version": b"\x08"}}
WEB = (b"v1", b"ns", b"containers", b"web-1")


def row_at(*path: bytes) -> Row:
    reading = composed(TREE)
    bucket, entry = at(reading.root, *path)
    return row(reading, bucket, entry, CLOCK)


def test_a_decoded_value() -> None:
    assert row_at(*WEB, b"createdat") == Row(
        "value", "createdat", "2026-11-23T18:13:15.68Z (5 hours ago)", "time", ""
    )


def test_a_key_that_the_schema_does_not_know() -> None:
    assert row_at(*WEB, b"invented") == Row("value", "invented", "by nobody", "bytes", "unknown")


def test_a_value_that_does_not_decode() -> None:
    shown = row_at(*WEB, b"updatedat")
    assert shown == Row(
        "value", "updatedat", "0x07  (unknown time version 7)", "time", "undecodable"
    )


def test_hostile_bytes_are_escaped_in_key_and_value() -> None:
    shown = row_at(*WEB, b"labels", b"team\x1b")
    assert (shown.key, shown.value) == ("team\\x1b", "core\\n")


def test_buckets() -> None:
    assert row_at(b"v1") == Row("bucket", "v1", "sequence 2", "", "")
    assert row_at(*WEB, b"labels") == Row("inline", "labels", "sequence 1", "", "")


def test_a_bucket_where_the_schema_has_a_value() -> None:
    reading = composed({b"v1": {b"ns": {b"images": {}}, b"version": {}}})
    bucket, entry = at(reading.root, b"v1", b"version")
    assert row(reading, bucket, entry, CLOCK).mark == "unknown"


def test_without_a_schema_nothing_is_marked_unknown() -> None:
    reading = composed({b"bucket": {b"key": b"value", b"\xff": b"\x00\xff"}})
    assert reading.schema is None
    bucket, entry = at(reading.root, b"bucket", b"key")
    assert row(reading, bucket, entry, CLOCK) == Row("value", "key", "value", "bytes", "")
    bucket, entry = at(reading.root, b"bucket", b"\xff")
    assert row(reading, bucket, entry, CLOCK) == Row("value", "0xff", "0x00ff", "bytes", "")


def test_damage() -> None:
    reading = composed(TREE)
    damage = Damage("page-id", 7, 7 * 4096, "page 7: it calls itself \x1b")
    assert row(reading, reading.root, damage, CLOCK) == Row(
        "damage", "", "page 7: it calls itself \\x1b", "", "damage"
    )


def test_a_huge_value_is_not_read_for_a_row() -> None:
    image = Image()
    value = b"x" * (LARGE_VALUE + 1)
    root = image.leaf(image.bucket(b"b", image.leaf((b"large", value), (b"small", b"y"))))
    source = CountingSource(image.finish(root))
    reading = reading_of(source)
    bucket, entry = at(reading.root, b"b", b"large")
    assert not isinstance(entry, Bucket)
    shown = row(reading, bucket, entry, CLOCK)
    assert shown.value == "1.0 MiB (1,048,577 bytes), not read"
    assert source.bytes_read < 100_000


def test_a_value_at_the_limit_is_read() -> None:
    image = Image()
    root = image.leaf((b"k", b"x" * LARGE_VALUE))
    reading = reading_of(MemorySource(image.finish(root)))
    bucket, entry = at(reading.root, b"k")
    assert row(reading, bucket, entry, CLOCK).value.startswith("xxx")
