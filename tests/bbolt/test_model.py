"""Random work on a database and on nested dictionaries: the two stay the same.

The model knows nothing of pages. It holds what is committed and a copy that the open transaction
changes; every rule does one thing to both, and they must answer or refuse alike.
"""

import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from boltview.bbolt import (
    DB,
    BboltError,
    Bucket,
    BucketDump,
    ErrBucketExists,
    ErrBucketNotFound,
    ErrIncompatibleValue,
)

TOP = b"top"

# Few keys, so that they meet; values up to several pages.
KEYS = st.sampled_from([b"a", b"b", b"ba", b"c", b"\x00", b"\xff", b"k" * 300])
VALUES = st.one_of(
    st.binary(max_size=40),
    st.builds(bytes.__mul__, st.binary(min_size=1, max_size=1), st.integers(500, 9000)),
)
PATHS = st.lists(KEYS, max_size=2).map(tuple)
Names = tuple[bytes, ...]


class Model:
    """A bucket as bbolt documents it: a sequence, and keys with values or buckets."""

    def __init__(self) -> None:
        self.sequence = 0
        self.elements: dict[bytes, bytes | Model] = {}

    def bucket(self, path: Names) -> "Model":
        found = self
        for name in path:
            inner = found.elements.get(name)
            if not isinstance(inner, Model):
                raise ErrBucketNotFound
            found = inner
        return found

    def put(self, key: bytes, value: bytes) -> None:
        if isinstance(self.elements.get(key), Model):
            raise ErrIncompatibleValue
        self.elements[key] = value

    def delete(self, key: bytes) -> None:
        if isinstance(self.elements.get(key), Model):
            raise ErrIncompatibleValue
        self.elements.pop(key, None)

    def create_bucket(self, name: bytes) -> None:
        if name in self.elements:
            there = self.elements[name]
            raise ErrBucketExists if isinstance(there, Model) else ErrIncompatibleValue
        self.elements[name] = Model()

    def delete_bucket(self, name: bytes) -> None:
        if name not in self.elements:
            raise ErrBucketNotFound
        if not isinstance(self.elements[name], Model):
            raise ErrIncompatibleValue
        del self.elements[name]

    def next_sequence(self) -> int:
        self.sequence += 1
        return self.sequence

    def ordered(self) -> list[bytes]:
        return sorted(self.elements)

    def dump(self) -> BucketDump:
        elements: dict[bytes, bytes | BucketDump] = {}
        for key in self.ordered():
            value = self.elements[key]
            elements[key] = value.dump() if isinstance(value, Model) else value
        return BucketDump(self.sequence, elements)


class DatabaseAndModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "test.db")
        self.committed = Model()
        self.committed.create_bucket(TOP)
        self.db = DB(self.path, page_size=1024, no_sync=True)
        with self.db.update() as tx:
            tx.create_bucket(TOP)
        self.begin()

    def begin(self) -> None:
        self.tx = self.db.update()
        self.current = deepcopy(self.committed)

    def teardown(self) -> None:
        self.db.close()
        with DB(self.path, read_only=True, preload_freelist=True) as db, db.view() as tx:
            assert tx.check() == []
            assert tx.dump() == self.committed.dump()
        self.folder.cleanup()

    def alike(
        self,
        path: Names,
        real: Callable[[Bucket], object],
        model: Callable[[Model], object],
    ) -> None:
        """Do the same to a bucket and to its model: the same answer, or the same error."""
        try:
            expected = model(self.current.bucket((TOP, *path)))
        except BboltError as error:
            with pytest.raises(type(error)):
                real(self.tx.bucket(TOP, *path))
        else:
            assert real(self.tx.bucket(TOP, *path)) == expected

    @rule(path=PATHS, key=KEYS, value=VALUES)
    def put(self, path: Names, key: bytes, value: bytes) -> None:
        self.alike(path, lambda b: b.put(key, value), lambda m: m.put(key, value))

    @rule(path=PATHS, key=KEYS)
    def delete(self, path: Names, key: bytes) -> None:
        self.alike(path, lambda b: b.delete(key), lambda m: m.delete(key))

    @rule(path=PATHS, key=KEYS)
    def create_bucket(self, path: Names, key: bytes) -> None:
        def create(bucket: Bucket) -> None:
            assert bucket.create_bucket(key).path == (*bucket.path, key)

        self.alike(path, create, lambda m: m.create_bucket(key))

    @rule(path=PATHS, key=KEYS)
    def delete_bucket(self, path: Names, key: bytes) -> None:
        self.alike(path, lambda b: b.delete_bucket(key), lambda m: m.delete_bucket(key))

    @rule(path=PATHS)
    def next_sequence(self, path: Names) -> None:
        self.alike(path, lambda b: b.next_sequence(), lambda m: m.next_sequence())

    @rule(path=PATHS, sequence=st.integers(0, 2**63))
    def set_sequence(self, path: Names, sequence: int) -> None:
        self.alike(
            path,
            lambda b: setattr(b, "sequence", sequence),
            lambda m: setattr(m, "sequence", sequence),
        )

    @rule(path=PATHS, key=KEYS)
    def get(self, path: Names, key: bytes) -> None:
        def value(model: Model) -> bytes | None:
            found = model.elements.get(key)
            return None if isinstance(found, Model) else found

        self.alike(path, lambda b: b.get(key), value)

    @rule(path=PATHS)
    def walk(self, path: Names) -> None:
        def forwards(bucket: Bucket) -> list[bytes]:
            cursor = bucket.cursor()
            element, keys = cursor.first(), []
            while element is not None:
                keys.append(element[0])
                element = cursor.next()
            return keys

        self.alike(path, forwards, Model.ordered)
        self.alike(path, lambda b: [key for key, _ in b.scan()], Model.ordered)

    @rule(path=PATHS, key=KEYS)
    def seek(self, path: Names, key: bytes) -> None:
        def sought(bucket: Bucket) -> bytes | None:
            element = bucket.cursor().seek(key)
            return None if element is None else element[0]

        self.alike(path, sought, lambda m: next((k for k in m.ordered() if k >= key), None))

    @rule()
    def dump(self) -> None:
        assert self.tx.dump() == self.current.dump()

    @rule()
    def commit(self) -> None:
        self.tx.commit()
        self.committed = self.current
        self.begin()

    @rule()
    def rollback(self) -> None:
        self.tx.rollback()
        self.begin()

    @rule(no_freelist_sync=st.booleans(), freelist_type=st.sampled_from(["array", "hashmap"]))
    def reopen(self, no_freelist_sync: bool, freelist_type: str) -> None:  # noqa: FBT001
        self.db.close()
        self.db = DB(
            self.path,
            no_sync=True,
            no_freelist_sync=no_freelist_sync,
            freelist_type="array" if freelist_type == "array" else "hashmap",
        )
        self.begin()


@pytest.mark.slow
@pytest.mark.usefixtures("library")
def test_the_database_does_what_the_model_does() -> None:
    run_state_machine_as_test(DatabaseAndModel)
