"""What a command knows of one kind of object: how to list, show and find it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from boltview.containerd.node import Node
from boltview.containerd.objects import Record
from boltview.report.detail import Line
from boltview.report.escape import escape
from boltview.report.keypath import path_text
from boltview.report.objects.column import Cell, Column, View, text_line, value_text
from boltview.report.objects.shapes import Json
from boltview.report.units import Clock, time_text
from boltview.schema.values import GoTime

Lister = Callable[[Node, str | None, Clock], Iterator[View]]
"""Lists the objects of one namespace, or of all."""


class Kind(NamedTuple):
    """One kind of object."""

    name: str
    """Name of the command."""
    noun: str
    """One of them, for a sentence."""
    reference: str
    """What `Metadata.references` calls it; empty if it is no record of its own."""
    names: Callable[[Any], tuple[str, ...]]
    """From a view to what people call it besides its key."""
    columns: tuple[Column, ...]
    views: Lister
    wrap: Callable[[Node, Any, Clock], View]
    """Makes a view of an object."""
    json: Callable[[Any], Json]
    """From a view to JSON."""
    full: Callable[[Any], list[Line]]
    """From a view to all that is known of it."""


class ObjectView:
    """An object of meta.db with the node it is on.

    Attributes:
        node: the node.
        item: the object.
        clock: the present.
    """

    def __init__(self, node: Node, item: Any, clock: Clock) -> None:  # noqa: ANN401
        """Keep what the values are worked out from when they are asked for."""
        self.node = node
        self.item = item
        self.clock = clock

    @property
    def record(self) -> Record:
        """Where it is stored and what is odd about it."""
        found: Record = self.item.record
        return found

    @property
    def labels(self) -> Any:  # noqa: ANN401 - texts by key
        """Its labels."""
        return getattr(self.item, "labels", {})

    @property
    def dangling(self) -> Sequence[str]:
        """References to what is not there, each in a few words; none for most kinds."""
        return ()


def title(text: str) -> Line:
    """Return the heading of a view in full."""
    return Line("", text, "title")


def field(label: str, value: Cell, clock: Clock | None = None) -> list[Line]:
    """Return a line with a value; none for what has nothing to show."""
    if isinstance(value, GoTime) and clock:
        return [Line(label, time_text(value, clock), "field")]
    text = value_text(value)
    return [Line(label, text, "field")] if text else []


def each(label: str, texts: list[str]) -> list[Line]:
    """Return a line for each text; only the first carries the label."""
    return [Line("" if index else label, text, "field") for index, text in enumerate(texts)]


def labels_lines(labels: Any, label: str = "labels") -> list[Line]:  # noqa: ANN401 - texts by key
    """Return a line for each label."""
    return each(label, [f"{text_line(key)} = {text_line(text)}" for key, text in labels.items()])


def note(label: str, text: str) -> Line:
    """Return a line about where something is."""
    return Line(label, escape(text), "note")


def error(label: str, text: str) -> Line:
    """Return a line about what is wrong; the text comes escaped."""
    return Line(label, text, "error")


def record_lines(record: Record) -> list[Line]:
    """Return where an object is stored, and everything odd about it."""
    lines = []
    if record.path:
        lines.append(Line("stored", path_text(record.path), "note"))
    if record.origin:
        place = f"page {record.origin.page}, file offset {record.origin.offset:#x}"
        lines.append(Line("", place, "note"))
    for fault in record.faults:
        raw = f" ({fault.raw[:64].hex()})" if fault.raw else ""
        what = f"{fault.field or 'record'} {fault.reason}: {fault.detail}"
        lines.append(error("odd", f"{text_line(what)}{raw}"))
    for found in record.unknown:
        value = "a bucket" if found.value is None else found.value[:64].hex() or "empty"
        lines.append(error("unknown", f"{path_text(found.path)}: {value}"))
    return lines
