"""Commits as text and as JSON: which revisions, and what was added, removed and changed."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.walk import Visit
from boltview.forensics.commits import changes
from boltview.forensics.difference import Change, Side
from boltview.report.jsontext import value_json, visit_json
from boltview.report.keypath import path_text
from boltview.report.rows import row
from boltview.report.units import Clock
from boltview.schema.reading import Reading
from boltview.schema.values import GoTime

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


class Step(NamedTuple):
    """The way from one view of a database to the next."""

    before: Reading
    after: Reading
    is_replaced: bool
    """Whether another file has taken the path in between."""

    @property
    def commits(self) -> int | None:
        """Commits between the views; None if that cannot be told."""
        count = self.after.revision.txid - self.before.revision.txid
        return None if self.is_replaced or count < 1 else count

    def changes(self) -> Iterator[Change]:
        """Yield what differs."""
        return changes(self.before.revision, self.after.revision)


def heading(step: Step) -> str:
    """Return the line over a step: the revision, and how many commits it stands for."""
    txid = step.after.revision.txid
    if step.is_replaced:
        return f"revision {txid}, of another file that has taken the path"
    if step.commits is None:
        return f"revision {txid}, behind {step.before.revision.txid}: the file was restored"
    if step.commits == 1:
        return f"revision {txid}"
    first = step.before.revision.txid + 1
    return f"revision {txid}, {step.commits} commits merged ({first} to {txid})"


def change_line(step: Step, change: Change, clock: Clock) -> str:
    """Return one change as an escaped line."""
    mark = _MARKS[change.kind]
    side = change.side
    path = path_text(change.path)
    texts = [
        _text(reading, there, clock)
        for reading, there in ((step.before, change.before), (step.after, change.after))
        if there
    ]
    if isinstance(side.entry, Bucket):
        path += "/"
    return f"{mark} {path}  {' → '.join(texts)}".rstrip()


def step_json(step: Step, seen_at: int) -> dict[str, object]:
    """Return a step as one JSON object.

    Args:
        step: the step.
        seen_at: when its end was seen, in Unix nanoseconds.
    """
    commits = step.commits
    return {
        "txid": step.after.revision.txid,
        "previous_txid": step.before.revision.txid,
        "commits": commits,
        "merged": commits != 1,
        "replaced": step.is_replaced,
        "seen_at": GoTime(*divmod(seen_at, 1_000_000_000), None).rfc3339(),
        "changes": [change_json(step, change) for change in step.changes()],
    }


class _Compared(Protocol):
    """Two readings that are compared."""

    @property
    def before(self) -> Reading: ...

    @property
    def after(self) -> Reading: ...


def change_json(step: _Compared, change: Change) -> dict[str, object]:
    """Return one change as one JSON object."""
    side = change.side
    reading = step.after if change.after else step.before
    shown: dict[str, object] = {"change": change.kind}
    shown |= visit_json(reading, Visit(0, side.bucket, side.entry))
    if change.before and change.after:
        old = change.before
        shown["before"] = (
            value_json(step.before.value(old.bucket, old.entry))
            if isinstance(old.entry, Pair)
            else {"sequence": old.entry.sequence}
        )
    return shown


def _text(reading: Reading, side: Side, clock: Clock) -> str:
    return row(reading, side.bucket, side.entry, clock).value
