"""The graph of references of the open revision: built in the background, once, when wanted."""

from collections.abc import Callable

from textual.widget import Widget

from boltview.containerd.references import Graph
from boltview.report.aside import is_same
from boltview.report.graph import graphs
from boltview.report.opened import Opened
from boltview.tui.background import Background


class Graphs:
    """Builds the graph of one opened revision at a time, and keeps it.

    Attributes:
        problem: why there is no graph and will be none; empty otherwise.
    """

    def __init__(self, host: Widget, grown: Callable[[], None]) -> None:
        """Build nothing yet.

        Args:
            host: the widget whose workers build.
            grown: told of progress and of the end.
        """
        self.problem = ""
        self._grown = grown
        self._opened: Opened | None = None
        self._graph: Graph | None = None
        self._work: Background[Graph] = Background(host, self)

    @property
    def done(self) -> int:
        """Records read so far."""
        return self._work.done

    @property
    def is_building(self) -> bool:
        """Whether somebody works at it."""
        return self._work.is_running

    def of(self, opened: Opened) -> Graph | None:
        """Return the graph of a revision; None until it is there, while it is being built."""
        if self._opened is None or not is_same(self._opened, opened):
            self._opened, self._graph, self.problem = opened, None, ""
            self._work.start(lambda check, progress: graphs(opened, check, progress))
        return self._graph

    def known(self, opened: Opened) -> Graph | None:
        """Return the graph of a revision if it is there; any thread may ask."""
        graph, of = self._graph, self._opened
        return graph if of is not None and is_same(of, opened) else None

    def keep(self, opened: Opened, graph: Graph) -> None:
        """Take a graph that another thread has built."""
        self._graph, self.problem = None, ""
        self._opened = opened
        self._graph = graph

    def cancel(self) -> bool:
        """Give up what is being built; return whether anything was."""
        if not self._work.cancel():
            return False
        self.problem = "given up; r reads the file again"
        self._grown()
        return True

    def took(self, made: Graph) -> None:
        """Keep the graph."""
        self._graph = made

    def ended(self) -> None:
        """Show it."""
        self._grown()

    def failed(self, reason: str) -> None:
        """Show why there is none."""
        self.problem = reason
        self._grown()

    def told(self) -> None:
        """Show how far it is."""
        self._grown()
