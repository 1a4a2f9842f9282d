"""Every option of the contract does what it says, in any place, and contradictions are refused."""

import json
from pathlib import Path

import pytest

from boltview.cli.main import COMMANDS
from tests.cli.runner import AT, META_24, SHAPES, Result, call, process

VERSION = "v1/version"
WEB = "v1/default/containers/web-1"
CREATED = f"{WEB}/createdat"
PREVIOUS = SHAPES / "previous-differs.db"


def test_json_is_one_document_and_jsonl_one_a_line() -> None:
    whole = json.loads(call("ls", META_24, WEB, "--json").out)
    lines = [json.loads(line) for line in call("ls", META_24, WEB, "--jsonl").out.splitlines()]
    assert whole == lines
    assert len(lines) == 9
    assert json.loads(call("ls", SHAPES / "empty.db", "--json").out) == []
    assert call("ls", SHAPES / "empty.db", "--jsonl").out == ""


@pytest.mark.parametrize(
    ("which", "txid"),
    [("current", 5), ("5", 5), ("previous", 4), ("4", 4)],
)
def test_revision(which: str, txid: int) -> None:
    assert json.loads(call("info", PREVIOUS, "--json", "--revision", which).out)["txid"] == txid
    truth = json.loads(PREVIOUS.with_suffix(".json").read_text())
    wanted = truth["current" if txid == 5 else "previous"]["items"]
    printed = call("ls", PREVIOUS, "--jsonl", "--revision", which).out.splitlines()
    assert [json.loads(line)["key"].encode().hex() for line in printed] == [
        item["key"] for item in wanted
    ]


def test_a_revision_that_is_not_there() -> None:
    result = call("info", PREVIOUS, "--revision", "3")
    assert result == Result(
        1,
        "",
        "boltview: error: no 3 revision: the file holds revision 5 and revision 4\n",
    )


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("2026-11-23T18:13:17Z", "now"),
        ("2026-11-23T18:13:18.161521468Z", "2 seconds ago"),
        ("2026-11-23T18:13:18.161521467Z", "1 second ago"),
        ("2026-11-23T19:13:18+01:00", "1 second ago"),
        ("2026-11-23t18:14:18z", "1 minute ago"),
        ("2025-11-23T18:13:16Z", "in 1 year"),
    ],
)
def test_at(at: str, text: str) -> None:
    # web-1 was created at 18:13:16.161521468 (ctr containers info).
    assert f"({text})" in call("ls", META_24, CREATED, "--at", at).out


@pytest.mark.parametrize(
    "at",
    ["", "now", "2026-11-23", "2026-11-23T18:13:25", "2026-13-01T00:00:00Z", "1795457605",
     "2026-11-23T18:13:25+25:00", "2026-11-23T18:13:60Z", "2026-11-23T18:13:25.Z"],
)  # fmt: skip
def test_at_takes_rfc_3339_only(at: str) -> None:
    result = call("ls", META_24, "--at", at)
    assert result.code == 2
    assert "--at" in result.err


@pytest.mark.parametrize(
    ("option", "zone", "text"),
    [
        ("--utc", "Asia/Kolkata", "2026-11-23T18:13:16.161521468Z\n"),
        ("--local", "Asia/Kolkata", "2026-11-23T23:43:16.161521468+05:30\n"),
        ("--local", "America/St_Johns", "2026-11-23T14:43:16.161521468-03:30\n"),
        ("--local", "UTC", "2026-11-23T18:13:16.161521468Z\n"),
    ],
)
def test_the_zone(option: str, zone: str, text: str) -> None:
    assert process("get", META_24, CREATED, option, env={"TZ": zone}).out == text


def test_json_stays_in_utc() -> None:
    result = process("get", META_24, CREATED, "--json", "--local", env={"TZ": "Asia/Kolkata"})
    assert result.out == '"2026-11-23T18:13:16.161521468Z"\n'


def test_raw_hex_and_json_of_a_value() -> None:
    raw = call("get", META_24, CREATED, "--raw").raw
    # Go's binary time: version 1, seconds since year 1, nanoseconds, UTC.
    assert (len(raw), raw[:1], raw[-2:]) == (15, b"\x01", b"\xff\xff")
    assert int.from_bytes(raw[9:13], "big") == 161_521_468
    printed = call("get", META_24, CREATED, "--hex").out
    offset = int(printed[:8], 16)
    assert META_24.read_bytes()[offset : offset + 15] == raw
    assert bytes.fromhex(printed[8:58]) == raw
    assert call("get", META_24, CREATED, "--json").out == '"2026-11-23T18:13:16.161521468Z"\n'


def test_a_value_prints_as_its_text_alone() -> None:
    assert call("get", META_24, VERSION).out == "4\n"
    assert call("get", META_24, f"{WEB}/image").out == "docker.io/library/busybox:1.35\n"
    assert call("get", META_24, f"{WEB}/sandboxid").out == "\n"


