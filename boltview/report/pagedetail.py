"""One page in full: what its header says, whose it is, and what is on it."""

from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.bolt.format import (
    BUCKET_SIZE,
    FREELIST_PAGE,
    HEADER_SIZE,
    META_PAGE,
    META_SIZE,
    NO_FREELIST,
    Header,
    page_type,
)
from boltview.bolt.freelist import Freelist, read_freelist
from boltview.bolt.meta import parse_meta
from boltview.bolt.owners import PageTable
from boltview.bolt.page import Page, read_header
from boltview.bolt.revision import Revision
from boltview.report.escape import escape, escape_bytes
from boltview.report.findings import bucket_name
from boltview.report.keypath import component, path_text
from boltview.report.texts import plain_line
from boltview.report.units import size_text

_PREVIEW = 60
"""Characters of a value that the list of elements shows; `get` shows all of it."""
_IDS_A_LINE = 12


class PageDetail(NamedTuple):
    """A page, read without a walk; `state` and `owner` need one."""

    id: int
    offset: int
    header: Header
    state: str
    """What a walk says: `free`, `in use`, `overflow of page N`, `in no tree`; empty without."""
    owner: tuple[bytes, ...] | None
    content: "Page | Freelist | tuple[tuple[str, object], ...] | None"
    """Elements, free ids or the fields of a meta; None for what is none of these."""
    damage: tuple[Damage, ...]


def page_detail(revision: Revision, page_id: int, table: PageTable | None) -> PageDetail | None:
    """Read one page; None if the file has no such page.

    Args:
        revision: the revision whose pages are meant.
        page_id: its number.
        table: the page table, if it is to be said whose the page is.
    """
    offset = page_id * revision.page_size
    header = read_header(revision.source, revision.layout, offset)
    if header is None:
        return None
    state, owner = ("", None) if table is None else _state(table, page_id)
    content: Page | Freelist | tuple[tuple[str, object], ...] | None = None
    damage: tuple[Damage, ...] = ()
    found: Page | Freelist | Damage | None = None
    if page_id < 2 and header.flags == META_PAGE:  # noqa: PLR2004 - the two metas
        content = _meta_fields(revision, page_id)
    elif header.id == page_id and header.flags == FREELIST_PAGE:
        found = read_freelist(revision) if page_id == revision.meta.freelist else None
    elif not state.startswith("overflow"):
        found = revision.page(page_id)
    if isinstance(found, Damage):
        damage = (found,)
    elif found is not None:
        content = found
        if isinstance(found, Page):
            damage = (*found.damage, *found.bad.values())
    return PageDetail(page_id, offset, header, state, owner, content, damage)


def detail_lines(detail: PageDetail, page_size: int) -> list[tuple[str, str]]:
    """Return labels and escaped texts."""
    header = detail.header
    size = (header.overflow + 1) * page_size
    own = "" if header.id == detail.id else f", calls itself page {header.id}"
    elements = f"{header.elements} {'element' if header.elements == 1 else 'elements'}"
    pages = f"{header.overflow} {'page' if header.overflow == 1 else 'pages'}"
    lines = [
        ("page", f"{detail.id}, {size_text(page_size)} at offset {detail.offset:,}"),
        ("type", f"{page_type(header.flags)}, {elements}{own}"),
    ]
    if header.overflow:
        lines.append(("overflow", f"{pages}, {size:,} bytes in all"))
    if detail.state:
        lines.append(("state", detail.state))
    if detail.owner is not None:
        lines.append(("owner", f"bucket {bucket_name(detail.owner)}"))
    content = detail.content
    if isinstance(content, Page):
        lines += [(str(i), element_line(content, i)) for i in range(len(content.elements))]
    elif isinstance(content, Freelist):
        ids = content.ids
        lines += [
            ("free", " ".join(map(str, ids[i : i + _IDS_A_LINE])))
            for i in range(0, len(ids), _IDS_A_LINE)
        ]
    elif content:
        lines += [(name, str(value)) for name, value in content]
    lines += [("damage", escape(damage.what)) for damage in detail.damage]
    return lines


