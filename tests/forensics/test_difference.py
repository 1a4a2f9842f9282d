"""What differs between two trees, against a comparison record by record; and damage on a side."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.bbolt import DB, Batch, build
from boltview.bbolt.errors import ErrBucketNotFound, ErrIncompatibleValue
from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.database import Database
from boltview.bolt.equalpages import EqualPages, by_number
from boltview.bolt.errors import Damage
from boltview.bolt.revision import Revision
from boltview.bolt.source import MemorySource
from boltview.forensics.difference import Change, Hidden, difference
from tests.bolt.damages import ELEMENTS, PAGES, REFERENCES, Case
from tests.bolt.damages_inline import INLINE
from tests.bolt.reading import CountingSource
from tests.bolt.sample import sample

Name = tuple[bytes, ...]
Content = bytes | int
"""A value, or the sequence of a bucket."""
Told = dict[Name, tuple[str, Content | None, Content | None]]

PAGE = 1024


@pytest.fixture(scope="module")
def bbolt(require: Callable[[str], str]) -> Path:
    """The real bbolt."""
    require("go")
    return build.library()


def revision(data: bytes) -> Revision:
    return Database(MemorySource(data), strict=True).revision()


def told(before: Revision, after: Revision, same: Callable[[int, int], bool]) -> Told:
    """The changes by path; each path once, or once removed and once added as another kind."""
    found: Told = {}
    for change in difference(before, after, same):
        assert isinstance(change, Change)
        kinds = (change.path, change.kind)
        assert kinds not in [(path, kind) for path, (kind, _, _) in found.items()]
        old, new = (content(side.entry) if side else None for side in change)
        if change.path in found:
            assert (found[change.path][0], change.kind) == ("removed", "added")
            found[change.path] = ("turned", found[change.path][1], new)
        else:
            found[change.path] = (change.kind, old, new)
    return found


def content(entry: Pair | Bucket) -> Content:
    return entry.value if isinstance(entry, Pair) else entry.sequence


def everything(bucket: Bucket) -> Iterator[tuple[Name, Content]]:
    """All that is in a bucket, by reading it all."""
    for entry in bucket.entries():
        assert not isinstance(entry, Damage)
        yield (*bucket.path, entry.key), content(entry)
        if isinstance(entry, Bucket):
            yield from everything(entry)


def naive(before: Revision, after: Revision) -> Told:
    """The same, record by record."""
    old, new = dict(everything(before.root)), dict(everything(after.root))
    found: Told = {}
    for path in old.keys() | new.keys():
        if path not in old:
            found[path] = ("added", None, new[path])
        elif path not in new:
            found[path] = ("removed", old[path], None)
        elif type(old[path]) is not type(new[path]):
            found[path] = ("turned", old[path], new[path])
        elif old[path] != new[path]:
            found[path] = ("changed", old[path], new[path])
    return found


paths = st.sampled_from([(b"a",), (b"b",), (b"a", b"in"), (b"b", b"in"), (b"b", b"in", b"deep")])
spans = st.tuples(st.integers(0, 400), st.integers(1, 150), st.integers(1, 7))
sizes = st.sampled_from([0, 1, 7, 30, 120, 300, 1500])
actions = st.one_of(
    st.tuples(st.just("put"), paths, spans, sizes),
    st.tuples(st.just("delete"), paths, spans, st.just(0)),
    st.tuples(st.just("drop"), paths, spans, st.just(0)),
    st.tuples(st.just("number"), paths, spans, st.just(0)),
    st.tuples(st.just("turn"), paths, spans, st.just(0)),
)
Action = tuple[str, Name, tuple[int, int, int], int]
commits = st.lists(st.lists(actions, max_size=4), max_size=4)


def do(db: DB, action: Action) -> None:
    """One action, in a transaction of its own."""
    kind, path, (first, count, step), size = action
    batch = Batch()
    for depth, name in enumerate(path):
        batch.use(*path[:depth]).create_bucket_if_not_exists(name)
    batch.use(*path)
    with db.update() as tx:
        for number, key in enumerate(range(first, first + count * step, step)):
            if kind == "put":
                batch.put(b"%04d" % key, bytes([number % 251]) * size)
            elif kind == "delete":
                batch.delete(b"%04d" % key)
        if kind == "number":
            batch.set_sequence(first)
        elif kind == "drop":
            batch.use(*path[:-1]).delete_bucket(path[-1])
        tx.apply(batch)
        if kind == "turn":
            # What was a bucket becomes a value, and the other way.
            try:
                tx.apply(Batch().use(*path).delete_bucket(b"t").put(b"t", b"now a value"))
            except (ErrBucketNotFound, ErrIncompatibleValue):
                tx.apply(Batch().use(*path).delete(b"t").create_bucket(b"t"))


@pytest.mark.slow
@pytest.mark.usefixtures("bbolt")
@settings(max_examples=30)
@given(base=st.lists(actions, max_size=6), later=commits, aside=st.lists(actions, max_size=3))
def test_it_is_what_a_comparison_record_by_record_tells(
    tmp_path_factory: pytest.TempPathFactory,
    base: list[Action],
    later: list[list[Action]],
    aside: list[Action],
) -> None:
    folder = tmp_path_factory.mktemp("pairs")
    states = []
    with DB(folder / "main.db", no_sync=True, page_size=PAGE) as db:
        for action in base:
            do(db, action)
        states.append((folder / "main.db").read_bytes())
        for group in later:
            for action in group:
                do(db, action)
            states.append((folder / "main.db").read_bytes())
        with DB(folder / "compact.db", no_sync=True, page_size=4096) as other:
            db.compact(other)
        with DB(folder / "tight.db", no_sync=True, page_size=PAGE) as other:
            db.compact(other)
            for action in aside:
                do(other, action)
    states += [(folder / name).read_bytes() for name in ("compact.db", "tight.db")]
    for old in states[:1] + states[-2:]:
        for new in states:
            before, after = revision(old), revision(new)
            expected = naive(before, after)
            assert told(before, after, EqualPages(before, after)) == expected
            assert told(before, after, lambda _one, _other: False) == expected
    for data in states:
        database = Database(MemorySource(data))
        before, after = database.revision("previous"), database.revision()
        if after.txid == before.txid + 1 and not database.damage:
            assert told(before, after, by_number) == naive(before, after)


def test_branches_of_equal_bytes_need_not_hold_the_same(bbolt: Path, tmp_path: Path) -> None:
    assert bbolt.exists()
    path = tmp_path / "test.db"
    keys = [b"%05d" % number for number in range(600)]
    with DB(path, no_sync=True) as db:
        batch = Batch().create_bucket(b"b").use(b"b")
        for key in keys:
            batch.put(key, b"x" * 40)
        db.apply(batch)
        # Written again and again, the one changed leaf takes one of two places by turns.
        found = []
        for number in range(5):
            db.apply(Batch().use(b"b").put(keys[300], b"%040d" % number))
            found.append(path.read_bytes())
    pairs = [(old, new) for old in found for new in found if old is not new]
    alike = [(old, new) for old, new in pairs if root_page(old) == root_page(new)]
    assert alike, "no two states have the same branch at the root of the bucket"
    for old, new in alike:
        before, after = revision(old), revision(new)
        expected = naive(before, after)
        assert len(expected) == 1
        assert told(before, after, EqualPages(before, after)) == expected
    # A rule that trusts page numbers sees no difference, or this test would prove nothing.
    assert any(told(revision(old), revision(new), by_number) == {} for old, new in alike)


def root_page(data: bytes) -> bytes:
    """The bytes of the root page of bucket b, with its number."""
    state = revision(data)
    bucket = state.root.get(b"b")
    assert isinstance(bucket, Bucket)
    page = bucket.root_page()
    assert not isinstance(page, Damage)
    assert not page.is_leaf
    return page.bytes_at(0, page.block.length)


def test_only_what_differs_is_read_entry_by_entry(bbolt: Path, tmp_path: Path) -> None:
    assert bbolt.exists()
    path = tmp_path / "test.db"
    with DB(path, no_sync=True) as db:
        batch = Batch().create_bucket(b"b").use(b"b")
        for number in range(20_000):
            batch.put(b"%05d" % number, b"x" * 100)
        db.apply(batch)
        old = path.read_bytes()
        db.apply(Batch().use(b"b").put(b"12345", b"another"))
        db.apply(Batch().use(b"b").put(b"12346", b"another"))
        new = path.read_bytes()
    source = CountingSource(old)
    before, after = Database(source).revision(), revision(new)
    same = EqualPages(before, after)
    same(0, 0)
    source.reads.clear()
    assert len(told(before, after, same)) == 2
    # Equal pages are read once, to see where they lead; besides them the way to two leaves.
    assert len(source.reads) < before.high_water + 20


CASES = [*PAGES, *ELEMENTS, *REFERENCES, *INLINE]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_damage_hides_is_neither_removed_nor_added(case: Case) -> None:
    whole, file = sample(), sample()
    case.harm(file)
    brought = case.brings(file)
    for is_after in (True, False):
        pair = [Database(MemorySource(data)).revision() for data in (whole.data, file.data)]
        before, after = pair if is_after else pair[::-1]
        found = list(difference(before, after, EqualPages(before, after)))
        hidden = [one for one in found if isinstance(one, Hidden)]
        assert hidden
        assert all(one.is_after == is_after for one in hidden)
        changed = {one.path for one in found if isinstance(one, Change)}
        assert {path for path in changed if path not in brought} == set()
        assert {path for path in brought if path in file.content} == set()


def test_what_a_truncated_file_lacks_is_hidden() -> None:
    whole = sample().data
    for length in range(1024, len(whole), 256):
        pair = [Database(MemorySource(data)).revision() for data in (whole, whole[:length])]
        for before, after in (pair, pair[::-1]):
            found = list(difference(before, after, EqualPages(before, after)))
            assert found
            assert all(isinstance(one, Hidden) for one in found)


def test_pages_of_another_size_are_compared_by_their_entries(bbolt: Path, tmp_path: Path) -> None:
    assert bbolt.exists()
    revisions = []
    for size in (1024, 4096):
        path = tmp_path / f"{size}.db"
        with DB(path, no_sync=True, page_size=size) as db:
            batch = Batch().create_bucket(b"b").use(b"b")
            for number in range(300):
                batch.put(b"%04d" % number, b"x" * (number if size == 1024 else 300 - number))
            db.apply(batch)
        revisions.append(revision(path.read_bytes()))
    before, after = revisions
    expected = naive(before, after)
    # Only in the middle both values have one length.
    assert len(expected) == 299
    assert told(before, after, EqualPages(before, after)) == expected


def test_a_large_value_is_compared_piece_by_piece(bbolt: Path, tmp_path: Path) -> None:
    assert bbolt.exists()
    path = tmp_path / "large.db"
    value = bytearray(os.urandom(1_200_000))
    with DB(path, no_sync=True) as db:
        db.apply(Batch().create_bucket(b"b").use(b"b").put(b"k", bytes(value)))
        old = path.read_bytes()
        for place in (0, 262_143, 262_144, 999_999, len(value) - 1):
            value[place] ^= 1
            db.apply(Batch().use(b"b").put(b"k", bytes(value)))
            before, after = revision(old), revision(path.read_bytes())
            assert list(told(before, after, EqualPages(before, after))) == [(b"b", b"k")]
            value[place] ^= 1
        db.apply(Batch().use(b"b").put(b"k", bytes(value)))
    before, after = revision(old), revision(path.read_bytes())
    assert told(before, after, EqualPages(before, after)) == {}


def test_a_difference_beside_damage_is_told() -> None:
    whole, file = sample(), sample()
    file.data[file.offset("l4") : file.offset("l4") + 512] = bytes(512)
    at = file.data.index(b"value 20")
    file.data[at : at + 8] = b"VALUE 20"
    before, after = (Database(MemorySource(one.data)).revision() for one in (whole, file))
    found = list(difference(before, after, EqualPages(before, after)))
    assert [one.path for one in found if isinstance(one, Change)] == [(b"tree", b"key-20")]
    assert [one.damage.code for one in found if isinstance(one, Hidden)] == ["page-id"]
