"""`check`, `pages`, `page` and `stats` as a person and as a script sees them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import boltview.bbolt
from boltview.bbolt import BboltUnavailable, build
from boltview.bolt.finding import MEANINGS
from fixtures.make.damage import Damaged, damaged_files
from tests.cli.runner import META_16, META_24, SHAPES, Hold, call

DAMAGED = {case.name: case for case in damaged_files()}
ZEROED = DAMAGED["zeroed page of a daemon's database"]


@pytest.fixture
def damaged(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a damaged file."""

    def write(name: str) -> Path:
        path = tmp_path / "damaged.db"
        path.write_bytes(DAMAGED[name].data)
        return path

    return write


@pytest.fixture
def bbolt(require: Callable[[str], str]) -> None:
    require("go")
    build.library()


@pytest.mark.parametrize("case", DAMAGED.values(), ids=DAMAGED)
def test_no_damage_stops_a_command(case: Damaged, tmp_path: Path) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(case.data)
    page = "5" if case.page is None else str(case.page)
    for arguments in (["pages"], ["stats"], ["page", page, "--owner"]):
        result = call(arguments[0], path, *arguments[1:])
        assert "Traceback" not in result.err
        assert result.code in {0, 1, 4}
        assert result.code != 4 or "damage: " in result.err
    result = call("check", path)
    assert (result.code, result.err) == (0 if case.code == "previous-damaged" else 1, "")
    assert f"{case.code} " in result.out
    assert MEANINGS[case.code].text in result.out


def test_a_sound_file_is_ok() -> None:
    result = call("check", META_24)
    assert (result.code, result.out) == (0, "OK: 159 pages of revision 499 checked\n")


def test_a_finding_names_severity_code_page_bucket_and_meaning(
    damaged: Callable[[str], Path],
) -> None:
    lines = call("check", damaged("zeroed leaf")).out.splitlines()
    assert lines[0].split(maxsplit=2) == [
        "error", "page-id", "page 3: it calls itself 0  [bucket kept]",
    ]  # fmt: skip
    assert lines[-2] == "DAMAGED: 1 error in 21 pages of revision 16"
    assert lines[-1].startswith("Keep a copy")


def test_the_json_of_check(damaged: Callable[[str], Path]) -> None:
    found = json.loads(call("check", damaged("zeroed leaf"), "--json").out)
    (finding,) = found["findings"]
    assert found["ok"] is False
    assert finding.pop("message").startswith("page 3: it calls itself 0. The page was never")
    assert finding == {
        "code": "page-id", "severity": "error", "page": 3, "pages": 1, "offset": 3 * 4096,
        "path": "kept",
    }  # fmt: skip
    sound = json.loads(call("check", META_24, "--json").out)
    assert sound == {"ok": True, "findings": [], "txid": 499, "pages": 159}


def test_a_note_is_no_fault(damaged: Callable[[str], Path]) -> None:
    path = damaged("revision before zeroed")
    result = call("check", path)
    assert result.code == 0
    assert result.out.splitlines()[-1].startswith("OK: ")
    found = json.loads(call("check", path, "--json").out)
    assert [one["severity"] for one in found["findings"]] == ["note"]
    assert found["ok"] is True
    assert call("check", path, "--revision", "previous").code == 1


@pytest.mark.usefixtures("bbolt")
def test_the_second_opinion_on_a_sound_file_that_is_locked(hold: Hold, tmp_path: Path) -> None:
    """It is asked about a copy, so it neither waits for the lock nor takes one."""
    path = tmp_path / "meta.db"
    path.write_bytes(META_16.read_bytes())
    hold(path, "LOCK_EX")
    result = call("check", path, "--second-opinion", "--quiet")
    assert result.code == 0
    assert result.out.splitlines()[-1] == "the real bbolt: OK"


@pytest.mark.usefixtures("bbolt")
def test_the_second_opinion_on_a_damaged_file(damaged: Callable[[str], Path]) -> None:
    """One zeroed page and bbolt does not come to an end; we do."""
    path = damaged(ZEROED.name)
    before = path.read_bytes()
    result = call("check", path, "--second-opinion")
    assert result.code == 1
    assert "the real bbolt crashed on it:" in result.out or "errors" in result.out
    said = json.loads(call("check", path, "--second-opinion", "--json").out)["second_opinion"]
    assert said["kind"] in {"errors", "panicked"}
    assert said["messages"]
    assert path.read_bytes() == before


