"""The anatomy of an entry or a page: every byte that makes it, and what that byte is part of.

The hex tab, the tour and the tests take it from here; which bytes are which field is known below,
in `boltview/bolt/parts.py` and `boltview/schema/parts.py`.
"""

from collections.abc import Iterator

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BUCKET_SIZE,
    ELEMENT_SIZE,
    FREELIST_PAGE,
    HEADER_SIZE,
    META_PAGE,
    META_SIZE,
)
from boltview.bolt.meta import parse_meta
from boltview.bolt.page import Page, read_header
from boltview.bolt.parts import (
    Part,
    bucket_parts,
    element_parts,
    freelist_parts,
    meta_parts,
    page_header_parts,
)
from boltview.bolt.revision import Revision
from boltview.report.escape import escape, escape_bytes
from boltview.report.texts import clip, key_line, plain_line, value_line
from boltview.report.units import Clock, exact_size, utc
from boltview.schema.model import Field
from boltview.schema.parts import HEAD, Bytes, Message, Unnamed, key_parts, value_parts
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, GoTime, Value

_MOST = 1_000
"""Elements or ids of a page that are taken apart."""
DAMAGE_BYTES = 256
"""Bytes that are shown at the place of a damage."""
_MEANING = 100
"""Characters of a value that its part shows."""
_TIMELESS = Clock(0, utc)


def anatomy(reading: Reading, bucket: Bucket, entry: Pair | Bucket | Damage) -> list[Part]:
    """Return the parts of an entry: page header, element, key and value, each with its own parts.

    They come in the order of the file, a part before those that it consists of; texts are escaped.

    Args:
        reading: the revision and its schema.
        bucket: the bucket that holds the entry; the root bucket for itself.
        entry: the entry, or the damage in its place.
    """
    if isinstance(entry, Damage):
        return list(_damage(reading.revision, entry))
    if isinstance(entry, Pair):
        return list(_pair(reading, bucket, entry))
    if not entry.path:
        return page_anatomy(reading, entry.origin.page)
    return list(_bucket(reading, bucket, entry))


def page_anatomy(reading: Reading, page_id: int) -> list[Part]:
    """Return the parts of a page: header, then elements, meta or ids, and what is not used."""
    revision = reading.revision
    offset = page_id * revision.page_size
    header = read_header(revision.source, revision.layout, offset)
    if header is None:
        return []
    if header.flags == META_PAGE:
        return _meta(revision, page_id, offset)
    if header.flags == FREELIST_PAGE and header.id == page_id:
        parts = freelist_parts(revision, header, offset, _MOST)
        return [*page_header_parts(header, offset), *parts]
    page = revision.page(page_id)
    if isinstance(page, Damage):
        return page_header_parts(header, offset)
    return [*page_header_parts(header, offset), *_elements(page), *_free(page)]


def _pair(reading: Reading, bucket: Bucket, pair: Pair) -> Iterator[Part]:
    if bucket.is_inline:
        origin = bucket.origin
        yield from bucket_parts(bucket.root, bucket.sequence, origin.offset)
    page = pair.page
    yield from _head(page, pair.origin.element)
    yield from _key_and_value(reading, bucket, pair)


def _bucket(reading: Reading, holder: Bucket, bucket: Bucket) -> Iterator[Part]:
    origin, place = bucket.origin, bucket.header.key_origin
    page = reading.revision.page(origin.page)
    if isinstance(page, Page):
        yield from _head(page, origin.element)
    if place is not None:
        yield from _key(reading, holder, bucket, place.offset)
    yield from bucket_parts(bucket.root, bucket.sequence, origin.offset)
    inner = bucket.root_page() if bucket.is_inline else None
    if not isinstance(inner, Page):
        return
    header = inner.block.header
    yield from page_header_parts(header, inner.block.offset, is_inline=True)
    count = min(len(inner.elements), _MOST)
    for index in range(count):
        yield from element_parts(inner, index)
    for index in range(count):
        entry = bucket.entry(inner, index)
        if isinstance(entry, Pair):
            yield from _key_and_value(reading, bucket, entry)


def _head(page: Page, index: int) -> Iterator[Part]:
    """Yield the page's header and the entry of its table."""
    block = page.block
    yield from page_header_parts(block.header, block.offset, is_inline=block.is_inline)
    yield from element_parts(page, index)


