"""Each view of objects lists exactly what its list command lists, on both fixture nodes."""

import json
from pathlib import Path
from typing import Any

import pytest

from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.session import open_database
from boltview.containerd.objects import text_key
from boltview.report.opened import Opened
from boltview.report.tables.grid import Grid
from boltview.report.tables.views import view_of
from tests.cli.runner import AT, NODE_16, NODE_24, call
from tests.report.open import META_24, opened_file

Row = tuple[bytes, ...]
PLACES = {
    "containers": ("containers",),
    "images": ("images",),
    "content": ("content", "blob"),
    "ingests": ("content", "ingests"),
    "snapshots": ("snapshots", "{snapshotter}"),
    "leases": ("leases",),
}
KEYS = ("ref", "digest", "key", "name", "id")
VIEWS = {
    "view-pods": ("pods", "containers"),
    "view-images": ("images",),
    "view-content": ("ingests", "content"),
    "view-snapshots": ("snapshots",),
    "view-leases": ("leases",),
}


def opened_node(node: Path) -> Opened:
    parser = CommandParser("browse", "", "")
    add_path(parser)
    arguments = parse(parser, [str(node), "--at", AT, "--utc"])
    return open_database(arguments, arguments.path)


def made(view: str, opened: Opened) -> Grid:
    found = view_of(view)
    assert found is not None
    *_, grid = found.make(opened, lambda _done, _total: None)
    return grid


def listed(command: str, node: Path) -> list[dict[str, Any]]:
    result = call(command, node, "--at", AT, "--json")
    assert result.code == 0, result.err
    found: list[dict[str, Any]] = json.loads(result.out)
    return found


def path_of(command: str, item: dict[str, Any]) -> Row:
    """Where the record of a listed object lies; of a pod what tells it from others."""
    if command == "pods":
        return (text_key(item["namespace"]), text_key(item["id"]))
    # An image has a name and no ID, a container both.
    keys = ("id",) if command in {"containers", "leases"} else KEYS
    if command == "snapshots":
        keys = ("key",)
    key = next(item[name] for name in keys if name in item)
    place = (part.format(**item) for part in PLACES[command])
    return tuple(map(text_key, ("v1", item["namespace"], *place, key)))


def test_without_the_rest_of_the_node_what_is_not_known_has_no_column(tmp_path: Path) -> None:
    (tmp_path / "meta.db").write_bytes(META_24.read_bytes())
    whole, alone = opened_node(NODE_24), opened_file(tmp_path / "meta.db")
    for view, gone, why in (
        ("view-images", {"PLATFORMS", "SIZE", "UNPACKED"}, "no content store"),
        ("view-snapshots", {"KIND", "DIR", "SIZE", "INODES"}, "no snapshotter database"),
        ("view-leases", set(), ""),
    ):
        full, grid = made(view, whole), made(view, alone)
        titles = [heading.title for heading in full.headings]
        assert [heading.title for heading in grid.headings] == [
            title for title in titles if title not in gone
        ]
        assert gone <= set(titles)
        assert grid.summary.startswith(why)
        assert not full.summary
        assert len(grid) == len(full)


@pytest.mark.parametrize("node", [NODE_16, NODE_24], ids=["1.6", "2.4"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_rows_are_what_the_command_lists(view: str, node: Path) -> None:
    grid = made(view, opened_node(node))
    wanted = [path_of(name, item) for name in VIEWS[view] for item in listed(name, node)]
    rows = [grid.path(row) for row in range(len(grid))]
    if view == "view-pods":
        # The pause containers of pods are the pods themselves.
        wanted = [path for path in wanted if (path[1], path[-1]) not in set(wanted)]
    if view in {"view-pods", "view-snapshots"}:
        # Put together as pods and as chains: the same ones in another order.
        assert sorted(rows) == sorted(wanted)
    else:
        assert rows == wanted
    assert all(grid.row_at(path) == row for row, path in enumerate(rows))
    assert rows or node == NODE_16
