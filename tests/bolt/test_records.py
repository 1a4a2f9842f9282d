"""Only the wanted keys of records: as in a whole reading, from no more pages than needed."""

import random
from collections.abc import Sequence

import pytest

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import Contents
from boltview.bolt.database import Database
from boltview.bolt.records import Fields, RecordReader
from boltview.bolt.revision import Revision
from tests.bolt.build import Image, Item, Tree
from tests.bolt.reading import CountingSource, current
from tests.bolt.test_bulk import FILES, slowly
from tests.containerd.nodes import ROOT

ROUNDS = 250
KEYS = tuple(b"a b c-more d-more labels m-more n-more other spec x-more y-more z".split())
"""All that a record has."""
WANTED = (b"b", b"labels", b"z", b"missing")


def record(number: int) -> Tree:
    """Return a record: most are alike, some are long, some empty, some lack what is wanted."""
    found: dict[bytes, bytes | Tree] = {
        b"a": b"%06d" % number,
        b"b": b"value-%04d" % number,
        b"labels": {b"k": b"%03d" % number, b"l": b"v" * (number % 3)},
        b"other": {b"x": b"y" * 40},
        b"spec": b"s" * (3000 if number % 5 == 0 else 40_000 if number % 7 == 0 else 30),
        b"z": b"last-%d" % (number % 4),
    }
    if number % 11 == 0:
        found |= {b"%s-more" % key: b"m" * 900 for key in (b"c", b"d", b"m", b"n", b"x", b"y")}
    if number % 13 == 0:
        found[b"labels"] = {b"%04d" % label: b"l" * 60 for label in range(number)}
    return {} if number == 17 else found


def records() -> Tree:
    many: dict[bytes, bytes | Tree] = {b"%05d" % number: record(number) for number in range(300)}
    return {b"top": many | {b"00100-value": b"no record"}}


def of(bucket: Bucket, wanted: Sequence[bytes]) -> dict[bytes, Fields]:
    reader = RecordReader(bucket.revision, wanted)
    return {key: list(fields) for key, fields in reader.records(bucket)}


def wanted_of(contents: Contents, wanted: Sequence[bytes]) -> dict[bytes, Fields]:
    """Return of each bucket in what was read slowly the wanted keys."""
    return {
        key: [found.get(name) for name in wanted]
        for key, found in contents.items()
        if isinstance(found, dict)
    }


def top_of(revision: Revision) -> Bucket:
    found = revision.root.get(b"top")
    assert isinstance(found, Bucket)
    return found


@pytest.mark.parametrize("path", FILES)
def test_real_files_give_what_a_slow_reading_gives(path: str) -> None:
    revision = Database.open(str(ROOT / path)).revision()
    waiting, compared = [revision.root], 0
    while waiting:
        bucket = waiting.pop()
        contents = slowly(bucket)
        keys = {key for found in contents.values() if isinstance(found, dict) for key in found}
        for wanted in (sorted(keys), sorted(keys)[::3], []):
            assert of(bucket, wanted) == wanted_of(contents, wanted)
        compared += len(contents)
        waiting += [entry for entry in bucket.entries() if isinstance(entry, Bucket)]
    assert compared > 400
    assert not list(revision.damage)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("page_size", [1024, 4096, 65_536])
def test_composed_records_give_what_was_written(order: str, page_size: int) -> None:
    image, tree = Image(page_size, order), records()
    revision = current(image.finish(image.nested(tree)))
    top = tree[b"top"]
    assert isinstance(top, dict)
    for wanted in (WANTED, WANTED[:1], (b"spec",), (b"labels",), ()):
        assert of(top_of(revision), wanted) == wanted_of(top, wanted)
    assert not list(revision.damage)


@pytest.mark.parametrize("page_size", [1024, 4096])
def test_of_a_bucket_only_the_keys_that_begin_as_is_wanted(page_size: int) -> None:
    image, tree = Image(page_size), records()
    revision = current(image.finish(image.nested(tree)))
    top = tree[b"top"]
    assert isinstance(top, dict)
    expected = wanted_of(top, (b"z", b"labels"))
    for fields in expected.values():
        labels = fields[1]
        if isinstance(labels, dict):
            kept = {key: value for key, value in labels.items() if key.startswith(b"000")}
            assert isinstance(fields, list)
            fields[1] = kept
    reader = RecordReader(revision, (b"z", b"labels"), {b"labels": b"000"})
    assert {key: list(fields) for key, fields in reader.records(top_of(revision))} == expected
    assert sorted({len(labels) for _, labels in expected.values() if labels is not None}) == [0, 10]


