"""What is taken along of an entry: the exact bytes, and no more than a clipboard takes."""

import json
import shlex

import pytest

from boltview.bolt.database import Database
from boltview.bolt.errors import Damage, UnreadableFile
from boltview.bolt.source import MemorySource
from boltview.report import large
from boltview.report.jsontext import bucket_json, dumps, entry_json
from boltview.report.opened import Opened
from boltview.report.subtree import bucket_pieces, entry_pieces
from boltview.report.takeaway import (
    CLIPBOARD,
    KINDS,
    NotTaken,
    Place,
    file_name,
    json_chunks,
    raw_chunks,
    take,
)
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from tests.bolt.build import Image, Tree
from tests.cli.runner import call
from tests.report.open import CLOCK, META_16, META_24, SHAPES, at, opened_file

WEB = (b"v1", b"default", b"containers", b"web-1")


def place(*path: bytes) -> Place:
    opened = opened_file(META_24)
    return Place(opened, *at(opened.reading.root, *path))


def composed(tree: Tree, path: str = "meta.db") -> Opened:
    image = Image()
    source = MemorySource(image.finish(image.nested(tree)))
    database = Database(source)
    return Opened(database, Reading.of(database, Library()), path, CLOCK, source.size)


def of(tree: Tree, *path: bytes) -> Place:
    opened = composed(tree)
    return Place(opened, *at(opened.reading.root, *path))


@pytest.mark.parametrize(
    ("path", "what", "data"),
    [
        ((*WEB, b"image"), "value", b"docker.io/library/busybox:1.35"),
        ((*WEB, b"createdat"), "value", b"2026-11-23T18:13:16.161521468Z"),
        ((b"v1", b"version"), "value", b"4"),
        ((*WEB, b"image"), "key", b"image"),
        ((*WEB, b"image"), "path", b"v1/default/containers/web-1/image"),
        ((b"v1", b"version"), "hex", b"08"),
        ((*WEB, b"image"), "json", b'"docker.io/library/busybox:1.35"'),
        (WEB, "path", b"v1/default/containers/web-1"),
    ],
)
def test_of_a_real_database(path: tuple[bytes, ...], what: str, data: bytes) -> None:
    assert take(place(*path), what).data == data


def test_the_nearest_digest() -> None:
    image = (b"v1", b"default", b"images", b"docker.io/library/busybox:1.35")
    # What the node's own ctr prints for this image.
    digest = b"sha256:7cf6d00c7842826e6a24b6c3dd4478d1dcf0be65c10755eb4934fbf3c6a92ff5"
    blob = (b"v1", b"default", b"content", b"blob", digest)
    for path in (
        image,
        (*image, b"target"),
        (*image, b"target", b"digest"),
        blob,
        (*blob, b"size"),
    ):
        assert take(place(*path), "digest").data == digest
    with pytest.raises(NotTaken, match="no digest"):
        take(place(*WEB, b"image"), "digest")


def test_the_json_of_a_bucket_is_that_of_the_command() -> None:
    taken = take(place(*WEB), "json")
    printed = call("get", str(META_24), "v1/default/containers/web-1")
    assert taken.data.decode() == printed.out.rstrip("\n")
    assert json.loads(taken.data)["image"] == "docker.io/library/busybox:1.35"


def test_bytes_that_are_no_text_are_taken_as_hex() -> None:
    taken = take(of({b"b\xff": {b"k\xfe": b"\xff\x00"}}, b"b\xff", b"k\xfe"), "value")
    assert (taken.what, taken.data) == ("value, as hex", b"ff00")
    taken = take(of({b"b\xff": {b"k\xfe": b"\xff\x00"}}, b"b\xff", b"k\xfe"), "key")
    assert (taken.what, taken.data) == ("key, as hex", b"6bfe")
    # A clipboard holds what is there, control characters and all; only what is said is escaped.
    assert take(of({b"b": {b"k": b"\x1b[2J"}}, b"b", b"k"), "value").data == b"\x1b[2J"


@pytest.mark.parametrize(
    "key", [b"plain", b"with space", b"a/b", b"$(id)", b"'", b"\xff\n", b"-rf"]
)
def test_the_command_leads_back_to_the_same_bytes(key: bytes, tmp_path: object) -> None:
    file = f"{tmp_path}/a 'quoted' $file.db"
    image = Image()
    data = image.finish(image.nested({key: {key: b"found", b"more": {b"k": b"v" * 2000}}}))
    with open(file, "wb") as new:  # noqa: PTH123
        new.write(data)
    opened = composed({}, file)._replace(database=Database(MemorySource(data)))
    reading = Reading.of(opened.database, Library())
    opened = opened._replace(reading=reading)
    words = shlex.split(take(Place(opened, *at(reading.root, key, key)), "command").data.decode())
    assert words[0] == "boltview"
    assert call(*words[1:]).out == "found\n"
    words = shlex.split(take(Place(opened, *at(reading.root, key)), "command").data.decode())
    assert "more" in call(*words[1:]).out


def test_an_older_revision_is_named_in_the_command() -> None:
    opened = opened_file(META_24)
    previous = Reading.of(opened.database, Library(), "", "previous")
    older = opened._replace(reading=previous)
    words = take(Place(older, *at(previous.root, b"v1", b"version")), "command").data.split()
    assert words[-3:] == [b"--revision", str(previous.revision.txid).encode(), b"v1/version"]


