"""Deleted records in an export: what `carve` prints, in a table of their own and in no other."""

import json
from pathlib import Path

import pytest

from boltview.report.export.vocabulary import FIELDS, VALUES
from tests.cli.runner import AT, ROOT, call
from tests.report.export import loaded

PATH = ROOT / "fixtures/gc-pairs/1.after.db"
OWN = ("type", "origin", "attribution", "complete", "confidence", "verdict", "path", "version",
       "versions", "lost", "other_paths")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("carved")
    for out, options in (("open", []), ("redacted", ["--redact"]), ("without", [])):
        carved = [] if out == "without" else ["--carved"]
        done = call("export", PATH, "--format", "sqlite", "-o", folder / out, "--at", AT,
                    *carved, *options)  # fmt: skip
        assert (done.code, done.err) == (0, "")
    return folder


def test_they_are_what_carve_prints(folder: Path) -> None:
    printed = call("carve", PATH, "--jsonl", "--versions", "--at", AT).out.splitlines()
    expected = []
    for line in printed:
        found = json.loads(line)
        own = {name: found.pop(name, None) for name in OWN}
        expected.append((own["type"], own["verdict"], own["path"], own["origin"]["offset"], found))
    query = 'SELECT type, verdict, path, "offset", record FROM carved'
    rows = [(*row[:4], json.loads(row[4])) for row in loaded.ask(folder / "open", query)]
    assert rows == expected
    assert len({row[0] for row in rows}) > 3


def test_none_is_among_what_is_there(folder: Path) -> None:
    query = "SELECT json_extract(record, '$.digest'), namespace FROM carved WHERE type = 'blob'"
    gone = set(loaded.ask(folder / "open", query + " AND verdict = 'deleted'"))
    there = set(loaded.ask(folder / "open", "SELECT digest, namespace FROM content"))
    assert gone
    assert not gone & there
    for name in loaded.NAMES:
        if name not in {"carved", "nodes"}:
            both = [loaded.sqlite(folder / out, name) for out in ("open", "without")]
            assert both[0] == both[1]
    assert loaded.sqlite(folder / "without", "carved") == []


def test_they_are_redacted_too(folder: Path) -> None:
    whole = (folder / "redacted/boltview.sqlite").read_bytes()
    texts = set()
    waiting = [json.loads(row["record"]) for row in loaded.sqlite(folder / "open", "carved")]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            waiting += [*found.values(), *found]
        elif isinstance(found, list):
            waiting += found
        elif isinstance(found, str):
            texts.add(found)
    secrets = {text for text in texts - VALUES - FIELDS if len(text) > 5 and text[:3] != "202"}
    kept = {text for text in secrets if text.encode() in whole}
    assert {text for text in kept if not text.startswith("containerd.io/")} == set()
    assert len(secrets) > 30
    rows = [loaded.sqlite(folder / out, "carved") for out in ("open", "redacted")]
    for column in ("type", "verdict", "page", "offset", "length", "complete"):
        assert [row[column] for row in rows[0]] == [row[column] for row in rows[1]]
