"""The tables of a browser: which there are, for which databases, and how each is made."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from boltview.bolt.progress import Progress
from boltview.containerd.metadata import SCHEMA
from boltview.containerd.node import Node
from boltview.report.aside import node_of
from boltview.report.objects.kind import Kind
from boltview.report.opened import Opened
from boltview.report.tables.grid import Grid

Make = Callable[[Opened, Progress], Iterator[Grid]]
"""Makes a table in a thread of its own: yields it when it has a row, and whenever it grew."""


class View(NamedTuple):
    """One table of the browser."""

    id: str
    """The action that shows it."""
    title: str
    make: Make
    doing: str
    """What goes on while it is made."""
    needs_metadata: bool = True
    """Whether it is about the objects of a meta.db."""
    narrow: str = ""
    """A shorter title for a narrow screen; empty where the title is short enough."""

    @property
    def short(self) -> str:
        """The title for a narrow screen."""
        return self.narrow or self.title

    def refusal(self, opened: Opened) -> str:
        """Say why there is no such table of a database; empty where there is one."""
        schema = opened.reading.schema
        if not self.needs_metadata or (schema and schema.id == SCHEMA):
            return ""
        # What this is instead stands in the header.
        title = self.title if self.title.isupper() else self.title.lower()
        return f"no {title} in this file: containerd's meta.db has that"


def view_of(name: str) -> View | None:
    """Return the table that an action shows; None if it is none of a table."""
    return next((view for view in VIEWS if view.id == name), None)


def _objects(name: str, empty: str) -> Make:
    """Return what makes the table of a kind of objects, by the name of its module."""

    def make(opened: Opened, _progress: Progress) -> Iterator[Grid]:
        from boltview.report.tables.objects import Objects

        yield Objects(_kind(name), _node(opened), opened.clock, empty)

    return make


def _kind(name: str) -> Kind:
    from boltview.report.objects import images, leases

    return {"images": images.KIND, "leases": leases.KIND}[name]


def _node(opened: Opened) -> Node:
    """Return the node with all its parts open: a live database beside is copied first."""
    node = node_of(opened)
    node.all_parts()
    return node


def _pods(opened: Opened, progress: Progress) -> Iterator[Grid]:
    from boltview.report.tables.pods import Pods

    yield Pods(_node(opened), opened.clock, progress)


def _contents(opened: Opened, _progress: Progress) -> Iterator[Grid]:
    from boltview.report.tables.contents import Contents

    yield Contents(_node(opened), opened.clock)


def _snapshots(opened: Opened, progress: Progress) -> Iterator[Grid]:
    from boltview.report.tables.snapshots import Snapshots

    yield Snapshots(_node(opened), opened.clock, progress)


def _pages(opened: Opened, progress: Progress) -> Iterator[Grid]:
    from boltview.report.tables.pages import Pages

    yield Pages(opened.reading.revision, progress)


def _findings(opened: Opened, progress: Progress) -> Iterator[Grid]:
    from boltview.report.tables.findings import findings

    return findings(opened, progress)


def _garbage(opened: Opened, progress: Progress) -> Iterator[Grid]:
    from boltview.report.tables.collecting import Garbage

    yield Garbage(_node(opened), opened.clock, progress)


def _carved(opened: Opened, progress: Progress) -> Iterator[Grid]:
    from boltview.report.tables.carved import carved

    return carved(opened, progress)


VIEWS = (
    View("view-pods", "Pods", _pods, "pods and containers"),
    View("view-images", "Images", _objects("images", "no image in any namespace"), "images"),
    View(
        "view-content",
        "Content",
        _contents,
        "blobs and uploads",
        narrow="Blobs",
    ),
    View("view-snapshots", "Snapshots", _snapshots, "snapshots", narrow="Snaps"),
    View("view-leases", "Leases", _objects("leases", "no lease in any namespace"), "leases"),
    View("view-pages", "Pages", _pages, "pages", needs_metadata=False),
    View(
        "view-findings",
        "Findings",
        _findings,
        "what may be wrong",
        needs_metadata=False,
        narrow="Finds",
    ),
    View("view-garbage", "GC", _garbage, "references"),
    View(
        "view-carved", "Carved", _carved, "what was deleted", needs_metadata=False, narrow="Carve"
    ),
)
"""In the order of their keys."""
