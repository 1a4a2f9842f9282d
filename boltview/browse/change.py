"""What an action did to the rows of a view."""

from typing import NamedTuple


class Change(NamedTuple):
    """What an action did."""

    rows: bool
    """The rows are others than before."""
    view: bool
    """Other rows show, or the cursor stands on another one."""
    message: str
    """What to say to the user; empty for nothing."""


NO_CHANGE = Change(rows=False, view=False, message="")
