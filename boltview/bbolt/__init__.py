"""The real Go bbolt, from Python: the writer behind fixtures and recovery, the second opinion.

    with DB(path) as db:
        with db.update() as tx:
            tx.create_bucket(b"colours")[b"sky"] = b"blue"
        with db.view() as tx:
            print(tx.dump())

It needs a shared library that `python -m boltview.bbolt.build` compiles from `go/`; without it
importing still works, and the first use raises `BboltUnavailable`. Unlike the rest of boltview it
locks what it opens, as bbolt does, and it trusts what it opens, as bbolt does: give a file that
may be damaged to `check_in_subprocess` first.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boltview.bbolt.batch import Batch
    from boltview.bbolt.bucket import Bucket
    from boltview.bbolt.cursor import Cursor
    from boltview.bbolt.db import DB
    from boltview.bbolt.dump import BucketDump
    from boltview.bbolt.errors import (
        BboltError,
        BboltOSError,
        BboltUnavailable,
        ErrBucketExists,
        ErrBucketNameRequired,
        ErrBucketNotFound,
        ErrChecksum,
        ErrDatabaseNotOpen,
        ErrDatabaseReadOnly,
        ErrDifferentDB,
        ErrFreePagesNotLoaded,
        ErrIncompatibleValue,
        ErrInvalid,
        ErrInvalidMapping,
        ErrKeyRequired,
        ErrKeyTooLarge,
        ErrMaxSizeReached,
        ErrSameBuckets,
        ErrTimeout,
        ErrTxClosed,
        ErrTxNotWritable,
        ErrValueTooLarge,
        ErrVersionMismatch,
        GoPanic,
        WouldDeadlock,
    )
    from boltview.bbolt.facts import BucketStats, DBStats, Info, Meta, PageInfo, TxStats
    from boltview.bbolt.library import load
    from boltview.bbolt.tx import Tx
    from boltview.bbolt.verdict import Verdict, check_in_subprocess

__all__ = [
    "DB",
    "Batch",
    "BboltError",
    "BboltOSError",
    "BboltUnavailable",
    "Bucket",
    "BucketDump",
    "BucketStats",
    "Cursor",
    "DBStats",
    "ErrBucketExists",
    "ErrBucketNameRequired",
    "ErrBucketNotFound",
    "ErrChecksum",
    "ErrDatabaseNotOpen",
    "ErrDatabaseReadOnly",
    "ErrDifferentDB",
    "ErrFreePagesNotLoaded",
    "ErrIncompatibleValue",
    "ErrInvalid",
    "ErrInvalidMapping",
    "ErrKeyRequired",
    "ErrKeyTooLarge",
    "ErrMaxSizeReached",
    "ErrSameBuckets",
    "ErrTimeout",
    "ErrTxClosed",
    "ErrTxNotWritable",
    "ErrValueTooLarge",
    "ErrVersionMismatch",
    "GoPanic",
    "Info",
    "Meta",
    "PageInfo",
    "Tx",
    "TxStats",
    "Verdict",
    "WouldDeadlock",
    "check_in_subprocess",
    "load",
]

# Which module holds a name that does not lie in `errors`.
_HOMES = {
    "DB": "db",
    "Batch": "batch",
    "Bucket": "bucket",
    "BucketDump": "dump",
    "BucketStats": "facts",
    "Cursor": "cursor",
    "DBStats": "facts",
    "Info": "facts",
    "Meta": "facts",
    "PageInfo": "facts",
    "Tx": "tx",
    "TxStats": "facts",
    "Verdict": "verdict",
    "check_in_subprocess": "verdict",
    "load": "library",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562): most runs never ask."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES.get(name, 'errors')}")
    return globals().setdefault(name, getattr(home, name))
