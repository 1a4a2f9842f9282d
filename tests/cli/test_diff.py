"""`boltview diff`: what is told, how it ends, and that damage is no difference."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bbolt import DB, Batch, build
from tests.bolt.sample import sample
from tests.cli.runner import META_24, ROOT, SHAPES, Hold, call

PAIR = (ROOT / "fixtures/gc-pairs/1.before.db", ROOT / "fixtures/gc-pairs/1.after.db")
WEB = (b"v1", b"default", b"containers", b"web-1")


@pytest.fixture
def changed(tmp_path: Path, require: Callable[[str], str]) -> Path:
    """The demo database after some changes, made by the real bbolt."""
    require("go")
    build.library()
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes())
    with DB(path, no_freelist_sync=True) as db, db.view() as tx:
        spec = tx.bucket(*WEB)[b"spec"]
    assert spec.count(b'"hostname"') == 0
    new = spec.replace(b'"cwd":"/"', b'"cwd":"!"')
    assert new != spec
    with DB(path, no_freelist_sync=True) as db:
        batch = Batch().use(*WEB).put(b"spec", new).put(b"image", b"\x1b[31m")
        batch.use(*WEB, b"labels").put(b"team", b"infra").delete(b"tier").put(b"a.b/c", b"x")
        batch.use(b"v1", b"default", b"leases").delete_bucket(b"lease-a").create_bucket(b"new")
        batch.use(b"v1", b"moby", b"snapshots", b"overlayfs").set_sequence(999)
        db.apply(batch)
    return path


def test_an_object_is_told_field_by_field(changed: Path) -> None:
    result = call("diff", META_24, changed)
    assert (result.code, result.err) == (1, "")
    lines = result.out.splitlines()
    assert lines[0] == f"--- {META_24}  revision 499"
    at = lines.index("~ container/default/web-1")
    assert lines[at + 1 : at + 6] == [
        "    ~ image: docker.io/library/busybox:1.35 → \\x1b[31m",
        '    + labels."a.b/c": x',
        "    ~ labels.team: core → infra",
        "    - labels.tier: front",
        '    ~ spec.process.cwd: "/" → "!"',
    ]
    assert "- lease/default/lease-a" in lines
    assert "+ lease/default/new" in lines
    (sequence,) = [line for line in lines if "sequence" in line]
    assert sequence.startswith("    ~ snapshots.overlayfs: sequence ")
    assert sequence.endswith(" → 999")
    assert lines[-1].startswith("1 object added; 1 object removed; 2 objects changed; values: ")


def test_json_tells_the_same(changed: Path) -> None:
    whole = json.loads(call("diff", META_24, changed, "--json").out)
    lines = call("diff", META_24, changed, "--jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == whole["changes"]
    assert whole["before"]["txid"] == 499
    assert whole["after"]["schema"] == "containerd.metadata"
    team = next(one for one in whole["changes"] if one["key"] == "team")
    assert team == {
        "change": "changed",
        "object": "container/default/web-1",
        "path": "v1/default/containers/web-1/labels/team",
        "key": "team",
        "kind": "value",
        "type": "string",
        "size": 5,
        "value": "infra",
        "before": "core",
    }
    spec = next(one for one in whole["changes"] if one["key"] == "spec")
    assert spec["fields"] == [{"field": ["process", "cwd"], "before": "/", "after": "!"}]
    assert whole["summary"]["objects"]["lease"] == {"added": 1, "removed": 1, "changed": 0}
    assert not whole["summary"]["same"]
    reverse = json.loads(call("diff", changed, META_24, "--json").out)
    assert reverse["summary"]["records"]["added"] == whole["summary"]["records"]["removed"]


def test_the_fields_of_a_removed_object_are_told_too() -> None:
    result = call("diff", *PAIR, "--jsonl")
    assert result.code == 1
    gone = [json.loads(line) for line in result.out.splitlines()]
    assert {one["change"] for one in gone} == {"removed"}
    # The garbage collection between the two was captured beside them (fixtures/README.md).
    assert len({one["object"] for one in gone}) == 39


@pytest.mark.parametrize("form", ["--stat", "--summary"])
def test_short_forms(form: str) -> None:
    result = call("diff", *PAIR, form)
    assert (result.code, result.err) == (1, "")
    lines = result.out.splitlines()
    assert lines[-1] == "39 objects removed; values: 278 removed"
    if form == "--stat":
        assert len(lines) == 2 + 39 + 1
        assert sum(int(line.rpartition("-")[2]) for line in lines[2:-1] if "  -" in line) == 278
    else:
        assert "lease      gc1-a           0         3         0" in lines


def test_what_is_the_same_ends_with_0(tmp_path: Path) -> None:
    for arguments in ([PAIR[0], PAIR[0]], ["--demo", META_24], ["--demo", "--revision=previous"]):
        result = call("diff", *arguments)
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith("no difference: revision ")
        assert result.out.count("\n") == 1
        assert call("diff", *arguments, "--jsonl").out == ""
        assert json.loads(call("diff", *arguments, "--json").out)["summary"]["same"]
    assert not list(tmp_path.iterdir())


def test_two_revisions_of_one_file() -> None:
    path = SHAPES / "previous-differs.db"
    forward = call("diff", path, "--revision", "previous", "--jsonl")
    backward = call("diff", path, "--revision", "5", "--to-revision", "4", "--jsonl")
    assert forward.code == backward.code == 1
    heading = call("diff", path, "--revision", "previous").out.splitlines()[:2]
    trust = "plausible: whole unless a writer was stopped in the middle of a commit"
    assert heading == [f"--- {path}  revision 4 ({trust})", f"+++ {path}  revision 5"]
    whole = json.loads(call("diff", path, "--revision", "previous", "--json").out)
    assert whole["before"]["trust"] == trust
    assert "trust" not in whole["after"]
    truth = json.loads(path.with_suffix(".json").read_text())
    top = {which: {item["key"] for item in truth[which]["items"]} for which in truth
           if which in {"current", "previous"}}  # fmt: skip
    told = [json.loads(line) for line in forward.out.splitlines()]
    for kind, names in (("removed", top["previous"] - top["current"]),
                        ("added", top["current"] - top["previous"])):  # fmt: skip
        found = {one["key"].encode().hex() for one in told
                 if one["change"] == kind and "/" not in one["path"]}  # fmt: skip
        assert found == names
    swap = {"added": "removed", "removed": "added", "changed": "changed"}
    back = [json.loads(line) for line in backward.out.splitlines()]
    assert [(swap[one["change"]], one["path"]) for one in told] == [
        (one["change"], one["path"]) for one in back
    ]


def test_damage_is_shown_and_is_no_difference(tmp_path: Path) -> None:
    whole, file = sample(), sample()
    file.data[file.offset("l4") : file.offset("l4") + 512] = bytes(512)
    paths = [tmp_path / "whole.db", tmp_path / "bad.db"]
    for path, data in zip(paths, (whole.data, file.data), strict=True):
        path.write_bytes(data)
    result = call("diff", *paths)
    assert result.code == 4
    assert "! hidden in tree (after): page " in result.out
    assert "- " not in result.out.replace("---", "")
    assert f"{paths[1]}: damage met:" in result.err
    assert "[page-id]" in result.err
    (line,) = call("diff", *paths[::-1], "--jsonl").out.splitlines()
    told = json.loads(line)
    assert (told["change"], told["side"], told["damage"]["code"]) == ("hidden", "before", "page-id")
    # What both hold byte for byte is the same, sound or not.
    assert call("diff", paths[1], paths[1]).code == 4


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        ([META_24], 2),
        ([META_24, META_24, META_24], 2),
        ([META_24, META_24, "--stat", "--summary"], 2),
        ([META_24, "/nonexistent/meta.db"], 3),
        ([META_24, "/dev/null"], 3),
        ([META_24, "--revision", "3"], 1),
        ([SHAPES / "empty.db", SHAPES / "freelist-none.db"], 1),
    ],
)
def test_how_it_ends(arguments: list[str | Path], code: int) -> None:
    result = call("diff", *arguments)
    assert result.code == code
    assert "Traceback" not in result.err
    assert not result.err or result.err.startswith("boltview: ")


def test_a_live_file_is_copied_first(tmp_path: Path, hold: Hold) -> None:
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes())
    hold(path, "LOCK_EX")
    result = call("diff", META_24, path)
    assert result.code == 0
    assert "consistent copy of revision 499" in result.err
    refused = call("diff", path, "--revision", "previous")
    assert refused.code == 1
    assert "a copy of a live file holds revision 499 alone" in refused.err
