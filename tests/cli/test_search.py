"""`boltview search`: what it takes, what it prints and how it ends."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.bolt.build import Image
from tests.cli.runner import META_24, PREVIOUS, ROOT, SHAPES, call, command, environment

AFTER = ROOT / "fixtures/gc-pairs/2.after.db"


def lines(*arguments: str | Path) -> list[dict[str, object]]:
    result = call("search", "--jsonl", *arguments)
    assert (result.code, result.err) == (0, "")
    return [json.loads(line) for line in result.out.splitlines()]


def test_every_form_tells_the_same_hits() -> None:
    found = lines(META_24, "web-1")
    assert json.loads(call("search", META_24, "web-1", "--json").out) == found
    text = call("search", META_24, "web-1").out.splitlines()
    assert [line.partition(": ")[0] for line in text] == [line["path"] for line in found]
    assert call("search", META_24, "web-1", "--count").out == f"{len(found)}\n"
    assert json.loads(call("search", META_24, "web-1", "-c", "--json").out) == {"hits": len(found)}
    assert call("search", META_24, "web-1", "--limit", "2").out.splitlines() == text[:2]
    assert call("search", META_24, "web-1", "-m", "2", "--count").out == "2\n"


def test_a_path_leads_to_what_was_found() -> None:
    for found in lines(META_24, "-e", "busybox|1716"):
        value = json.loads(call("get", META_24, str(found["path"]), "--json").out)
        assert (found["kind"] == "bucket") == (isinstance(value, dict) and "type_url" not in value)
        if found["where"] == "decoded":
            for step in re.findall(r'\.?(\w+)|\[(\d+)\]|\["([^"]*)"\]', str(found["place"])):
                name, number, quoted = step
                is_named_by_it = isinstance(value, dict) and found["match"] in (name, quoted)
                if not is_named_by_it:
                    value = value[int(number)] if number else value[name or quoted]


def test_a_line_has_its_documented_fields() -> None:
    for found in lines(META_24, "web-1"):
        fields = ["path", "kind", "where", "match", "before", "after", "origin"]
        if found["where"] == "decoded":
            fields.insert(3, "place")
        assert list(found) == fields
    origin = lines(META_24, "web-1", "--in", "keys")[0]["origin"]
    assert isinstance(origin, dict)
    assert META_24.read_bytes()[origin["offset"] :][: origin["length"]] == b"web-1"


def test_in_and_ignore_case() -> None:
    assert {line["where"] for line in lines(META_24, "io.containerd")} == {
        "key",
        "value",
        "decoded",
    }
    for word, where in (("keys", "key"), ("values", "value"), ("decoded", "decoded")):
        assert {line["where"] for line in lines(META_24, "containerd", "--in", word)} == {where}
    assert call("search", META_24, "WEB-1").code == 1
    assert lines(META_24, "WEB-1", "-i") == lines(META_24, "web-1")
    assert lines(META_24, "WEB-1", "-i", "-e") == lines(META_24, "web-1")
    both = lines(META_24, "web-1", "--in", "keys,values")
    assert lines(META_24, "web-1", "--in", "keys", "--in", "values") == both


def test_a_pattern_may_begin_like_an_option() -> None:
    found = lines(SHAPES / "hostile.db", "--in", "keys", "--", "-rf")
    assert [line["path"] for line in found] == ["buckets/-rf", "pairs/-rf"]


def test_carved_records_are_searched_apart() -> None:
    found = lines(AFTER, "gc2-b", "--carved")
    assert found
    assert {line["verdict"] for line in found} == {"deleted"}
    assert {"type", "attribution", "confidence", "complete"} < set(found[0])
    carved = [json.loads(line) for line in call("carve", AFTER, "--jsonl").out.splitlines()]
    assert {line["origin"]["page"] for line in found} <= {  # type: ignore[index]
        line["origin"]["page"] for line in carved
    }
    live = {line["path"] for line in lines(AFTER, "gc2-b")}
    keys = [line for line in found if line["where"] == "key"]
    assert not {line["path"] for line in keys} & live


def test_the_previous_revision_is_searched() -> None:
    truth = json.loads(PREVIOUS.with_suffix(".json").read_text())
    for which in ("current", "previous"):
        keys = [bytes.fromhex(item["key"]).decode() for item in truth[which]["items"]]
        found = lines(PREVIOUS, "", "--in", "keys", "--revision", which)
        assert [line["path"] for line in found if "/" not in str(line["path"])] == keys


@pytest.mark.parametrize(
    "arguments",
    [
        ["search"],
        ["search", META_24],
        ["search", META_24, "a", "b"],
        ["search", "--demo", META_24, "a"],
        ["search", META_24, "(", "--regex"],
        ["search", META_24, "xyz", "--digest"],
        ["search", META_24, "a", "--in", "keys,nowhere"],
        ["search", META_24, "a", "--limit", "0"],
        ["search", META_24, "a", "-e", "-d"],
    ],
)
def test_wrong_usage(arguments: list[str | Path]) -> None:
    result = call(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("boltview: error: ")
    assert result.err.count("\n") == 1


def test_damage_is_listed_behind_what_was_found(tmp_path: Path) -> None:
    data = bytearray(META_24.read_bytes())
    # The page of a container's bucket calls itself another.
    data[data.index(b"io.kubernetes.cri") // 4096 * 4096] ^= 0xFF
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    result = call("search", path, "v1", "--in", "keys")
    assert result.code == 4
    assert result.out
    assert "damage: page " in result.err


def test_an_expression_that_never_ends_ends_at_ctrl_c(tmp_path: Path) -> None:
    path = tmp_path / "evil.db"
    image = Image(4096)
    path.write_bytes(image.finish(image.nested({b"b": {b"k": b"a" * 60}})))
    words = command("search", path, "-e", "(a+)+$x", "--in", "values")
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT
    ) as program:
        time.sleep(0.7)
        assert program.poll() is None
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=10)
    assert (program.returncode, out, err) == (130, b"", b"")


def test_hits_come_before_the_end(tmp_path: Path) -> None:
    """What is found is printed soon, though what follows takes for ever."""
    path = tmp_path / "evil.db"
    image = Image(512)
    tree = {
        b"b": {b"%03d" % n: b"x" if n == 0 else b"y" * 100 for n in range(200)} | {b"k": b"a" * 60}
    }
    path.write_bytes(image.finish(image.nested(tree)))
    words = command("search", path, "-e", "^x$|(a+)+$x", "--in", "values")
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment(), cwd=ROOT) as program:
        assert program.stdout
        assert program.stdout.readline() == b"b/000: value: x\n"
        assert program.poll() is None
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=10) == 130
