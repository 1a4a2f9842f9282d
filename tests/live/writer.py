"""A process that commits to a database with the real bbolt, flat out, until its stdin closes.

    python -m tests.live.writer PATH [no_sync] [no_freelist_sync] [grow] [breathe]

Every transaction sets MARKS keys, spread over the whole tree, to one common counter. With `grow`
each also adds a large value under a new key, for a while; with `breathe` a thousand values come in
some and go in others. Any copy in which two marks differ is torn.
"""

import os
import sys
import threading

from boltview.bbolt import DB, Batch

KEYS = 8_000
MARKS = 64
GROWN = 1_000
"""Large values at most: some 8 MB, which a flat-out writer has in seconds."""
BUCKET = b"marks"
CHURN = b"churn"
_VALUE = b"v" * 100


def mark(number: int) -> bytes:
    """The key of a mark."""
    return b"%08d" % (number * (KEYS // MARKS))


def fill(db: DB) -> None:
    """Write the keys among which the marks stand."""
    batch = Batch().create_bucket_if_not_exists(CHURN).create_bucket(BUCKET).use(BUCKET)
    for number in range(KEYS):
        batch.put(b"%08d" % number, _VALUE)
    for number in range(MARKS):
        batch.put(mark(number), b"%016d" % 0)
    db.apply(batch)


def step(count: int, options: set[str]) -> Batch:
    """What one transaction does."""
    batch = Batch().use(BUCKET)
    counter = b"%016d" % count
    for number in range(MARKS):
        batch.put(mark(number), counter)
    batch.use(CHURN)
    if "grow" in options:
        batch.put(b"grow%012d" % (count % GROWN), _VALUE * 60)
    if "breathe" in options:
        phase, start = divmod(count, 50)
        for number in range(start * 20, start * 20 + 20):
            key = b"breathe%06d" % number
            if phase % 2:
                batch.delete(key)
            else:
                batch.put(key, _VALUE * 10)
    return batch


def main(path: str, options: set[str]) -> None:
    """Write until whoever started this has had enough."""
    with DB(
        path,
        no_sync="no_sync" in options,
        no_freelist_sync="no_freelist_sync" in options,
        freelist_type="hashmap" if "grow" in options else "array",
    ) as db:
        fill(db)
        print("ready", flush=True)  # noqa: T201  the signal that it has begun
        reading = threading.Thread(target=sys.stdin.read, daemon=True)
        reading.start()
        count = 0
        while reading.is_alive():
            count += 1
            db.apply(step(count, options))
        print(count, flush=True)  # noqa: T201  how much it wrote
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], set(sys.argv[2:]))
