"""With any one page zeroed: what is printed is true, what is missing is said, the code is 4."""

import json
from pathlib import Path

import pytest

from tests.cli.runner import META_24, SHAPES, call

SHAPE = ("freelist-array", "page-size-1024", "nested-12", "overflow")


def values(text: str) -> dict[str, str]:
    """Return the lines of `tree --jsonl` by path, damage left out."""
    lines = {json.loads(line)["path"]: line for line in text.splitlines()}
    return {path: line for path, line in lines.items() if '"kind": "damage"' not in line}


@pytest.mark.parametrize("shape", SHAPE)
def test_every_page_in_turn(shape: str, tmp_path: Path) -> None:
    source = SHAPES / f"{shape}.db"
    said = json.loads(source.with_suffix(".json").read_text())
    raw, size = source.read_bytes(), said["page_size"]
    intact = values(call("tree", source, "--jsonl").out)
    path = tmp_path / "zeroed.db"
    for page in said["pages"]:
        data = bytearray(raw)
        start = page["id"] * size
        data[start : start + size] = bytes(size)
        path.write_bytes(data)
        tree, info = call("tree", path, "--jsonl"), call("info", path, "--json")
        assert "Traceback" not in tree.err + info.err
        found = values(tree.out)
        if page["type"] == "free":
            assert (tree.code, tree.err, info.code) == (0, "", 0)
            assert found == intact
        elif page["type"] == "freelist":
            # The tree does not need it.
            assert (tree.code, info.code) == (0, 4)
            assert found == intact
            assert f"freelist page {page['id']}" in info.err
        else:
            assert tree.code == 4
            assert f"{'meta' if page['type'] == 'meta' else 'page'} {page['id']}" in tree.err
            if page["type"] != "meta":
                assert found.items() < intact.items()
                assert '"kind": "damage"' in tree.out


def test_every_value_is_found_or_known_to_be_lost(tmp_path: Path) -> None:
    """Looking up each key of a file with a zeroed leaf never says that there is no such key."""
    source = SHAPES / "page-size-1024.db"
    said = json.loads(source.with_suffix(".json").read_text())
    leaf = next(page["id"] for page in said["pages"] if page["type"] == "leaf")
    data = bytearray(source.read_bytes())
    data[leaf * 1024 : (leaf + 1) * 1024] = bytes(1024)
    path = tmp_path / "zeroed.db"
    path.write_bytes(data)
    codes = set()
    for line in call("tree", source, "--jsonl").out.splitlines():
        entry = json.loads(line)
        if entry["kind"] == "value":
            result = call("get", path, entry["path"], "--json")
            codes.add(result.code)
            assert result.code in {0, 4}
            if result.out:
                assert json.loads(result.out) == entry["value"]
            else:
                assert result.code == 4
    assert codes == {0, 4}


@pytest.mark.parametrize("page", range(2, 159, 12))
def test_a_real_database(page: int, tmp_path: Path) -> None:
    data = bytearray(META_24.read_bytes())
    data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    intact = values(call("tree", META_24, "--jsonl").out)
    result = call("tree", path, "--jsonl")
    found = values(result.out)
    assert result.code in {0, 4}
    if result.code == 0:
        assert found == intact
    else:
        assert f"page {page}" in result.err
        assert found.items() < intact.items()
    for words in (["get"], ["schema", "--for"], ["info"], ["ls"]):
        other = call(*words, path)
        assert other.code in {0, 4}
        assert "Traceback" not in other.err


def test_page_3_of_a_real_database_is_used(tmp_path: Path) -> None:
    data = bytearray(META_24.read_bytes())
    data[3 * 4096 : 4 * 4096] = bytes(4096)
    path = tmp_path / "meta.db"
    path.write_bytes(data)
    result = call("tree", path)
    assert result.code in {0, 4}
    assert (result.code == 4) == ("✗ damaged: " in result.out)
