"""Which release's garbage collector is meant, and what each knows.

From containerd `metadata/gc.go` (`core/metadata/gc.go` since 2.0) of the tags v1.6.0 to v2.4.0.
"""

DAEMONS = ("1.6", "1.7", "2.0", "2.2", "2.3", "2.4")
"""Lines of releases whose collectors differ, or are known by name; 1.3 to 1.5 do as 1.6, 2.1 does
as 2.0."""

SINCE = {
    "images expire": "2.0",
    "labels of sandboxes": "1.7",
    "back references": "2.2",
    "roots by prefix": "2.2",
    "conditions": "2.3",
}
"""The first line with each rule; rules not listed hold for every line.

1.7 looks for sandboxes below `v1`, where only a 2.x before a downgrade has put any.
References to images, by labels and leases, are of 2.0 too, but need no rule: before, every image
is a root.
"""

_FIRST_WITH_SANDBOXES = 4
"""Version of the database that 2.0 writes."""


def knows(daemon: str, rule: str) -> bool:
    """Whether a line of releases has a rule of `SINCE`."""
    return DAEMONS.index(daemon) >= DAEMONS.index(SINCE[rule])


def guess(version: int | None, *, knows_sandboxes: bool) -> str:
    """Return the line that a database was most likely written by.

    Args:
        version: the database's own version.
        knows_sandboxes: whether a container has the field `sandboxid`, which came with 1.7.
    """
    if version is not None and version >= _FIRST_WITH_SANDBOXES:
        # Nothing in it tells the lines of 2.x apart; the last has every rule.
        return DAEMONS[-1]
    return "1.7" if knows_sandboxes else "1.6"
