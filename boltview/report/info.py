"""What `info` says of a database: one document, and the same as labelled lines."""

from typing import NamedTuple

from boltview.bolt.errors import Damage
from boltview.bolt.format import NO_FREELIST
from boltview.bolt.freelist import read_freelist
from boltview.bolt.meta import Meta
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.summary import previous_state, verdict
from boltview.report.texts import value_line
from boltview.report.units import exact_size, size_text

WALKED_UNASKED = 1 << 24
"""Bytes up to which free pages are counted unasked in a file that keeps no freelist."""


class Space(NamedTuple):
    """How much of a file is free."""

    free_pages: int | None
    """None when it is not known."""
    total_pages: int
    how: str
    """How it is known, or why it is not."""


def free_space(opened: Opened, *, count: bool) -> Space:
    """Tell how many pages are free, from the freelist or by walking the tree.

    Args:
        opened: the database.
        count: walk a file without freelist however large it is.
    """
    revision = opened.reading.revision
    total = revision.high_water
    freelist = read_freelist(revision)
    if isinstance(freelist, Damage):
        return Space(None, total, "the freelist is damaged")
    if freelist is not None:
        return Space(len(freelist.ids), total, "by its freelist")
    if not count and total * revision.page_size > WALKED_UNASKED:
        return Space(None, total, "the file keeps no freelist; info --count-free walks the tree")
    from boltview.bolt import owners
    from boltview.bolt.survey import Survey

    free = owners.free_space(Survey(revision).finish())
    if not free.is_known:
        return Space(None, total, "the file keeps no freelist, and damage hides a part of the tree")
    return Space(len(free.pages), total, "counted: the file keeps no freelist")


def info_json(opened: Opened, space: Space) -> dict[str, object]:
    """Return everything as one JSON document."""
    from boltview.report.jsontext import damage_json, value_json

    database, reading = opened.database, opened.reading
    version = reading.version()
    schema = reading.schema
    free = space.free_pages
    holder = opened.holder
    return {
        "path": opened.path,
        "size": opened.size,
        "page_size": database.page_size,
        "page_size_from": database.metas.found_by,
        "byte_order": reading.revision.layout.order,
        "high_water": space.total_pages,
        "free_pages": free,
        "free_bytes": None if free is None else free * database.page_size,
        "freelist": _freelist_word(reading.revision.meta),
        "txid": reading.revision.txid,
        "metas": [meta and _meta_json(meta) for meta in database.metas.pages],
        "previous": previous_state(database.metas.current, database.metas.other),
        "schema": schema and {
            "id": schema.id,
            "title": schema.title,
            "version": value_json(version) if version else None,
        },
        "lock": holder and {"pid": holder.pid, "name": holder.name, "mode": holder.mode},
        "read": opened.note or "in place",
        "verdict": verdict(database),
        "damage": [damage_json(fault) for fault in database.damage],
    }  # fmt: skip


def info_lines(opened: Opened, space: Space) -> list[tuple[str, str]]:
    """Return everything as labels and escaped texts."""
    database, reading = opened.database, opened.reading
    metas = database.metas
    revision = reading.revision
    lines = [
        ("database", escape(opened.path)),
        ("size", exact_size(opened.size)),
        ("schema", _schema(opened)),
        ("verdict", verdict(database)),
        ("page size", f"{database.page_size} bytes, told by {metas.found_by}"),
    ]
    lines += [
        (f"meta {slot}", _meta_line(meta, is_read=meta is not None and meta == revision.meta))
        for slot, meta in enumerate(metas.pages)
    ]
    lines += [
        ("revision", f"{revision.txid}, root page {revision.meta.root}"),
        ("previous", previous_state(metas.current, metas.other)),
        ("space", _space_line(space, database.page_size)),
        ("lock", _lock_line(opened)),
        ("read", opened.note or "in place"),
    ]
    lines += [("damage", escape(fault.what)) for fault in database.damage]
    return lines


def _schema(opened: Opened) -> str:
    schema = opened.reading.schema
    if schema is None:
        if len(opened.database.damage):
            return "not known: damage hides what would tell"
        return "none of the known kinds of database"
    version = opened.reading.version()
    if version is None:
        return schema.title
    field = schema.field_at(schema.version_path, is_bucket=False)
    return f"{schema.title}, layout version {value_line(version, field, opened.clock)}"


def _meta_line(meta: Meta | None, *, is_read: bool) -> str:
    if meta is None:
        return "missing: the file ends before it"
    state = f"invalid: {meta.problem}" if meta.problem else "valid"
    parts = [
        state,
        f"txid {meta.txid}",
        f"root page {meta.root}",
        f"freelist {_freelist_word(meta)}",
        f"high water {meta.high_water}",
    ]
    if is_read:
        parts.append("this one is read")
    return ", ".join(parts)


def _meta_json(meta: Meta) -> dict[str, object]:
    return {
        "slot": meta.slot,
        "valid": meta.is_valid,
        "problem": meta.problem or meta.header_problem,
        "txid": meta.txid,
        "root": meta.root,
        "sequence": meta.sequence,
        "freelist": _freelist_word(meta),
        "high_water": meta.high_water,
        "page_size": meta.page_size,
        "version": meta.version,
        "flags": meta.flags,
        "checksum": f"{meta.checksum:016x}",
    }


def _freelist_word(meta: Meta) -> int | str:
    return "not kept" if meta.freelist == NO_FREELIST else meta.freelist


def _space_line(space: Space, page_size: int) -> str:
    if space.free_pages is None:
        return f"{space.total_pages} pages; free ones are not known: {space.how}"
    free = f"{space.free_pages} of {space.total_pages} pages free"
    return f"{free} ({size_text(space.free_pages * page_size)}), {space.how}"


def _lock_line(opened: Opened) -> str:
    holder = opened.holder
    if holder is None:
        return "nobody seen"
    kind = "exclusive, as for writing" if holder.mode == "write" else "shared"
    return f"held by {escape(holder.name) or 'a process'} (pid {holder.pid}), {kind}"
