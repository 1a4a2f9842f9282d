"""The page table as rows, as JSON, and as the real `bbolt pages` prints it."""

from boltview.bolt.owners import PageInfo, PageTable
from boltview.report.findings import bucket_name
from boltview.report.keypath import path_text

HEADINGS = ("ID", "TYPE", "ITEMS", "OVRFLW", "OWNER")
_FREE, _META, _FREELIST = "free", "meta", "freelist"
_BBOLT_HEADER = """\
ID       TYPE       ITEMS  OVRFLW
======== ========== ====== ======"""


def page_row(page: PageInfo) -> tuple[str, str, str, str, str]:
    """Return id, type, elements, overflow and owner; blank where a page has none of it."""
    items = "" if page.type in {_FREE, _META} else str(page.elements)
    overflow = str(page.overflow) if page.overflow and page.type != _FREE else ""
    return (str(page.id), page.type, items, overflow, owner_text(page))


def owner_text(page: PageInfo) -> str:
    """Return whose a page is, in words where it is no bucket's."""
    if page.owner is not None:
        name = bucket_name(page.owner)
        return f"{name}  (listed free, but in use)" if page.type == _FREE else name
    return "" if page.type in {_FREE, _META, _FREELIST} else "(in no tree)"


def page_json(page: PageInfo) -> dict[str, object]:
    """Return a line of the table as JSON; `owner` is null for a page in no tree."""
    return {
        "id": page.id,
        "type": page.type,
        "count": page.elements,
        "overflow": page.overflow,
        "owner": None if page.owner is None else path_text(page.owner),
    }


def table_json(table: PageTable) -> dict[str, object]:
    """Return what the table is of."""
    revision = table.survey.revision
    return {
        "txid": revision.txid,
        "page_size": revision.page_size,
        "high_water": revision.high_water,
        "free_pages": len(table.free.pages) if table.free.is_known else None,
    }


def bbolt_header() -> str:
    """Return the heading of `bbolt pages` (`command_pages.go`)."""
    return _BBOLT_HEADER


def bbolt_row(page: PageInfo) -> str:
    """Return a row of `bbolt pages`, with its trailing blanks (`command_pages.go`)."""
    elements = overflow = ""
    if page.type != _FREE:
        elements = str(page.elements)
        overflow = str(page.overflow) if page.overflow else ""
    return f"{page.id:<8d} {page.type:<10} {elements:<6} {overflow:<6}"
