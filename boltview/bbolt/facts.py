"""What bbolt tells about a database, in the words and the order of its own structs."""

from typing import NamedTuple, Self

from boltview.bbolt.wire import Reader


class Info(NamedTuple):
    """DB.Info: the address the file is mapped at, and its page size in bytes."""

    data: int
    page_size: int


class Meta(NamedTuple):
    """The meta a transaction works on: the current meta page, or in a writer the next one.

    `root` and `freelist` are page ids; `freelist` is 2**64 - 1 when none is stored. Pages at or
    above `high_water` (bbolt's Meta.pgid) are not in use.
    """

    page_size: int
    root: int
    sequence: int
    freelist: int
    high_water: int
    txid: int


class PageInfo(NamedTuple):
    """Tx.Page: `type` is branch, leaf, meta, freelist, free, or unknown<flags>.

    The counts of a free page are those of its last use.
    """

    id: int
    count: int  # type: ignore[assignment]  # bbolt's name wins over tuple.count
    overflow: int
    type: str

    @classmethod
    def read(cls, response: Reader) -> Self:
        """Read one page's info."""
        return cls(response.uvarint(), response.uvarint(), response.uvarint(), response.text())


class TxStats(NamedTuple):
    """TxStats: counts, sizes in bytes, times in nanoseconds."""

    page_count: int
    page_alloc: int
    cursor_count: int
    node_count: int
    node_deref: int
    rebalance: int
    rebalance_time: int
    split: int
    spill: int
    spill_time: int
    write: int
    write_time: int


class DBStats(NamedTuple):
    """Stats: pages and bytes of the freelist, read transactions, and the sum of all TxStats."""

    free_page_n: int
    pending_page_n: int
    free_alloc: int
    freelist_inuse: int
    tx_n: int
    open_tx_n: int
    tx_stats: TxStats

    @classmethod
    def read(cls, response: Reader) -> Self:
        """Read the stats of a database."""
        free, pending, alloc, inuse, tx_n, open_tx_n, *rest = response.uvarints()
        return cls(free, pending, alloc, inuse, tx_n, open_tx_n, TxStats(*rest))


class BucketStats(NamedTuple):
    """BucketStats: pages, keys, depth, bytes, and buckets, of a bucket and all below it."""

    branch_page_n: int
    branch_overflow_n: int
    leaf_page_n: int
    leaf_overflow_n: int
    key_n: int
    depth: int
    branch_alloc: int
    branch_inuse: int
    leaf_alloc: int
    leaf_inuse: int
    bucket_n: int
    inline_bucket_n: int
    inline_bucket_inuse: int
