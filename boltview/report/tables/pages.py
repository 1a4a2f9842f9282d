"""The pages of a file as a table: what each is, and which bucket owns it."""

from array import array
from collections.abc import Sequence

from boltview.bolt.owners import PageInfo, PageTable
from boltview.bolt.progress import Progress
from boltview.bolt.revision import Revision
from boltview.browse.ordered import NO_ROW
from boltview.report.detail import Line
from boltview.report.objects.column import short_path
from boltview.report.pagedetail import detail_lines, page_detail
from boltview.report.pages import HEADINGS, page_row
from boltview.report.span import Span
from boltview.report.tables.grid import Flat, Heading, Path

_STYLES = {"free": "dim", "meta": "note", "freelist": "note", "branch": "bucket", "leaf": "value"}
_TYPE, _OWNER = 1, 4
_RIGHT = frozenset({"ID", "ITEMS", "OVRFLW"})


class Pages(Flat):
    """Every page but overflow pages, which belong to the one before; read when it shows."""

    headings = tuple(Heading(title, title in _RIGHT, title == "OWNER") for title in HEADINGS)
    empty = "the file has no page"

    def __init__(self, revision: Revision, progress: Progress) -> None:
        """Walk the whole file; `progress` is told how far, and may raise to cancel."""
        self._revision = revision
        self._pages = table = PageTable(revision, progress)
        count = len(table)
        self._ids: Sequence[int] = range(count)
        if any(table.is_overflow(number) for number in range(count)):
            self._ids = array("I", (n for n in range(count) if not table.is_overflow(n)))
        free = len(table.free.pages) if table.free.is_known else None
        self._summary = "free pages not known" if free is None else f"{free:,} of {count:,} free"

    @property
    def summary(self) -> str:
        """What is to be said of all of them together."""
        return self._summary

    def __len__(self) -> int:
        """Return the number of pages with a header of their own."""
        return len(self._ids)

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by."""
        page = self._page(row)
        return (page.id, page.type, page.elements, page.overflow, page_row(page)[_OWNER])[column]

    def text(self, row: int) -> str:
        """Return what the cells say."""
        return "  ".join(page_row(self._page(row)))

    def path(self, row: int) -> Path:
        """Return the number of the page."""
        return (b"%d" % self._ids[row],)

    def row_at(self, path: Path) -> int:
        """Return the row of a page, or of the one whose block it is in."""
        number = int(path[0]) if path and path[0].isdigit() else NO_ROW
        if not 0 <= number < len(self._pages):
            return NO_ROW
        return self._ids.index(self._pages.head_of(number))

    def cells(self, row: int) -> Sequence[Span]:
        """Return what `pages` prints of a page."""
        page = self._page(row)
        *texts, owner = page_row(page)
        texts.append(short_path(owner))
        plain = _STYLES.get(page.type, "damage")
        spans = [Span(text, "dim" if page.type == "free" else "value") for text in texts]
        spans[_TYPE] = Span(texts[_TYPE], plain)
        if page.type == "free" and page.in_tree:
            spans[_OWNER] = Span(f"✗ {texts[_OWNER]}", "damage")
        elif page.owner is None:
            spans[_OWNER] = Span(texts[_OWNER], "note")
        return spans

    def place(self, row: int) -> Path | None:
        """Return the bucket that owns a page."""
        return self._page(row).owner or None

    def about(self, row: int) -> list[Line]:
        """Return what `page --owner` prints of a page."""
        found = page_detail(self._revision, self._ids[row], self._pages)
        if found is None:
            return []
        lines = detail_lines(found, self._revision.page_size)
        return [Line("", f"page {found.id}", "title")] + [
            Line(label, text, "error" if label == "damage" else "field") for label, text in lines
        ]

    def _page(self, row: int) -> PageInfo:
        return self._pages.page(self._ids[row])