def test_without_bbolt_there_is_a_clear_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise BboltUnavailable("there is no library: build it with …")

    monkeypatch.setattr(boltview.bbolt, "load", absent, raising=False)
    result = call("check", META_24, "--second-opinion")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "boltview: error: --second-opinion: there is no library: build it with …\n"
    )


def test_the_page_table_agrees_with_what_another_program_read() -> None:
    """`shapes/*.json` hold what a program over bbolt's own library said."""
    for source in sorted(SHAPES.glob("*.db")):
        said = json.loads(source.with_suffix(".json").read_text())
        found = json.loads(call("pages", source, "--json").out)
        assert found["page_size"] == said["page_size"]
        assert found["free_pages"] == len(said["free"])
        pages = [
            {"id": page["id"], "type": "free"}
            if page["type"] == "free"
            else {key: page[key] for key in ("id", "type", "count", "overflow")}
            for page in found["pages"]
        ]
        assert pages == said["pages"], source.name


def test_pages_line_by_line() -> None:
    lines = call("pages", META_24, "--jsonl").out.splitlines()
    assert json.loads(lines[-1]) == {
        "id": 158, "type": "leaf", "count": 1, "overflow": 0, "owner": "",
    }  # fmt: skip
    table = call("pages", META_24).out.splitlines()
    assert table[0].split() == ["ID", "TYPE", "ITEMS", "OVRFLW", "OWNER"]
    assert table[7].split() == ["6", "leaf", "9", "v1/default/containers/native-1"]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("158", ["state in use", "owner bucket (root)", "0 v1 bucket, root page"]),
        ("0", ["type meta", "txid 498", "freelist not kept"]),
        ("150", ["state free"]),
        ("6", ["owner bucket v1/default/containers/native-1"]),
    ],
)
def test_a_page_in_full(page: str, words: list[str]) -> None:
    result = call("page", META_24, page, "--owner")
    text = [" ".join(line.split()) for line in result.out.splitlines()]
    assert (result.code, result.err) == (0, "")
    for wanted in words:
        assert any(line.startswith(wanted) for line in text), (wanted, text)


def test_an_overflow_page_belongs_to_its_head() -> None:
    (page,) = json.loads(call("page", SHAPES / "overflow.db", "5", "--owner", "--json").out)
    assert page["state"] == "overflow of page 4"
    assert page["owner"] == "big"


def test_the_freelist_page_lists_its_ids() -> None:
    (page,) = json.loads(call("page", SHAPES / "freelist-array.db", "6", "--json").out)
    assert page["type"] == "freelist"
    assert page["free"] == list(range(8, 21))


def test_the_owner_of_a_zeroed_page_is_known(damaged: Callable[[str], Path]) -> None:
    result = call("page", damaged("zeroed leaf"), "3", "--owner")
    assert result.code == 4
    assert "bucket kept" in result.out


@pytest.mark.parametrize(
    ("arguments", "code"), [(["9999"], 1), ([], 2), (["x"], 2), (["-1"], 2), (["5", "٣"], 2)]
)
def test_pages_that_cannot_be(arguments: list[str], code: int) -> None:
    result = call("page", META_24, *arguments)
    assert result.code == code
    assert result.err.startswith("boltview: error: ")


def test_stats_add_what_bbolt_lacks() -> None:
    use = json.loads(call("stats", META_24, "--json", "--depth", "2").out)
    # 159 pages: two metas, six free ones, and the rest in the tree; no freelist page.
    assert (use["high_water"], use["free_pages"], use["tree_pages"]) == (159, 6, 151)
    assert use["size"] == META_24.stat().st_size
    root, v1, *namespaces = use["buckets"]
    assert [bucket["path"] for bucket in (root, v1)] == ["", "v1"]
    assert len(namespaces) == 5
    assert v1["pages"] == sum(bucket["pages"] for bucket in namespaces) + 1
    assert v1["unused"] == v1["pages"] * 4096 - v1["leaf_used"] - v1["branch_used"]


def test_stats_without_a_readable_freelist_say_so(damaged: Callable[[str], Path]) -> None:
    path = damaged("freelist zeroed")
    assert json.loads(call("stats", path, "--json").out)["free_pages"] is None
    assert "not known" in call("stats", path).out
