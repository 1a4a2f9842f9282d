"""What differs between two views, against what was really done by the real bbolt in between."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bbolt import DB, Batch, build
from boltview.bolt.bucket import Pair
from boltview.bolt.database import Database
from boltview.bolt.revision import Revision
from boltview.bolt.source import MemorySource
from boltview.forensics.commits import changes
from boltview.forensics.difference import Change

State = dict[tuple[bytes, ...], bytes | None]
"""Value by path; None for a bucket."""


@pytest.fixture(scope="module")
def bbolt(require: Callable[[str], str]) -> Path:
    """The real bbolt."""
    require("go")
    return build.library()


def revision(path: Path) -> Revision:
    return Database(MemorySource(path.read_bytes()), strict=True).revision()


def told(before: Revision, after: Revision) -> dict[tuple[bytes, ...], tuple[str, object, object]]:
    """The changes by path; each path once."""
    found: dict[tuple[bytes, ...], tuple[str, object, object]] = {}
    for change in changes(before, after):
        side = change.after or change.before
        assert side
        path = (*side.bucket.path, side.entry.key)
        assert path not in found
        found[path] = (change.kind, value(change, 0), value(change, 1))
    return found


def value(change: Change, side: int) -> bytes | None:
    there = change[side]
    return there.entry.value if there and isinstance(there.entry, Pair) else None


def expected(before: State, after: State) -> dict[tuple[bytes, ...], tuple[str, object, object]]:
    """The same, from what is known to be in the two."""
    found: dict[tuple[bytes, ...], tuple[str, object, object]] = {}
    for path in before.keys() | after.keys():
        old, new = before.get(path), after.get(path)
        if path not in before:
            found[path] = ("added", None, new)
        elif path not in after:
            found[path] = ("removed", old, None)
        elif old != new:
            found[path] = ("changed", old, new)
    return found


names = st.sampled_from([b"a", b"b", b"c"])
keys = st.sampled_from([b"%03d" % number for number in range(60)])
actions = st.one_of(
    st.tuples(st.just("put"), names, keys, st.binary(max_size=300)),
    st.tuples(st.just("delete"), names, keys, st.just(b"")),
    st.tuples(st.just("drop"), names, st.just(b""), st.just(b"")),
)


def do(batch: Batch, state: State, action: tuple[str, bytes, bytes, bytes]) -> None:
    kind, name, key, content = action
    batch.use(b"top")
    if kind == "drop":
        if (b"top", name) in state:
            batch.delete_bucket(name)
            for path in [path for path in state if path[:2] == (b"top", name)]:
                del state[path]
        return
    batch.create_bucket_if_not_exists(name).use(b"top", name)
    state[b"top", name] = None
    if kind == "put":
        batch.put(key, content)
        state[b"top", name, key] = content
    else:
        batch.delete(key)
        state.pop((b"top", name, key), None)


@pytest.mark.usefixtures("bbolt")
@given(commits=st.lists(st.lists(actions, max_size=30), min_size=1, max_size=5))
def test_changes_are_what_was_done(
    tmp_path_factory: pytest.TempPathFactory,
    commits: list[list[tuple[str, bytes, bytes, bytes]]],
) -> None:
    path = tmp_path_factory.mktemp("commits") / "test.db"
    with DB(path, no_sync=True) as db:
        db.apply(Batch().create_bucket(b"top"))
        state: State = {(b"top",): None}
        first = last = revision(path)
        at_first = dict(state)
        for commit in commits:
            before = dict(state)
            batch = Batch()
            for action in commit:
                do(batch, state, action)
            db.apply(batch)
            now = revision(path)
            # One commit, where shared pages are skipped.
            assert now.txid == last.txid + 1
            assert told(last, now) == expected(before, state)
            last = now
        # Several merged into one difference, where page numbers mean nothing.
        assert told(first, last) == expected(at_first, state)


def test_a_bucket_that_becomes_a_value_goes_and_comes(bbolt: Path, tmp_path: Path) -> None:
    assert bbolt.exists()
    path = tmp_path / "test.db"
    with DB(path, no_sync=True) as db:
        top = Batch().create_bucket(b"top").use(b"top")
        db.apply(top.create_bucket(b"x").use(b"top", b"x").put(b"k", b"v"))
        before = revision(path)
        db.apply(Batch().use(b"top").delete_bucket(b"x").put(b"x", b"1"))
        after = revision(path)
    found = [(change.kind, value(change, 0), value(change, 1)) for change in changes(before, after)]
    assert found == [("removed", None, None), ("removed", b"v", None), ("added", None, b"1")]


def test_a_sequence_that_rose_is_a_change(bbolt: Path, tmp_path: Path) -> None:
    assert bbolt.exists()
    path = tmp_path / "test.db"
    with DB(path, no_sync=True) as db:
        db.apply(Batch().create_bucket(b"top"))
        before = revision(path)
        db.apply(Batch().use(b"top").next_sequence())
        after = revision(path)
        db.apply(Batch())
        idle = revision(path)
    assert [change.kind for change in changes(before, after)] == ["changed"]
    assert list(changes(after, idle)) == []
    assert list(changes(before, before)) == []
