"""The browser's findings and garbage are what `check`, `fsck` and `gc` print."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from boltview.containerd.files import Folder
from boltview.report.escape import escape
from boltview.report.opened import Opened
from boltview.report.tables.collecting import Garbage
from boltview.report.tables.findings import Findings
from boltview.report.tables.views import view_of
from boltview.report.units import size_text
from fixtures.make.misfits import META, plant
from tests.cli.runner import AT, META_16, META_24, call
from tests.plugins.require import Require
from tests.report.open import opened_file

PAIRS = [META_24.parents[6] / f"gc-pairs/{number}.before.db" for number in (1, 2, 3)]
FAULTS = ["snapshot without parent", "blob cut", "faulty device", "two mounts at one place",
          "upload that stops collections", "unknown to meta.db"]  # fmt: skip


def opened(path: Path) -> Opened:
    return opened_file(path)._replace(beside=lambda place: opened_file(Path(place)))


def table(name: str, path: Path) -> Any:  # noqa: ANN401 - a table of either kind
    view = view_of(name)
    assert view is not None
    *_, last = view.make(opened(path), lambda _done, _whole: None)
    return last


def document(*arguments: str | Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(call(*arguments, "--at", AT, "--json").out)


def compare(path: Path, node: Path) -> None:
    """Compare what the browser shows of a meta.db with what the commands say of its node."""
    found = table("view-findings", path)
    assert isinstance(found, Findings)
    assert found.is_whole
    rows = sorted(tuple(span.text for span in found.cells(row))[1:3] for row in range(len(found)))
    said = [("fsck", one["code"]) for one in document("fsck", node, "--notes")["findings"]]
    said += [("check", one["code"]) for one in document("check", path)["findings"]]
    assert rows == sorted(said)
    garbage = table("view-garbage", path)
    assert isinstance(garbage, Garbage)
    collected = document("gc", node)
    names = [garbage.text(row).split("  ")[0] for row in range(len(garbage))]
    assert sorted(names) == sorted(map(escape, collected["collectable"]))
    assert len(names) == 0 or f"frees {size_text(collected['freed']['total'])}" in garbage.summary
    if collected["fails_at"]:
        assert escape(collected["fails_at"]) in garbage.empty


@pytest.mark.parametrize("path", [META_16, META_24], ids=["1.6", "2.4"])
def test_of_healthy_nodes(path: Path) -> None:
    compare(path, path.parents[4])


def test_what_cannot_be_looked_at_is_no_clean_bill(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    node = tmp_path / "node"
    shutil.copytree(META_24.parents[4], node)
    database = next(node.rglob("*.overlayfs/metadata.db"))
    database.write_bytes(b"none" * 5000)
    monkeypatch.setattr(Folder, "refusal", lambda _self: "cannot be listed: Hm")
    found = table("view-findings", node / META)
    shown = [found.text(row) for row in range(len(found))]
    unread = [line for line in shown if "not-looked-at" in line]
    assert any("content/blobs" in line and "cannot be listed: Hm" in line for line in unread)
    assert any("overlayfs/metadata.db" in line for line in unread)


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.name)
def test_of_databases_with_much_to_collect(path: Path) -> None:
    compare(path, path)
    assert len(table("view-garbage", path)) > 20


@pytest.mark.parametrize("fault", FAULTS)
def test_of_faults(require: Require, tmp_path: Path, fault: str) -> None:
    require("go")
    node = plant(fault, tmp_path)
    compare(node / META, node)