def test_of_long_records_only_the_beginning_is_read() -> None:
    image = Image()
    tree: Tree = {
        b"top": {b"%03d" % n: {b"a": b"1", b"spec": b"s" * 40_000, b"z": b"2"} for n in range(50)}
    }
    source = CountingSource(image.finish(image.nested(tree)))
    top = top_of(Database(source).revision())
    source.reads.clear()
    assert set(map(tuple, of(top, [b"a"]).values())) == {(b"1",)}
    assert source.bytes_read < 70 * 4096
    source.reads.clear()
    assert set(map(tuple, of(top, [b"z"]).values())) == {(b"2",)}
    assert source.bytes_read > 50 * 40_000


def test_no_value_is_wrong_whatever_is_damaged() -> None:
    """A flipped bit shows as in a slow reading, or lies where nothing wanted is."""
    chance = random.Random(7)  # noqa: S311 - the same faults in every run
    image = Image(1024)
    tree: Tree = {b"top": {b"%03d" % n: record(n) for n in (*range(3, 15), 35)}}
    whole = image.finish(image.nested(tree))
    top = tree[b"top"]
    assert isinstance(top, dict)
    truth = wanted_of(top, WANTED)
    known = damaged = 0
    for _ in range(ROUNDS):
        data = bytearray(whole)
        place = chance.randrange(2 * 1024, len(data))
        data[place] ^= 1 << chance.randrange(8)
        slow, quick = current(data), current(data)
        found = slow.root.get(b"top")
        if not isinstance(found, Bucket):
            continue
        expected = wanted_of(slowly(found), WANTED)
        got = of(top_of(quick), WANTED)
        faults = {fault.code for fault in quick.damage}
        for key in got.keys() | expected.keys():
            if got.get(key) != expected.get(key):
                # What was not read cannot have taken anything away.
                assert got.get(key) == truth.get(key), f"byte {place}"
                known += 1
        everything = current(data)
        of(top_of(everything), KEYS)
        said = {fault.code for fault in slow.damage}
        assert said <= {fault.code for fault in everything.damage} | {"bucket-shared"}, f"{place}"
        if got != truth:
            damaged += 1
            assert faults or got == expected, f"byte {place}"
        assert faults <= said | {"bucket-shared"}, f"byte {place}"
    assert damaged > ROUNDS / 20
    assert known < damaged


A, B = (b"a", b"1"), (b"labels", b"2")


def faulty(image: Image, fault: str) -> Item:  # noqa: PLR0911 - one for each fault
    """Return a record of which something that is read is wrong."""
    match fault:
        case "key-order":
            return image.bucket(b"r", image.leaf(B, A))
        case "key-order within":
            labels = image.inline(b"labels", (b"l", b"1"), (b"k", b"2"))
            return image.bucket(b"r", image.leaf(A, labels))
        case "key-order inline":
            return image.inline(b"r", B, A)
        case "long inline":
            short = image.inline(b"r", A, B)
            return short._replace(value=short.value + b"\0\0")
        case "bucket inline":
            return image.inline(b"r", A, image.inline(b"labels", (b"k", b"v")))
        case "garbage behind":
            page = image.leaf(A, B)
            image.data[-1] = 1
            return image.bucket(b"r", page)
        case "above its bound":
            pages = image.leaf(A, B), image.leaf((b"z", b"3"))
            return image.bucket(b"r", image.branch((b"a", pages[0]), (b"k", pages[1])))
        case "below its bound":
            pages = image.leaf(A), image.leaf(B, (b"z", b"3"))
            return image.bucket(b"r", image.branch((b"a", pages[0]), (b"m", pages[1])))
        case _:
            pages = image.leaf(A), image.leaf(B)
            return image.bucket(b"r", image.branch((b"m", pages[1]), (b"a", pages[0])))


@pytest.mark.parametrize("fault", ["key-order", "key-order within", "key-order inline",
    "long inline", "bucket inline", "garbage behind", "above its bound", "below its bound",
    "branch order"])  # fmt: skip
def test_damage_in_what_is_read_is_told_as_in_a_slow_reading(fault: str) -> None:
    image = Image()
    # Laid out like the damaged one, and so remembered before it.
    sound = image.bucket(b"q", image.leaf(A, image.inline(b"labels", (b"k", b"1"), (b"l", b"2"))))
    plain = image.inline(b"p", A, B)
    top = image.bucket(b"top", image.leaf(plain, sound, faulty(image, fault)))
    data = image.finish(image.leaf(top))
    slow, quick = current(data), current(data)
    expected = wanted_of(slowly(top_of(slow)), WANTED)
    assert of(top_of(quick), WANTED) == expected
    assert list(quick.damage) == list(slow.damage) != []


def test_a_page_belongs_to_one_record() -> None:
    image = Image()
    page = image.leaf(A, B)
    top = image.bucket(b"top", image.leaf(*(image.bucket(key, page) for key in (b"1", b"2"))))
    revision = current(image.finish(image.leaf(top)))
    assert of(top_of(revision), [b"a"]) == {b"1": [b"1"], b"2": [None]}
    assert [fault.code for fault in revision.damage] == ["bucket-shared"]
