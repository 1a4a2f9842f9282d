"""A new database from what was saved of another, written by the real bbolt."""

import os
from collections.abc import Iterable
from typing import NamedTuple

from boltview.bbolt.batch import Batch
from boltview.bbolt.db import DB
from boltview.bbolt.errors import BboltError
from boltview.forensics.salvage import BucketStep, Lost, PairStep, Path, Step

_COMMIT_AFTER = 16 << 20
"""Bytes after which a transaction is committed: bbolt keeps what is not in memory."""
_FILL = 0.9
"""As full as bbolt's own compaction leaves a page (`compact.go: Compact`)."""


class Rebuilt(NamedTuple):
    """What was written."""

    buckets: int
    pairs: int
    size: int
    """Bytes of keys and values."""
    lost: list[Lost]
    """What could not be saved, and what bbolt refused to write."""


class Rebuilder:
    """Writes steps into an empty file.

    Args:
        path: an existing empty file, of which nobody else knows.
        page_size: page size of the database.

    Raises:
        BboltUnavailable: the library is not built.
        BboltError: the file cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str], page_size: int) -> None:
        """Have bbolt make a database of the file; who gives it its name brings it to the disk."""
        self._db = DB(path, page_size=page_size, no_sync=True)
        self._waiting: list[BucketStep | PairStep] = []
        self._size = 0
        self._buckets = self._pairs = self._written = 0
        self._lost: list[Lost] = []

    def run(self, steps: Iterable[Step]) -> Rebuilt:
        """Write all steps, have bbolt check what it wrote, and close.

        Raises:
            BboltError: the disk is full, or bbolt finds its own file wrong.
        """
        with self._db as db:
            for step in steps:
                if isinstance(step, Lost):
                    self._lost.append(step)
                    continue
                self._waiting.append(step)
                self._size += _size(step)
                if self._size > _COMMIT_AFTER:
                    self._commit()
            self._commit()
            with db.view() as tx:
                found = tx.check(1)
            if found:
                raise BboltError(f"bbolt finds what it wrote wrong: {found[0]}")
        return Rebuilt(self._buckets, self._pairs, self._written, self._lost)

    def _commit(self) -> None:
        waiting, self._waiting, self._size = self._waiting, [], 0
        self._write(waiting)

    def _write(self, steps: list[BucketStep | PairStep]) -> None:
        """Write steps in one transaction; of those that bbolt refuses find out which they are."""
        if not steps:
            return
        try:
            self._db.apply(_batch(steps))
        except BboltError as error:
            if error.operation is None:
                raise  # it is no step that fails, but the file
            if len(steps) > 1:
                half = len(steps) // 2
                self._write(steps[:half])
                self._write(steps[half:])
            else:
                self._refused(steps[0], error)
            return
        self._buckets += sum(isinstance(step, BucketStep) for step in steps)
        self._pairs += sum(isinstance(step, PairStep) for step in steps)
        self._written += sum(map(_size, steps))

    def _refused(self, step: BucketStep | PairStep, error: BboltError) -> None:
        path = step.path if isinstance(step, BucketStep) else (*step.bucket, step.key)
        self._lost.append(Lost(path, f"bbolt refuses to write it: {error}"))


def _batch(steps: list[BucketStep | PairStep]) -> Batch:
    batch = Batch()
    here: Path | None = None
    for step in steps:
        above = step.path[:-1] if isinstance(step, BucketStep) else step.bucket
        if above != here:
            batch.use(*above)
            here = above
            if above:
                batch.set_fill_percent(_FILL)
        if isinstance(step, PairStep):
            batch.put(step.key, step.value)
            continue
        batch.create_bucket(step.path[-1])
        if step.sequence:
            batch.use(*step.path).set_sequence(step.sequence)
            here = step.path
    return batch


def _size(step: BucketStep | PairStep) -> int:
    return len(step.path[-1]) if isinstance(step, BucketStep) else len(step.key) + len(step.value)
