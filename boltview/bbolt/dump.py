"""A bucket and all below it as plain Python values, to compare with what another reader saw."""

from typing import NamedTuple

from boltview.bbolt.wire import TAG_BUCKET, TAG_END, Reader


class BucketDump(NamedTuple):
    """A bucket: its sequence, and its elements in key order."""

    sequence: int
    elements: dict[bytes, "bytes | BucketDump"]


def read_dump(response: Reader) -> BucketDump:
    """Read what dumpBucket in go/dump.go wrote.

    The buckets that are open lie on a stack of our own: they may nest deeper than Python recurses.
    """
    top = bucket = BucketDump(response.uvarint(), {})
    above: list[BucketDump] = []
    while True:
        tag = response.byte()
        if tag == TAG_END:
            if not above:
                return top
            bucket = above.pop()
            continue
        key = response.string()
        if tag == TAG_BUCKET:
            above.append(bucket)
            child = BucketDump(response.uvarint(), {})
            bucket.elements[key] = child
            bucket = child
        else:
            bucket.elements[key] = response.string()
