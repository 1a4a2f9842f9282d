"""The evidence is whole: described, witnessed, and byte for byte what was recorded."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.make import sums

KILOBYTE = 1024
LARGEST_SHAPE = 512 * KILOBYTE  # four pages of 65,536 bytes become eight with the first transaction
LARGEST_FILE = 1100 * KILOBYTE  # a daemon's meta.db of 1 MB, and the image layer with busybox
NODES = ("containerd-1.6", "containerd-2.4")
LISTINGS = {
    "containers": "containers.ls",
    "images": "images.ls",
    "blobs": "content.ls",
    "ingests": "content.active",
    "leases": "leases.ls",
    "sandboxes": "sandboxes.ls",
}


def readme_rows(fixtures: Path) -> dict[str, list[str]]:
    """The README's table rows that begin with a database: the other cells by its path."""
    rows = {}
    for line in (fixtures / "README.md").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| `([^`]+\.db)` \|(.*)\|$", line):
            assert match[1] not in rows, f"{match[1]} is listed twice"
            rows[match[1]] = [cell.strip() for cell in match[2].split("|")]
    return rows


def databases(fixtures: Path) -> set[str]:
    return {path.relative_to(fixtures).as_posix() for path in fixtures.rglob("*.db")}


def shapes(fixtures: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    for path in sorted((fixtures / "shapes").glob("*.db")):
        yield path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def rows_printed(fixtures: Path, node: str, listing: str) -> int:
    """How many objects `ctr` listed in all namespaces: the lines below each heading."""
    outputs = list((fixtures / node / "ctr").glob(f"*.{listing}.txt"))
    return sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in outputs)


def test_every_database_is_described_and_the_reverse(fixtures: Path) -> None:
    assert set(readme_rows(fixtures)) == databases(fixtures)


def test_every_database_lies_where_its_digest_is_recorded(fixtures: Path) -> None:
    assert databases(fixtures) - set(sums.recorded()) == set()


def test_the_evidence_is_what_was_recorded() -> None:
    assert sums.digests() == sums.recorded()


def test_every_shape_has_its_oracle_and_the_reverse(fixtures: Path) -> None:
    folder = fixtures / "shapes"
    names = {path.stem for path in folder.glob("*.db")}
    assert names
    assert {path.stem for path in folder.glob("*.json")} == names
    assert {path.suffix for path in folder.iterdir()} == {".db", ".json"}


def test_every_oracle_speaks_of_its_shape(fixtures: Path) -> None:
    for path, told in shapes(fixtures):
        assert (told["name"], told["size"], told["check"]) == (path.stem, path.stat().st_size, [])


def test_the_readme_says_of_a_shape_what_its_oracle_says(fixtures: Path) -> None:
    rows = readme_rows(fixtures)
    for path, told in shapes(fixtures):
        current = told["current"]
        assert isinstance(current, dict)
        expected = [str(told["page_size"]), str(current["txid"]), told["about"]]
        assert rows[path.relative_to(fixtures).as_posix()] == expected


def test_files_stay_small(fixtures: Path) -> None:
    sizes = {path.relative_to(fixtures).as_posix(): path.stat().st_size for path in sums.evidence()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {}
    big = {
        name: size
        for name, size in sizes.items()
        if name.startswith("shapes/") and size > LARGEST_SHAPE
    }
    assert big == {}


def test_names_survive_a_checkout_on_any_system(fixtures: Path) -> None:
    names = [path.relative_to(fixtures).as_posix() for path in fixtures.rglob("*")]
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9._/+-]+", name)] == []
    assert [name for name in names if len(name) > 200] == []


@pytest.mark.parametrize("node", NODES)
def test_the_readme_counts_what_ctr_listed(fixtures: Path, node: str) -> None:
    [row] = [
        cells[-1]
        for name, cells in readme_rows(fixtures).items()
        if name.startswith(f"{node}/") and name.endswith(".metadata.v1.bolt/meta.db")
    ]
    counted = {kind: int(number) for number, kind in re.findall(r"\b(\d+) ([a-z]+)\b", row)}
    listed = {kind: rows_printed(fixtures, node, listing) for kind, listing in LISTINGS.items()}
    listed["snapshots"] = rows_printed(fixtures, node, "snapshots.*.ls")
    namespaces = (fixtures / node / "ctr" / "namespaces.ls.txt").read_text(encoding="utf-8")
    listed["namespaces"] = len(namespaces.splitlines()) - 1
    assert {kind: counted[kind] for kind in listed} == listed