def test_what_there_is_not() -> None:
    bucket = place(*WEB)
    with pytest.raises(NotTaken, match="bucket has no value; yj"):
        take(bucket, "value")
    with pytest.raises(NotTaken, match="X exports"):
        raw_chunks(bucket)
    root = bucket.opened.reading.root
    with pytest.raises(NotTaken, match="no key"):
        take(Place(bucket.opened, root, root), "key")
    damaged = Place(bucket.opened, root, Damage("page-id", 2, 8192, "what"))
    for what in ("value", "key", "json", "digest"):
        with pytest.raises(NotTaken):
            take(damaged, what)
    assert len(take(damaged, "hex").data) == 512
    with pytest.raises(NotTaken):
        next(json_chunks(damaged))


@pytest.mark.parametrize("what", [kind for kind in KINDS if kind not in {"path", "key", "digest"}])
def test_nothing_is_taken_that_is_larger_than_a_clipboard(what: str) -> None:
    large = of({b"b": {b"k": b"x" * (CLIPBOARD + 1)}}, b"b", b"k")
    if what == "command":
        assert take(large, what).data
        return
    with pytest.raises(NotTaken, match="too large for a clipboard"):
        take(large, what)
    many = of({b"b": {b"%04d" % i: b"x" * 100 for i in range(900)}}, b"b")
    if what == "json":
        with pytest.raises(NotTaken, match=r"too large for a clipboard: more than 73\.2 KiB; X"):
            take(many, what)


def test_a_value_is_exported_in_pieces() -> None:
    value = bytes(range(256)) * 10_000
    size, chunks = raw_chunks(of({b"b": {b"k": value}}, b"b", b"k"))
    pieces = list(chunks)
    assert size == len(value)
    assert b"".join(pieces) == value
    assert max(map(len, pieces)) <= 1 << 20


def test_a_file_that_shrinks_gives_no_short_copy() -> None:
    opened = composed({b"b": {b"k": b"x" * 3_000_000}})
    bucket, entry = at(opened.reading.root, b"b", b"k")
    _, chunks = raw_chunks(Place(opened, bucket, entry))
    assert len(next(chunks)) == 1 << 20
    whole = opened.reading.revision.source
    assert isinstance(whole, MemorySource)
    whole._data = whole._data[:1_500_000]  # noqa: SLF001 (what truncate does to a file)
    with pytest.raises(UnreadableFile, match="shrank"):
        list(chunks)


@pytest.mark.parametrize("path", [META_16, META_24, SHAPES / "hostile.db"], ids=lambda p: p.stem)
def test_the_json_of_a_database_in_pieces_is_the_same(path: object) -> None:
    reading = opened_file(META_24.parent / str(path)).reading
    text = "".join(bucket_pieces(reading, reading.root))
    assert text == dumps(bucket_json(reading, reading.root), indent=2)


@pytest.mark.parametrize(
    "value",
    [
        b"", "é漢🦊\u202e\x1b\x7f\U000e0001".encode() * 9, b"a\xff" * 9, b"abc\xe6\xbc",
        b'"\\\n' * 9, b"abcdefg\xf0\x9f\xa6\x8a!", b"abcdef\xf0\x9f\xa6!",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["bytes", "string"])
def test_a_value_too_large_for_memory_has_the_same_json(
    value: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "VALUE", -1)
    monkeypatch.setattr(large, "_PIECE", 8)
    # `image` is a string to the schema; the key `k` is not in any.
    tree: Tree = {b"image": value} if kind == "string" else {b"k": value}
    opened = composed({b"v1": {b"ns": {b"containers": {b"web": tree}}}})
    web = b"v1", b"ns", b"containers", b"web"
    for path in (web, (*web, *tree)):
        bucket, entry = at(opened.reading.root, *path)
        assert not isinstance(entry, Damage)
        text = "".join(entry_pieces(opened.reading, bucket, entry))
        assert text == dumps(entry_json(opened.reading, bucket, entry), indent=2)
        assert ("error" in text) == (kind == "string" and "hex" in text)


def test_damage_stands_in_the_json_in_pieces() -> None:
    image = Image()
    data = image.finish(image.nested({b"b": {b"%02d" % i: b"v" * 500 for i in range(20)}}))
    data[3 * 4096] ^= 0xFF
    database = Database(MemorySource(data))
    reading = Reading.of(database, Library())
    found = json.loads("".join(bucket_pieces(reading, reading.root)))
    assert len(found["b"]["!damage"]) == 1
    assert "calls itself" in found["b"]["!damage"][0]
    assert len(found["b"]) == 17


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (b"spec", "spec.bin"), (b"../../etc/passwd", "etc_passwd.bin"), (b"-rf", "rf.bin"),
        (b"\x1b]0;x\x07", "0_x.bin"), (b"...", "boltview.bin"), (b"x" * 300, "x" * 80 + ".bin"),
        ("漢字".encode(), "boltview.bin"),
    ],
)  # fmt: skip
def test_the_name_that_is_proposed_is_harmless(key: bytes, name: str) -> None:
    assert file_name(of({b"b": {key: b"v"}}, b"b", key), ".bin") == name
