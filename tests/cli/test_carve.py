"""`boltview carve`: the shape of what it prints, and how it ends."""

import json
from pathlib import Path

from tests.cli.runner import ROOT, call

AFTER = ROOT / "fixtures/gc-pairs/2.after.db"
LISTS = {"blob": "content", "image": "images", "snapshot": "snapshots", "lease": "leases",
         "ingest": "ingests"}  # fmt: skip
OWN = ["origin", "attribution", "complete", "confidence", "verdict", "path", "version", "versions"]


def test_a_line_has_the_fields_of_the_list_command() -> None:
    result = call("carve", AFTER, "--jsonl", "--quiet")
    assert (result.code, result.err) == (0, "")
    lines = [json.loads(line) for line in result.out.splitlines()]
    seen = set()
    for line in lines:
        if line["type"] not in LISTS:
            continue
        seen.add(line["type"])
        shown = call(LISTS[line["type"]], ROOT / "fixtures/gc-pairs/2.before.db", "--jsonl")
        fields = list(json.loads(shown.out.splitlines()[0]))
        fields.remove("namespace")
        assert list(line) == ["type", "namespace", *fields, *OWN]
        assert set(line["origin"]) == {"page", "offset", "length"}
        assert line["verdict"] == "deleted"
    assert seen == set(LISTS)
    assert json.loads(call("carve", AFTER, "--json", "--quiet").out) == lines


def test_nothing_is_found_in_a_file_without_unused_pages() -> None:
    result = call("carve", ROOT / "fixtures/shapes/empty.db")
    assert (result.code, result.err) == (0, "")
    assert result.out == "nothing found in 0 unused pages with records\n"


def test_types_and_namespaces_are_chosen() -> None:
    result = call("carve", AFTER, "--jsonl", "--type", "lease", "--type", "image", "-n", "gc2-b")
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert {line["type"] for line in lines} == {"lease", "image"}
    assert {line["namespace"] for line in lines} == {"gc2-b"}


def test_older_versions_of_what_is_there_are_shown_when_asked_for() -> None:
    path = ROOT / "fixtures/shapes/previous-differs.db"
    usual, more = (call("carve", path, "--jsonl", *extra) for extra in ([], ["--versions"]))
    assert len(more.out.splitlines()) == len(usual.out.splitlines()) + 1
    assert '"verdict": "older version"' in more.out


def test_a_missing_file_and_no_database(tmp_path: Path) -> None:
    assert call("carve", tmp_path / "none").code == 3


def test_pages_in_a_disk_image_are_found(tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    image.write_bytes(b"\x07" * 1234 + AFTER.read_bytes() + b"\x07" * 999)
    of_file, of_image = (call("carve", path, "--jsonl") for path in (AFTER, image))
    assert (of_image.code, of_file.err) == (0, "")
    assert "a whole database, containerd metadata (meta.db), revision 251" in of_image.err
    assert "tail -c +1235 FILE | head -c 630784" in of_image.err
    for mine, theirs in zip(of_image.out.splitlines(), of_file.out.splitlines(), strict=True):
        told, known = json.loads(mine), json.loads(theirs)
        assert told["path"] == known["path"]
        assert told["verdict"] == known["verdict"]
        assert told["origin"]["offset"] == known["origin"]["offset"] + 1234
    assert "48 deleted found in 154 pages" in call("carve", image, "--quiet").out


def test_a_file_whose_metas_are_gone_is_carved(tmp_path: Path) -> None:
    wreck = tmp_path / "meta.db"
    wreck.write_bytes(bytes(8192) + AFTER.read_bytes()[8192:])
    result = call("carve", wreck, "--type", "lease", "--jsonl")
    assert result.code == 0
    assert {json.loads(line)["verdict"] for line in result.out.splitlines()} == {"unknown"}
    assert "without a whole tree" in result.err


def test_where_there_is_no_page_it_says_so(tmp_path: Path) -> None:
    result = call("carve", ROOT / "README.md")
    assert (result.code, result.out) == (3, "")
    assert result.err.endswith(
        "not a bolt file (no meta page found), and there is no page of one in it\n"
    )
    (tmp_path / "empty").touch()
    assert call("carve", tmp_path / "empty", "--json").code == 3


def test_no_revision_is_chosen() -> None:
    result = call("carve", AFTER, "--revision", "previous")
    assert (result.code, result.out) == (2, "")
