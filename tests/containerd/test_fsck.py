"""`fsck`: silent on healthy nodes, and each planted fault named."""

import json
import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch
from boltview.containerd.fsck.finding import MEANINGS
from boltview.report.fsck import SEVERITIES
from fixtures.make.misfits import META, MISFITS, plant
from tests.cli.runner import AT, META_24, NODE_16, NODE_24, call
from tests.plugins.require import Require

OUT_OF_REACH = {"root-missing", "record-unreadable", "blob-unreadable"}
"""Without v1 nobody would take it for containerd's; damage is planted by tests of `check`; nobody
can plant a bad sector."""


@pytest.fixture(scope="module", autouse=True)
def _bbolt(require: Require) -> None:
    require("go")


def fsck(path: Path, *options: str) -> tuple[int, list[dict[str, object]]]:
    result = call("fsck", path, "--at", AT, "--json", *options)
    assert result.err == ""
    document = json.loads(result.out)
    assert document["ok"] == (result.code == 0)
    return result.code, document["findings"]


@pytest.mark.parametrize("node", [NODE_16, NODE_24], ids=["1.6", "2.4"])
def test_a_healthy_node_gives_no_findings(node: Path) -> None:
    assert fsck(node, "--deep") == (0, [])


@pytest.mark.parametrize("node", [NODE_16, NODE_24], ids=["1.6", "2.4"])
def test_a_healthy_node_has_two_stale_child_links(node: Path) -> None:
    # That many were found in each when the samples were taken, by other means.
    code, found = fsck(node, "--notes")
    assert code == 0
    assert [finding["code"] for finding in found].count("child-link-stale") == 2
    assert {finding["severity"] for finding in found} == {"note"}


@pytest.mark.parametrize("name", MISFITS)
def test_a_planted_fault_is_named(name: str, tmp_path: Path) -> None:
    misfit = MISFITS[name]
    node = plant(name, tmp_path)
    code, found = fsck(node, "--notes", *(["--deep"] if misfit.is_deep else []))
    hits = [
        finding
        for finding in found
        if finding["code"] == misfit.code and misfit.path in str(finding["path"])
    ]
    assert hits, found
    assert hits[0]["severity"] == MEANINGS[misfit.code].severity
    is_fault = MEANINGS[misfit.code].severity != "note"
    assert code == (1 if is_fault else code)
    if misfit.is_deep:
        assert fsck(node) == (0, [])


def test_the_faults_are_many_and_every_code_is_among_them() -> None:
    assert len(MISFITS) >= 25
    assert {misfit.code for misfit in MISFITS.values()} | OUT_OF_REACH == set(MEANINGS)
    assert {meaning.severity for meaning in MEANINGS.values()} == set(SEVERITIES)


def test_codes_are_told_without_a_database() -> None:
    lines = call("fsck", "--codes").out.splitlines()
    for code, meaning in MEANINGS.items():
        (line,) = [line for line in lines if line.split()[1:2] == [code]]
        assert line.split()[0] == meaning.severity
        assert meaning.text in line
    said = json.loads(call("fsck", "--codes", "--json").out)
    assert [one["code"] for one in said] == list(MEANINGS)


def test_text_names_code_path_meaning_upstream_and_a_command(tmp_path: Path) -> None:
    result = call("fsck", plant("container without snapshot", tmp_path), "--at", AT)
    assert result.code == 1
    first, *_, last = result.out.splitlines()
    assert first.startswith("error    container-snapshot-missing")
    assert "v1/default/containers/web-1: " in first
    assert "snapshot/default/overlayfs/gone, which does not exist" in first
    assert "#3448" in result.out
    assert "for instance: ctr -n default containers rm web-1" in result.out
    assert last.startswith("BROKEN: 1 error")


def test_a_suggested_command_is_one_command_whatever_the_name(tmp_path: Path) -> None:
    node = plant("value instead of an image", tmp_path)
    hostile = "x; rm -rf $(echo /)\x1b[2J"
    batch = Batch().use(b"v1", b"default", b"images").create_bucket(hostile.encode())
    batch.use(b"v1", b"default", b"images", hostile.encode()).create_bucket(b"target")
    batch.use(b"v1", b"default", b"images", hostile.encode(), b"target")
    with DB(node / META) as db, db.update() as tx:
        tx.apply(batch.put(b"digest", b"sha256:" + b"1" * 64))
    _, found = fsck(node)
    (one,) = [finding for finding in found if finding["code"] == "image-target-missing"]
    words = shlex.split(str(one["suggestion"]))
    assert words[:5] == ["ctr", "-n", "default", "images", "pull"]
    assert len(words) == 6
    assert "\x1b" not in str(one["suggestion"])


def test_a_file_alone_is_not_blamed_for_what_lies_elsewhere(tmp_path: Path) -> None:
    copy = tmp_path / "meta.db"
    copy.write_bytes(META_24.read_bytes())
    assert fsck(copy) == (0, [])
    assert call("fsck", copy, "--at", AT).out.strip().endswith("only meta.db here, and no disk")


def test_what_may_not_be_read_is_not_called_right(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # As for a user who is not root: the folders are there, and say nothing.
    node = tmp_path / "node"
    shutil.copytree(NODE_24, node)

    def refusing(function: Callable[[str], object]) -> Callable[[str], object]:
        def refuse(path: str) -> object:
            if str(path).startswith(str(node)):
                raise PermissionError(13, "Permission denied", path)
            return function(path)

        return refuse

    monkeypatch.setattr("os.listdir", refusing(os.listdir))
    monkeypatch.setattr("os.scandir", refusing(os.scandir))
    result = call("fsck", node, "--at", AT)
    assert result.code == 4
    assert "snapshotters: cannot be listed: Permission denied" in result.err
    assert "content/blobs: cannot be listed: Permission denied" in result.err
    assert result.out.startswith("nothing wrong in what could be looked at")
    assert json.loads(call("fsck", node, "--at", AT, "--json").out)["ok"] is False
