"""The bytes of a bolt file: every structure, flag and checksum of bbolt's `internal/common`.

Integers are in the byte order of the machine that wrote the file; `LITTLE` and `BIG` hold the
structures for both. Offsets named here are relative to the start of the page.
"""

from struct import Struct
from typing import Final, NamedTuple

MAGIC: Final = 0xED0CDAED
VERSION: Final = 2

BRANCH_PAGE: Final = 0x01
LEAF_PAGE: Final = 0x02
META_PAGE: Final = 0x04
FREELIST_PAGE: Final = 0x10
PAGE_TYPES: Final = {
    BRANCH_PAGE: "branch",
    LEAF_PAGE: "leaf",
    META_PAGE: "meta",
    FREELIST_PAGE: "freelist",
}

BUCKET_ELEMENT: Final = 0x01
"""Flag of a leaf element whose value is a bucket (`internal/common/page.go: BucketLeafFlag`)."""

NO_FREELIST: Final = 2**64 - 1
"""Freelist page id of a file written with NoFreelistSync (`PgidNoFreelist`)."""

EXTENDED_COUNT: Final = 0xFFFF
"""Freelist count that means: the first id is the real count (`Page.FreelistPageCount`)."""

MAX_ELEMENTS: Final = 0xFFFF
"""What the 16 bits of a page's count can say; bbolt puts one element less on a page."""

HEADER_SIZE: Final = 16
ELEMENT_SIZE: Final = 16
BUCKET_SIZE: Final = 16
META_SIZE: Final = 64
META_CHECKED: Final = 56
"""Bytes of the meta structure that its checksum covers; the page header is not covered."""

FIRST_DATA_PAGE: Final = 2
MIN_PAGE_SIZE: Final = 128
"""Smallest page size read: a meta page needs 80 bytes. bbolt itself uses the system's page size."""
MAX_PAGE_SIZE: Final = 1 << 24
"""Largest page size that bbolt looks for (`db.go: getPageSizeFromSecondMeta`)."""

_FNV_BASIS: Final = 0xCBF29CE484222325
_FNV_PRIME: Final = 0x100000001B3
_U64: Final = 2**64 - 1


class Layout(NamedTuple):
    """The structures of one byte order."""

    order: str
    """`little` or `big`."""
    header: Struct
    """id, flags, count, overflow (`Page`)."""
    meta: Struct
    """magic, version, page size, flags, root, sequence, freelist, high water, txid, checksum."""
    branch: Struct
    """pos, key size, child page id (`branchPageElement`)."""
    leaf: Struct
    """flags, pos, key size, value size (`leafPageElement`)."""
    bucket: Struct
    """root page id, sequence (`InBucket`)."""
    page_id: Struct


def _layout(order: str, prefix: str) -> Layout:
    return Layout(
        order,
        Struct(prefix + "QHHI"),
        Struct(prefix + "IIIIQQQQQQ"),
        Struct(prefix + "IIQ"),
        Struct(prefix + "IIII"),
        Struct(prefix + "QQ"),
        Struct(prefix + "Q"),
    )


LITTLE: Final = _layout("little", "<")
BIG: Final = _layout("big", ">")


class Header(NamedTuple):
    """A page header."""

    id: int
    flags: int
    elements: int
    """Number of elements (the field is called count); 0xFFFF on a long freelist."""
    overflow: int
    """Further pages that belong to this one."""


def page_type(flags: int) -> str:
    """Name a page's type; unknown flags become `unknown<hex>`, as bbolt prints them."""
    return PAGE_TYPES.get(flags, f"unknown<{flags:02x}>")


def fnv1a(data: bytes | memoryview) -> int:
    """Return the 64-bit FNV-1a hash of `data` (`Meta.Sum64`)."""
    value = _FNV_BASIS
    for byte in data:
        value = ((value ^ byte) * _FNV_PRIME) & _U64
    return value