@pytest.mark.parametrize("option", ["--raw", "--hex"])
def test_a_bucket_has_no_bytes_of_its_own(option: str) -> None:
    result = call("get", META_24, WEB, option)
    assert (result.code, result.out) == (2, "")


def test_a_value_that_does_not_decode() -> None:
    result = call("get", SHAPES / "hostile.db", "pairs/%80")
    assert (result.code, result.out) == (0, "\\x80\n")


def test_depth() -> None:
    lines = call("tree", META_24, "--depth", "2").out.splitlines()
    assert [line.strip("▸▹ ") for line in lines][:3] == ["v1", "build-farm", "default"]
    assert not any(line.startswith("    ▸") for line in lines)


@pytest.mark.parametrize("depth", ["0", "-1", "x", "1.5", "", "٣"])
def test_depth_is_a_positive_number(depth: str) -> None:
    assert call("tree", META_24, f"--depth={depth}").code == 2


def test_demo_stands_instead_of_path() -> None:
    assert call("get", "--demo", VERSION).out == "4\n"
    assert call("get", VERSION, "--demo").out == "4\n"
    assert call("info", "--demo").code == 0
    assert call("schema", "--demo").code == 0
    assert call("info", "--demo", META_24).code == 2
    assert call("schema", "--demo", "--for", META_24).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [META_24, "v1", "version", "--json"],
        [META_24, "--json", "v1", "version"],
        ["--json", META_24, "--at", AT, "v1", "--utc", "version"],
    ],
)
def test_options_stand_anywhere(arguments: list[str | Path]) -> None:
    result = call("get", *arguments)
    assert (result.code, result.out) == (0, "4\n")


def test_a_key_that_looks_like_an_option() -> None:
    assert call("get", SHAPES / "hostile.db", "pairs", "--", "-rf").out == "-rf\n"
    assert call("get", SHAPES / "hostile.db", "pairs/-rf").out == "-rf\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["get", META_24, VERSION, "--raw", "--json"],
        ["get", META_24, VERSION, "--raw", "--hex"],
        ["ls", META_24, "--json", "--jsonl"],
        ["info", META_24, "--live", "--in-place"],
        ["info", META_24, "--utc", "--local"],
        ["info", META_24, "--progress", "--no-progress"],
        ["schema", "containerd.metadata", "--for", META_24],
        ["schema", "nothing.known"],
        ["schema", "containerd"],
        ["info", META_24, META_24],
        ["info", META_24, "--jsonl"],
        ["info", META_24, "--revision", "next"],
        ["info", META_24, "--revision", "-1"],
        ["info", META_24, "--revision", "9" * 5000],
        ["info", META_24, "--js"],
        ["info", META_24, "--nonsense"],
        ["browse", META_24, "--json"],
        ["nonsense"],
        ["inf", META_24],
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str | Path]) -> None:
    result = call(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("boltview: error: ")
    assert result.err.count("\n") == 1


def test_a_mistyped_command_is_guessed() -> None:
    assert "did you mean 'tree'" in call("tre").err


def test_version() -> None:
    assert call("--version").out.startswith("boltview 0.")
    assert call("-V") == call("version") == call("--version")


def test_a_schema_of_the_users_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[schema]\nid = "my.own"\ntitle = "mine"\nsource = "me"\ndoc = "Mine."\n'
        '[[recognise]]\nscore = 90\nhas = ["pairs/"]\n'
        '["pairs"]\npresence = "always"\ndoc = "Pairs."\n'
        '["pairs/<pair>"]\ntype = "varint"\npresence = "always"\ndoc = "A number."\n'
    )
    hostile = SHAPES / "hostile.db"
    for place in (mine, tmp_path):
        document = json.loads(call("info", hostile, "--json", "--schema", place).out)
        assert document["schema"] == {"id": "my.own", "title": "mine", "version": None}
    (tmp_path / "boltview/schemas").mkdir(parents=True)
    mine.rename(tmp_path / "boltview/schemas/mine.toml")
    result = process("schema", env={"XDG_CONFIG_HOME": str(tmp_path)})
    assert "my.own" in result.out


@pytest.mark.parametrize("text", ["not = [toml", "", "[schema]\nid = 1\n"])
def test_a_bad_schema_is_one_line(tmp_path: Path, text: str) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(text)
    for place in (bad, tmp_path / "missing.toml"):
        result = call("info", META_24, "--schema", place)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"boltview: error: {place}: ")
        assert result.err.count("\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_common_options(name: str) -> None:
    printed = call(name, "--help").out
    for option in ("--json", "--revision", "--at", "--utc", "--local", "--no-color", "--quiet",
                   "--progress", "--no-progress", "--demo", "--live", "--in-place"):  # fmt: skip
        assert f"  {option}" in printed