def detail_json(detail: PageDetail) -> dict[str, object]:
    """Return everything as JSON; `owner` and `state` only where they were asked for."""
    from boltview.report.jsontext import damage_json

    header, content = detail.header, detail.content
    shown: dict[str, object] = {
        "id": detail.id,
        "offset": detail.offset,
        "type": page_type(header.flags),
        "stated_id": header.id,
        "count": header.elements,
        "overflow": header.overflow,
    }
    if detail.state:
        owner = detail.owner
        shown |= {"state": detail.state, "owner": None if owner is None else path_text(owner)}
    if isinstance(content, Page):
        shown["elements"] = [_element_json(content, i) for i in range(len(content.elements))]
    elif isinstance(content, Freelist):
        shown["free"] = list(content.ids)
    elif content:
        shown["meta"] = dict(content)
    shown["damage"] = [damage_json(damage) for damage in detail.damage]
    return shown


def _state(table: PageTable, page_id: int) -> tuple[str, tuple[bytes, ...] | None]:
    """Say what a page is by the walk, and whose."""
    if page_id >= len(table):
        return "above the high-water mark: not part of any revision", None
    if page_id < 2:  # noqa: PLR2004 - the two metas
        return "meta", None
    owner = table.owner_of(page_id)
    if table.is_free(page_id):
        return ("listed free, but in use" if owner is not None else "free"), owner
    head = table.head_of(page_id)
    if head != page_id:
        return f"overflow of page {head}", owner
    if page_id in table.free.freelist:
        return "freelist", None
    return ("in no tree, and not free" if owner is None else "in use"), owner


def _meta_fields(revision: Revision, slot: int) -> tuple[tuple[str, object], ...]:
    offset = slot * revision.page_size
    raw = revision.source.read(offset, HEADER_SIZE + META_SIZE)
    if len(raw) < HEADER_SIZE + META_SIZE:
        return ()
    meta = parse_meta(slot, offset, raw, revision.layout)
    return (
        ("problem", meta.problem or meta.header_problem or "none"),
        ("version", meta.version),
        ("page_size", meta.page_size),
        ("flags", meta.flags),
        ("root", meta.root),
        ("sequence", meta.sequence),
        ("freelist", "not kept" if meta.freelist == NO_FREELIST else meta.freelist),
        ("high_water", meta.high_water),
        ("txid", meta.txid),
        ("checksum", f"{meta.checksum:016x}"),
    )


def element_line(page: Page, index: int) -> str:
    """Return element `index` of a page as one escaped line."""
    if index in page.bad:
        return "damaged"
    element, key = page.elements[index], escape_bytes(page.keys[index])
    if not page.is_leaf:
        return f"{key}  → page {element.child}"
    if not element.is_bucket:
        size = element.value_size
        text = plain_line(page.bytes_at(element.value_offset, min(size, _PREVIEW)))
        return f"{key}  {size} bytes  {text[:_PREVIEW]}{'…' if size > _PREVIEW else ''}"
    bucket = _bucket_header(page, index)
    if bucket is None:
        return f"{key}  bucket without a header"
    where = f"root page {bucket[0]}" if bucket[0] else "inline"
    return f"{key}  bucket, {where}, sequence {bucket[1]}"


def _element_json(page: Page, index: int) -> dict[str, object]:
    if index in page.bad:
        return {"index": index, "damage": page.bad[index].code}
    element = page.elements[index]
    shown: dict[str, object] = {"index": index, "key": component(page.keys[index])}
    if not page.is_leaf:
        return shown | {"page": element.child}
    origin = page.value_origin(index)
    place = {"offset": origin.offset, "size": origin.length}
    if not element.is_bucket:
        return shown | {"kind": "value"} | place
    bucket = _bucket_header(page, index)
    root, sequence = bucket or (None, None)
    return shown | {"kind": "bucket", "root": root, "sequence": sequence} | place


def _bucket_header(page: Page, index: int) -> tuple[int, int] | None:
    element = page.elements[index]
    if element.value_size < BUCKET_SIZE:
        return None
    root, sequence = page.layout.bucket.unpack(page.bytes_at(element.value_offset, BUCKET_SIZE))
    return root, sequence