def _key_and_value(reading: Reading, bucket: Bucket, pair: Pair) -> Iterator[Part]:
    yield from _key(reading, bucket, pair, pair.key_origin.offset)
    field = reading.field(bucket, pair)
    kind = field.type if field else "bytes"
    page, origin = pair.page, pair.origin
    said, message = exact_size(origin.length), None
    if origin.length <= HEAD:
        value = reading.value(bucket, pair)
        said, data = clip(_said(value, field), _MEANING), value.data
        message = _message(reading, data) if isinstance(data, AnyValue) else None
    yield Part(origin.offset, origin.length, "value", f"{kind}: {said}", "value")
    head = page.bytes_at(origin.offset - page.block.offset, min(origin.length, HEAD))
    whole = Bytes(head, origin.length, origin.offset)
    yield from _safe(value_parts(kind, whole, message=message))


def _message(reading: Reading, data: AnyValue) -> Message | None:
    """Return what is known of the message in an `Any`; None if it holds none."""
    if data.encoding == "protobuf":
        return reading.message(data.type_url)
    return Unnamed() if data.encoding == "wire" else None


def _key(reading: Reading, bucket: Bucket, entry: Pair | Bucket, offset: int) -> Iterator[Part]:
    key, field = entry.key, reading.field(bucket, entry)
    said = clip(key_line(reading.key(bucket, entry)), _MEANING)
    yield Part(offset, len(key), "key", said, "key")
    yield from _safe(key_parts(field.key if field else "string", key, offset))


def _said(value: Value, field: Field | None) -> str:
    data = value.data
    return data.rfc3339() if isinstance(data, GoTime) else value_line(value, field, _TIMELESS)


def _elements(page: Page) -> Iterator[Part]:
    """Yield the table of a page, and then the keys and values that it points to."""
    sound = [i for i in range(len(page.elements)) if i not in page.bad]
    shown = sound[:_MOST]
    for index in shown:
        yield from element_parts(page, index)
    for index in shown:
        origin = page.key_origin(index)
        said = clip(escape_bytes(page.keys[index]), _MEANING)
        yield Part(origin.offset, origin.length, "key", f"{index}: {said}", "key")
        element = page.elements[index]
        if not page.is_leaf:
            continue
        place = page.value_origin(index)
        if element.is_bucket and element.value_size >= BUCKET_SIZE:
            raw = page.bytes_at(element.value_offset, BUCKET_SIZE)
            root, sequence = page.layout.bucket.unpack(raw)
            yield from bucket_parts(root, sequence, place.offset)
            if place.length > BUCKET_SIZE:
                rest = place.length - BUCKET_SIZE
                inline = f"{index}: {rest:,} bytes of an inline page"
                yield Part(place.offset + BUCKET_SIZE, rest, "inline page", inline, "bucket")
            continue
        text = plain_line(page.bytes_at(element.value_offset, min(place.length, _MEANING)))
        said = f"{index}: {place.length:,} bytes: {clip(text, _MEANING)}"
        yield Part(place.offset, place.length, "value", said, "value")


def _free(page: Page) -> Iterator[Part]:
    """Yield the bytes behind the last element, which are zero on a page that bbolt wrote."""
    end = max(
        [HEADER_SIZE + ELEMENT_SIZE * len(page.elements)]
        + [element.end for i, element in enumerate(page.elements) if i not in page.bad]
    )
    block = page.block
    if len(page.elements) <= _MOST and end < block.length:
        free = block.length - end
        yield Part(block.offset + end, free, "free", f"{free:,} bytes that nothing uses", "free")


def _meta(revision: Revision, page_id: int, offset: int) -> list[Part]:
    raw = revision.source.read(offset, HEADER_SIZE + META_SIZE)
    header = read_header(revision.source, revision.layout, offset)
    if header is None:
        return []
    parts = page_header_parts(header, offset)
    if len(raw) == HEADER_SIZE + META_SIZE:
        # `parse_meta` is given the page; a meta says where its own structure lies.
        parts += meta_parts(parse_meta(page_id, offset, raw, revision.layout))
    return parts


def _damage(revision: Revision, damage: Damage) -> Iterator[Part]:
    length = max(0, min(DAMAGE_BYTES, revision.source.size - damage.offset))
    yield Part(damage.offset, length, "damage", escape(damage.what), "damage")


def _safe(parts: list[Part]) -> list[Part]:
    return [part._replace(meaning=escape(part.meaning)) for part in parts]
