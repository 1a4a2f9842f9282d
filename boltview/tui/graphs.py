"""The graph of references of the open revision: built in the background, once, when wanted."""

from collections.abc import Callable

from textual.widget import Widget
from textual.worker import Worker, WorkerCancelled, get_current_worker

from boltview.bolt.errors import BoltError
from boltview.bolt.progress import Progress
from boltview.containerd.references import Graph
from boltview.report.graph import graph_of
from boltview.report.opened import Opened

Told = Callable[[], None]
"""Called, on the thread of the screen, whenever there is more to show."""


class Graphs:
    """Builds the graph of one opened revision at a time, and keeps it.

    Attributes:
        done: records read so far.
        problem: why there is no graph and will be none; empty otherwise.
    """

    def __init__(self, host: Widget, told: Told) -> None:
        """Build nothing yet.

        Args:
            host: the widget whose worker builds.
            told: told of progress and of the end.
        """
        self.done = 0
        self.problem = ""
        self._host = host
        self._told = told
        self._opened: Opened | None = None
        self._graph: Graph | None = None
        self._worker: Worker[None] | None = None

    @property
    def is_building(self) -> bool:
        """Whether somebody works at it."""
        return self._worker is not None

    def of(self, opened: Opened) -> Graph | None:
        """Return the graph of a revision; None until it is there, while it is being built."""
        if self._opened is not opened:
            self.cancel()
            self._opened, self._graph, self.problem, self.done = opened, None, "", 0
            self._worker = self._host.run_worker(
                lambda: self._build(opened), thread=True, group="graph", exit_on_error=False
            )
        return self._graph

    def cancel(self) -> None:
        """Give up what is being built."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
            self._opened = None

    def _build(self, opened: Opened) -> None:
        """Build, in a thread of its own."""
        worker = get_current_worker()
        graph: Graph | None = None
        problem = ""
        try:
            graph = graph_of(opened.reading, self._progress(worker))
        except WorkerCancelled:
            return
        except BoltError as error:
            problem = str(error)
        if not worker.is_cancelled:
            self._host.app.call_from_thread(self._take, opened, graph, problem)

    def _progress(self, worker: "Worker[object]") -> Progress:
        def tell(done: int, _total: int) -> None:
            if worker.is_cancelled:
                raise WorkerCancelled("another revision is shown")
            self.done = done
            self._host.app.call_from_thread(self._told)

        return tell

    def _take(self, opened: Opened, graph: Graph | None, problem: str) -> None:
        if self._opened is opened:
            self._graph, self.problem, self._worker = graph, problem, None
            self._told()
