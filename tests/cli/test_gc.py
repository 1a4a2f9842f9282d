"""`gc`, `refs` and `why` as commands: their JSON, their words, their exit codes."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fixtures.make.misfits import plant
from tests.cli.runner import AT, META_16, META_24, NODE_16, NODE_24, SHAPES, call
from tests.plugins.require import Require

PAIRS = NODE_24.parents[1] / "gc-pairs"
TIMES = dict(line.split() for line in (PAIRS / "times.txt").read_text().splitlines())
WEB = "container/default/web-1"
BASE = "sha256:7652ed216464f8e3c2d3d5d90abf881628f92d08c4605946291d2b5ab5410cab"


def document(*arguments: str | Path) -> Any:  # noqa: ANN401 - JSON
    result = call(*arguments, "--json")
    assert result.err == ""
    return json.loads(result.out)


@pytest.mark.parametrize("pair", sorted(TIMES))
def test_gc_says_what_the_real_collector_kept(pair: str) -> None:
    before, after = PAIRS / f"{pair}.before.db", PAIRS / f"{pair}.after.db"
    trigger = f"lease/gc{pair}-a/trigger"
    found = document("gc", before, "--at", TIMES[pair], "--after", trigger)
    left = document("gc", after, "--at", TIMES[pair])
    assert left["collectable"] == []
    assert found["live"] == left["live"]
    assert found["after"] == [trigger]
    assert trigger not in found["live"] + found["collectable"]
    assert found["live"] == sorted(found["live"])
    assert found["collectable"] == sorted(found["collectable"])
    assert found["at"] == TIMES[pair]
    assert set(found["roots"]) <= set(found["live"])
    assert found["daemon"] == "2.4"
    assert found["freed"]["content"] > 0
    kinds = ("content/", "snapshot/")
    assert list(found["bytes"]) == [n for n in found["collectable"] if n.startswith(kinds)]
    blobs = {name: size for name, size in found["bytes"].items() if name.startswith("content/")}
    stays = {name.split("/")[2] for name in found["live"] if name.startswith("content/")}
    # Two namespaces may let the same file go; it counts once.
    files = {name.split("/")[2]: size for name, size in blobs.items()}
    freed = sum(size for digest, size in files.items() if digest not in stays)
    assert freed == found["freed"]["content"]


def test_the_release_is_guessed_from_the_database_and_can_be_named() -> None:
    assert document("gc", NODE_16, "--at", AT)["daemon"] == "1.6"
    named = document("gc", NODE_16, "--at", AT, "--daemon", "2.2")
    assert (named["daemon"], named["daemon_guessed"]) == ("2.2", False)
    text = call("gc", NODE_16, "--at", AT).out
    assert text.startswith("containerd 1.6 (guessed: the database has version 3;")
    assert "Only the running daemon knows:" in text


def test_after_takes_several_objects_and_says_what_is_wrong_with_one() -> None:
    images = [name for name in document("gc", NODE_24, "--at", AT)["live"]
              if name.startswith("image/build-farm/")]  # fmt: skip
    found = document("gc", NODE_24, "--at", AT, "--after", *images)
    goes = found["collectable"]
    assert {name.split("/")[0] for name in goes} == {"content", "snapshot"}
    assert {name.split("/")[1] for name in goes} == {"build-farm"}
    # The blobs are other namespaces' too, so only their records go.
    assert found["freed"]["content"] == 0
    assert found["freed"]["snapshots"] > 0
    assert call("gc", NODE_24, "--after", "lease/default/none").code == 1
    assert call("gc", NODE_24, "--after", "nonsense").code == 2


def test_every_step_of_why_is_a_reference_that_refs_knows() -> None:
    live = document("gc", NODE_24, "--at", AT)["live"]
    checked = 0
    for name in live[::7]:
        found = document("why", NODE_24, name, "--at", AT)
        assert found["kept"]
        here = found["root"]["object"]
        for step in found["path"]:
            assert step["from"] == here
            there = document("refs", NODE_24, here)["refers_to"]
            assert any(_same(other, step) for other in there)
            here = step["to"]
            checked += 1
        assert here == name
    assert checked > 10


def _same(other: Mapping[str, object], step: Mapping[str, object]) -> bool:
    return other["object"] == step["to"] and other["path"] == step["path"] and bool(other["keeps"])


def test_the_path_of_a_reference_leads_to_the_value_that_names_the_object() -> None:
    found = document("refs", NODE_24, f"snapshot/default/overlayfs/{BASE}")
    for other in found["referred_by"]:
        got = call("get", NODE_24, str(other["path"]))
        assert got.code == 0
        if other["field"] != "children":
            assert got.out.strip() == BASE


def test_why_of_what_nothing_keeps() -> None:
    pair = PAIRS / "1.before.db"
    goes = document("gc", pair, "--at", TIMES["1"])["collectable"]
    result = call("why", pair, goes[0], "--at", TIMES["1"])
    assert result.code == 1
    assert "nothing keeps it: it goes at the next collection" in result.out
    found = json.loads(call("why", pair, goes[0], "--at", TIMES["1"], "--json").out)
    assert (found["kept"], found["root"], found["path"]) == (False, None, [])


def test_an_upload_at_which_the_collection_fails_is_named(require: Require, tmp_path: Path) -> None:
    require("go")
    node = plant("upload that stops collections", tmp_path)
    upload = "ingest/default/partial-upload"
    result = call("gc", node, "--at", "2099-01-01T00:00:00Z")
    assert result.code == 1
    assert f"The collection fails at {upload}: containerd cannot read" in result.out
    assert "Nothing would be removed" in result.out
    found = json.loads(call("gc", node, "--json").out)
    assert (found["fails_at"], found["collectable"]) == (upload, [])
    assert document("gc", NODE_24)["fails_at"] is None
    why = call("why", node, upload)
    assert why.code == 0
    assert f"every collection fails at {upload}" in why.out


def test_what_goes_is_said_with_caution_where_records_are_damaged(tmp_path: Path) -> None:
    data = bytearray(META_24.read_bytes())
    # The second record of a page of blobs, whose labels then name nothing.
    place = data.index(b"containerd.io/gc.ref.content.config") & ~0xFFF
    data[place + 16 + 16 + 4] ^= 0xFF
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    result = call("gc", path, "--at", AT)
    assert result.code == 4
    assert "Damage was met: what the unreadable records keep is not known" in result.out
    found = json.loads(call("gc", path, "--at", AT, "--json").out)
    assert found["complete"] is False
    for name in found["collectable"]:
        why = call("why", path, name, "--at", AT)
        assert why.code == 4
        assert "but damage was met" in why.out
    assert found["collectable"]
    assert document("gc", NODE_24, "--at", AT)["complete"] is True


def test_why_in_words_begins_with_the_root() -> None:
    lines = call("why", NODE_24, "snapshot/default/overlayfs/web-1", "--at", AT).out.splitlines()
    assert lines[0] == WEB
    assert "containers are never collected" in lines[1]
    assert lines[2] == "└─ snapshot/default/overlayfs/web-1"
    assert lines[3].endswith("v1/default/containers/web-1/snapshotKey")


def test_a_digest_may_be_cut_short_if_one_object_begins_so() -> None:
    whole = document("refs", NODE_24, "content/default/sha256:0e5c")["object"]
    assert whole.startswith("content/default/sha256:0e5c1024")
    many = call("refs", NODE_24, "content/default/sha256:")
    assert many.code == 2
    assert "objects begin with" in many.err


@pytest.mark.parametrize(
    "text",
    [
        "image/default/docker.io/library/busybox:1.35",
        "images/default/docker.io/library/busybox:1.3",
        "v1/default/images/docker.io%2Flibrary%2Fbusybox:1.35",
        "v1/default/images/docker.io%2Flibrary%2Fbusybox:1.35/target/digest",
    ],
)
def test_an_object_may_be_named_by_its_path(text: str) -> None:
    found = document("refs", NODE_24, text)
    assert found["object"] == "image/default/docker.io/library/busybox:1.35"


def test_a_key_alone_will_do_if_one_object_has_it() -> None:
    pod = "7c964886a740390a475c2860b650565a0bfb68e040eb7b0dc393e75c6a4783f0"
    # Its snapshot, sandbox and lease have the same key.
    assert document("refs", NODE_24, pod[:12])["object"] == f"container/k8s.io/{pod}"
    several = call("why", NODE_24, BASE)
    assert several.code == 2
    assert f"snapshot/default/overlayfs/{BASE}" in several.err
    (only,) = {
        name for name in document("gc", NODE_24, "--at", AT)["live"] if name.endswith("/lease-a")
    }
    assert document("why", NODE_24, "lease-a", "--at", AT)["object"] == only
    assert document("why", NODE_24, "lease-f", "--at", AT)["object"] == only.replace(
        "-a", "-forever"
    )
    assert call("why", NODE_24, "no-such-key").code == 2


@pytest.mark.parametrize("command", ["refs", "why"])
def test_what_is_no_object_is_said(command: str) -> None:
    assert call(command, NODE_24, "nonsense/default/x").code == 2
    assert call(command, NODE_24).code == 2
    missing = call(command, NODE_24, "container/default/web-9")
    assert missing.code == 1
    assert WEB in missing.err


@pytest.mark.parametrize("command", [["gc"], ["fsck"], ["usage"]])
def test_a_database_of_another_kind_is_refused(command: list[str]) -> None:
    result = call(*command, SHAPES / "empty.db")
    assert result.code == 3
    assert "not a containerd metadata database" in result.err


def test_a_file_alone_is_enough() -> None:
    assert (
        document("gc", META_16, "--at", AT)["live"] == document("gc", NODE_16, "--at", AT)["live"]
    )


def test_a_picture_names_every_neighbour() -> None:
    found = document("refs", NODE_24, WEB)
    dot, mermaid = (call("refs", NODE_24, WEB, f"--{form}").out for form in ("dot", "mermaid"))
    assert dot.startswith("digraph")
    assert mermaid.startswith("flowchart")
    for other in (*found["refers_to"], *found["referred_by"]):
        assert f'tooltip="{other["object"]}"' in dot
    count = len(found["refers_to"]) + len(found["referred_by"])
    assert dot.count("->") == count
    assert mermaid.count("|") == 2 * count
    more = call("refs", NODE_24, WEB, "--dot", "--depth", "3").out
    assert more.count("->") > count


def test_svg_without_graphviz_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    result = call("refs", NODE_24, WEB, "--svg")
    assert result.code == 2
    assert "graphviz" in result.err


def test_svg_is_drawn_by_graphviz(require: Require) -> None:
    require("dot")
    result = call("refs", NODE_24, WEB, "--svg", "--depth", "2")
    assert result.code == 0
    assert result.out.count("<title>") > 5
    assert result.out.rstrip().endswith("</svg>")
