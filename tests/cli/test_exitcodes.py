"""Each exit code of the contract, by a real run."""

from pathlib import Path

import pytest

from tests.cli.runner import META_24, Hold, process

RUNS: dict[str, tuple[int, list[str | Path]]] = {
    "done": (0, ["info", META_24]),
    "help": (0, ["get", "--help"]),
    "a match": (0, ["search", META_24, "web-1"]),
    "no such key": (1, ["get", META_24, "v1/nothing"]),
    "no such revision": (1, ["info", META_24, "--revision", "7"]),
    "no known schema": (1, ["schema", "--for", "fixtures/shapes/empty.db"]),
    "wrong usage": (2, ["info", META_24, "--nonsense"]),
    "no such command": (2, ["nonsense"]),
    "missing": (3, ["ls", "/nonexistent"]),
    "not a bolt file": (3, ["ls", "README.md"]),
}


@pytest.mark.parametrize("name", RUNS)
def test_exit_codes(name: str) -> None:
    code, arguments = RUNS[name]
    result = process(*arguments)
    assert result.code == code
    assert (result.err == "") == (code == 0)
    assert (result.out != "") == (code == 0)


def test_no_match_is_silent_as_for_grep() -> None:
    result = process("search", META_24, "nowhere")
    assert (result.code, result.out, result.err) == (1, "", "")


def test_damage_met(tmp_path: Path) -> None:
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes()[: 158 * 4096])
    result = process("ls", path)
    assert result.code == 4
    assert "damage:" in result.err


def test_no_consistent_copy(tmp_path: Path, hold: Hold) -> None:
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes()[: 158 * 4096])
    hold(path, "LOCK_EX")
    result = process("ls", path)
    assert (result.code, result.out) == (5, "")


def test_no_such_key_gives_way_to_damage(tmp_path: Path) -> None:
    """A key that is not found in a damaged database may be there all the same."""
    data = bytearray(META_24.read_bytes())
    data[60] ^= 1
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    result = process("get", path, "v1/nothing")
    assert (result.code, result.out) == (4, "")
    assert "damage: meta 0: checksum error" in result.err
    assert "error: no key nothing in v1" in result.err
