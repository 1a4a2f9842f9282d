"""Work in a thread of its own: delivers what it has made now and then, and can be cancelled."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import get_ident
from time import monotonic
from typing import Generic, Protocol, TypeVar

from textual.widget import Widget
from textual.worker import Worker, WorkerCancelled, get_current_worker

from boltview.bolt.errors import BoltError
from boltview.bolt.progress import Progress
from boltview.report.aside import Check
from boltview.schema.parse import SchemaError

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

Work = Callable[[Check, Progress], Iterator[T]]
"""Yields what there is so far; what it is given raises when it is cancelled."""
TELL_EVERY = 0.1
"""Seconds between two deliveries."""


class Listener(Protocol[T_contra]):
    """Who is told of the work, on the thread of the screen."""

    def took(self, made: T_contra) -> None:
        """Take what was made so far."""

    def ended(self) -> None:
        """Take notice that this was all."""

    def failed(self, reason: str) -> None:
        """Take notice that it cannot be done."""

    def told(self) -> None:
        """Take notice of progress."""


class Background(Generic[T]):
    """One piece of work at a time.

    Attributes:
        done: how much is done, as the work itself tells.
        total: of how much; 0 where that is not known.
        is_running: whether there is work.
        since: when it began, by the monotonic clock.
    """

    def __init__(self, host: Widget, listener: Listener[T]) -> None:
        """Do nothing yet; `host` is the widget whose workers work."""
        self.done = self.total = 0
        self.is_running = False
        self.since = 0.0
        self._host = host
        self._listener = listener
        self._worker: Worker[None] | None = None

    @property
    def share(self) -> str:
        """How far the work is, in per cent; empty where that is not known."""
        return f"{100 * self.done // self.total} %" if self.total else ""

    def start(self, work: Work[T]) -> None:
        """Begin a piece of work; what was going on is cancelled."""
        self.cancel()
        self.done = self.total = 0
        self.is_running, self.since = True, monotonic()
        self._worker = self._host.run_worker(
            lambda: self._run(work), thread=True, exit_on_error=False
        )

    def cancel(self) -> bool:
        """Give up; return whether there was anything to give up."""
        was_running, self.is_running = self.is_running, False
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
        return was_running

    def _run(self, work: Work[T]) -> None:
        """Work, in the thread."""
        turn = _Turn(self._host, get_current_worker())
        made: list[T] = []
        is_new = False

        def deliver() -> None:
            nonlocal is_new
            if is_new:
                is_new = False
                turn.call(partial(self._listener.took, made[-1]))

        def tell(done: int, total: int) -> None:
            self.done, self.total = done, total
            if turn.is_due():
                # What was made before it was due must not wait for the next that is made.
                deliver()
                turn.call(self._listener.told)

        try:
            for each in work(turn.check, tell):
                made[:] = [each]
                is_new = True
                if turn.is_due():
                    deliver()
            turn.check()
            turn.call(partial(self._end, made))
        except WorkerCancelled:
            pass
        except (BoltError, SchemaError) as error:
            turn.call(partial(self._fail, str(error)))

    def _end(self, made: list[T]) -> None:
        self.is_running = False
        for last in made:
            self._listener.took(last)
        self._listener.ended()

    def _fail(self, reason: str) -> None:
        self.is_running = False
        self._listener.failed(reason)


class _Turn:
    """One piece of work as its thread sees it."""

    def __init__(self, host: Widget, worker: "Worker[object]") -> None:
        self._host = host
        self._worker = worker
        self._thread = get_ident()
        self._due = monotonic() + TELL_EVERY

    def check(self) -> None:
        """Raise WorkerCancelled if the work is not wanted any more.

        Never in another thread: what was made reads on when it is shown, long after the work.
        """
        if self._worker.is_cancelled and get_ident() == self._thread:
            raise WorkerCancelled("it is not wanted any more")

    def is_due(self) -> bool:
        """Whether it is time to deliver something; raises as `check`."""
        self.check()
        if monotonic() < self._due:
            return False
        self._due = monotonic() + TELL_EVERY
        return True

    def call(self, do: Callable[[], None]) -> None:
        """Do something on the thread of the screen, unless the work is cancelled on the way."""

        def unless_cancelled() -> None:
            if not self._worker.is_cancelled:
                do()

        self._host.app.call_from_thread(unless_cancelled)
