"""What is wrong with a file and with the node around it: `check` and `fsck` as one table."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from boltview.bolt.check import check
from boltview.bolt.finding import ERROR, NOTE, WARNING
from boltview.bolt.finding import Finding as Fault
from boltview.bolt.progress import Progress
from boltview.browse.ordered import NO_ROW
from boltview.containerd.fsck.finding import MEANINGS
from boltview.containerd.fsck.finding import Finding as Misfit
from boltview.containerd.fsck.run import fsck
from boltview.containerd.metadata import SCHEMA
from boltview.containerd.node import NOT_THERE, Part
from boltview.report.aside import node_of
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.findings import bucket_name
from boltview.report.fsck import command
from boltview.report.keypath import path_text
from boltview.report.objects.column import short_path
from boltview.report.opened import Opened
from boltview.report.span import Span
from boltview.report.tables.collecting import marks_of
from boltview.report.tables.grid import Flat, Heading, Path

_LOOKS = {ERROR: ("✗", "damage"), WARNING: ("!", "note"), NOTE: ("·", "dim")}
_UNREAD = "not-looked-at"
"""Instead of a code, for what cannot be read; the command says so by its exit code."""
_ORDER = {severity: number for number, severity in enumerate(_LOOKS)}


class _Found(NamedTuple):
    """One finding of either kind."""

    by: str
    """The command that finds it."""
    severity: str
    code: str
    where: str
    """Escaped."""
    what: str
    """Escaped."""
    place: Path | None
    about: tuple[Line, ...]


class Findings(Flat):
    """Findings in the order in which they are found; more come while it is made."""

    headings = (
        Heading("SEVERITY", least=9),
        Heading("BY", least=5, rank=5),
        Heading("CODE", least=16),
        Heading("WHERE", keeps_end=True, least=16),
        Heading("WHAT", least=30),
    )

    def __init__(self, tools: str) -> None:
        """Begin without any; `tools` are the commands that look for them."""
        self.is_whole = False
        self.empty = f"✓ {tools}: nothing to report"
        self._found: list[_Found] = []

    @property
    def summary(self) -> str:
        """How many there are of each severity."""
        counts = dict.fromkeys(_LOOKS, 0)
        for found in list(self._found):
            counts[found.severity] += 1
        told = [f"{count:,} {name}{'s' * (count > 1)}" for name, count in counts.items() if count]
        return ", ".join(told)

    def add(self, found: _Found) -> None:
        """Take one more."""
        self._found.append(found)

    def __len__(self) -> int:
        """Return the number of findings so far."""
        return len(self._found)

    def key(self, column: int, row: int) -> object:
        """Return what rows are ordered by; the worst comes first."""
        found = self._found[row]
        return _ORDER[found.severity] if column == 0 else self._texts(found)[column]

    def text(self, row: int) -> str:
        """Return what the cells say."""
        return "  ".join(self._texts(self._found[row]))

    def path(self, row: int) -> Path:
        """Return what finds a finding again."""
        found = self._found[row]
        return (found.code.encode(), found.where.encode(), found.what.encode())

    def row_at(self, path: Path) -> int:
        """Return the row of a finding."""
        rows = range(len(self._found))
        return next((row for row in rows if self.path(row) == path), NO_ROW)

    def cells(self, row: int) -> Sequence[Span]:
        """Return a finding, its severity as a glyph, a word and a colour."""
        found = self._found[row]
        glyph, style = _LOOKS[found.severity]
        _, by, code, where, what = self._texts(found)
        return [
            Span(f"{glyph} {found.severity}", style),
            Span(by, "dim"),
            Span(code, "strong"),
            Span(short_path(where), "value"),
            Span(what, "value"),
        ]

    def place(self, row: int) -> Path | None:
        """Return the record or bucket that a finding is about."""
        return self._found[row].place

    def about(self, row: int) -> list[Line]:
        """Return what a finding means, and what can be done."""
        return list(self._found[row].about)

    @staticmethod
    def _texts(found: _Found) -> tuple[str, str, str, str, str]:
        return found.severity, found.by, found.code, found.where, found.what


def findings(opened: Opened, progress: Progress) -> Iterator[Findings]:
    """Look for everything that is wrong; yield the same table again and again as it fills.

    Args:
        opened: the database, as a thread of its own reads it.
        progress: told how many pages, then how many records were looked at; may raise to cancel.
    """
    schema = opened.reading.schema
    is_metadata = schema is not None and schema.id == SCHEMA
    table = Findings("check and fsck" if is_metadata else "check")
    yield table
    for fault in check(opened.database, opened.reading.revision.txid, progress):
        table.add(_of_check(fault))
        yield table
    if is_metadata:
        node = node_of(opened)
        marks, _ = marks_of(node, opened.clock, progress)
        for misfit in fsck(node, marks):
            table.add(_of_fsck(misfit))
            yield table
        node.look_into()
        for part in node.parts():
            if part.problem not in {"", NOT_THERE}:
                table.add(_of_part(part))
    table.is_whole = True
    yield table


def _of_check(fault: Fault) -> _Found:
    page = "" if fault.page is None else f"page {fault.page}"
    where = page if fault.path is None else f"{page} {bucket_name(fault.path)}".strip()
    about = (
        Line("", fault.code, "title"),
        Line("severity", fault.severity, "error" if fault.severity == ERROR else "field"),
        Line("what", escape(fault.what), "field"),
        Line("means", fault.meaning, "doc"),
        Line("where", f"{where or 'the file'}, file offset {fault.offset:#x}", "note"),
    )
    return _Found("check", fault.severity, fault.code, where, escape(fault.what), fault.path, about)


def _of_part(part: Part) -> _Found:
    where, what = escape(part.path or part.name), escape(f"{part.name}: {part.problem}")
    about = (
        Line("", _UNREAD, "title"),
        Line("what", what, "field"),
        Line("means", "What is wrong there cannot be told; root may look.", "doc"),
    )
    return _Found("fsck", WARNING, _UNREAD, where, what, None, about)


def _of_fsck(misfit: Misfit) -> _Found:
    meaning = MEANINGS[misfit.code]
    where = escape(misfit.place) if misfit.place else path_text(misfit.path)
    suggestion = command(misfit)
    lines = [
        Line("", misfit.code, "title"),
        Line("severity", misfit.severity, "error" if misfit.severity == ERROR else "field"),
        Line("what", escape(misfit.what), "field"),
        Line("means", meaning.text, "doc"),
        Line("where", where or "(root)", "note"),
    ]
    if meaning.upstream:
        lines.append(Line("upstream", ", ".join(meaning.upstream), "note"))
    if suggestion:
        lines.append(Line("to do", f"on a living containerd, for instance: {suggestion}", "field"))
    return _Found(
        "fsck",
        misfit.severity,
        misfit.code,
        where,
        escape(misfit.what),
        misfit.path or None,
        tuple(lines),
    )
