"""Every form of a timeline, read back by those who are meant to read it."""

import csv
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from boltview.forensics.timeline.event import Event, FileFacts
from boltview.report.timeline import FORMATS, fits_body_file
from boltview.report.units import Clock, utc

NOW = 1_795_500_000_000_000_000
CLOCK = Clock(NOW, utc)
YEAR_1 = -62_135_596_800_000_000_000
AT = 1_795_457_596_161_521_468
"""2026-11-23T18:13:16.161521468Z"""


def event(at: int = AT, what: str = "created", key: str = "web-1", **more: Any) -> Event:  # noqa: ANN401
    place = (b"v1", b"default", b"containers", key.encode(errors="surrogateescape"))
    found = Event(
        at, what, "container", ("default", key), "default", "/n/meta.db", place, ("createdat",)
    )
    return found._replace(**more)


HOSTILE = ["a|b", "100%41", "%7C", "=cmd()", "a,b", 'q"q', "new\nline", "\x1b[31m", "\u202e",
           "bad\udcff", "+1", "a%|%b", "<b>", "-x"]  # fmt: skip
EVENTS = [
    *[event(key=key) for key in HOSTILE],
    event(what="", field=("labels", "a.b/c")),
    event(AT + 1, state="carved", note="from page 7"),
    event(
        AT, "accessed", kind="file", names=("/var/x|y",), namespace="", place=(), field=(),
        facts=FileFacts(12, "-rw-r--r--", 1000, 100, 4096),
    ),
]  # fmt: skip
ODD = [
    event(YEAR_1),
    event(YEAR_1 - 1),
    event(-1),
    event(0),
    event(315_532_800_000_000_000),
    event(NOW + 10**15, "updated"),
    event(NOW + 10**15, "expires"),
    event(10**30),
]
DOUBTS = [
    "not set", "impossible", "implausibly early", "beginning of 1970", "implausibly early",
    "in the future", "", "impossible",
]  # fmt: skip


def lines(form: str, events: list[Event]) -> list[str]:
    return list(FORMATS[form](events, CLOCK))


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_a_terminal_could_act_on_leaves(form: str) -> None:
    printed = lines(form, EVENTS + ODD)
    assert all(line.isprintable() for line in printed)
    headings = {"table": 1, "csv": 1}.get(form, 0)
    left_out = 5 if form == "bodyfile" else 0
    assert len(printed) == len(EVENTS + ODD) + headings - left_out


def test_the_table_has_all_nanoseconds_and_the_zone_asked_for() -> None:
    (_, line) = lines("table", [event()])
    assert line == "2026-11-23T18:13:16.161521468Z  created        container/default/web-1"
    there = Clock(NOW, lambda _unix: 19_800)
    (_, line) = FORMATS["table"]([event(AT + 1, state="carved", note="page 7")], there)
    assert line == (
        "2026-11-23T23:43:16.161521469+05:30  created        container/default/web-1"
        "  [carved]  (page 7)"
    )


def test_csv_is_read_by_others_and_no_cell_is_a_formula() -> None:
    rows = list(csv.DictReader(StringIO("\r\n".join(lines("csv", EVENTS)))))
    assert len(rows) == len(EVENTS)
    assert all(
        not cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values()
    )
    assert rows[0]["time"] == "2026-11-23T18:13:16.161521468Z"
    assert rows[0]["object"] == "container/default/a|b"
    assert rows[4]["object"] == "container/default/a,b"
    assert rows[9]["object"] == "container/default/bad\\xff"
    assert rows[14]["event"] == 'labels."a.b/c"'
    assert (rows[15]["state"], rows[15]["note"]) == ("carved", "from page 7")


def test_json_lines_hold_what_there_is() -> None:
    found = [json.loads(line) for line in lines("jsonl", EVENTS)]
    assert found[0] == {
        "time": "2026-11-23T18:13:16.161521468Z",
        "event": "created",
        "type": "container",
        "namespace": "default",
        "key": "a|b",
        "object": "container/default/a|b",
        "state": "live",
        "source": "/n/meta.db",
        "path": "v1/default/containers/a|b",
        "field": "createdat",
    }
    assert found[6]["key"] == "new\nline"
    assert found[-1]["inode"] == 12
    assert found[-1]["mode"] == "-rw-r--r--"


@pytest.mark.parametrize("form", ["jsonl", "timesketch"])
def test_doubtful_times_are_marked(form: str) -> None:
    found = [json.loads(line) for line in lines(form, ODD)]
    assert [one.get("doubt", "") for one in found] == DOUBTS
    assert found[0]["time"] == "0001-01-01T00:00:00Z"
    # 400 Gregorian years have 12,622,780,800 seconds.
    assert found[-1]["time"].startswith(f"{1970 + 10**21 * 400 // 12_622_780_800}-")
    for line, doubt in zip(lines("table", ODD)[1:], DOUBTS, strict=True):
        assert (f"({doubt})" in line) == bool(doubt)


def test_timesketch_has_its_three_fields_and_whole_microseconds() -> None:
    for line, one in zip(lines("timesketch", EVENTS + ODD), EVENTS + ODD, strict=True):
        found = json.loads(line)
        assert found["message"]
        assert found["timestamp_desc"]
        moment = datetime.fromisoformat(found["datetime"])
        assert moment.tzinfo == UTC
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        assert found["timestamp"] == (moment - epoch) // (moment.resolution)
        if 0 <= one.at < 9 * 10**18:
            assert found["timestamp"] == one.at // 1000
        else:
            # What pandas cannot hold stands at a moment that it can, and says so.
            assert found["timestamp"] == 0
            assert "(" in found["timestamp_desc"]
    first = json.loads(lines("timesketch", [event()])[0])
    assert first["message"] == "container/default/web-1 created"
    assert first["datetime"] == "2026-11-23T18:13:16.161521+00:00"
    assert first["time"] == "2026-11-23T18:13:16.161521468Z"


def test_a_body_file_has_eleven_fields() -> None:
    for line in lines("bodyfile", EVENTS):
        fields = line.split("|")
        assert len(fields) == 11
        assert fields[0] == "0"
        assert [float(field) for field in fields[7:]].count(0) == 3
    created, file = lines("bodyfile", [EVENTS[0], EVENTS[-1]])
    assert created == ("0|container/default/a%7Cb (created)|0|0|0|0|0|0|0|0|1795457596.161521468")
    assert file == "0|/var/x%7Cy|12|r/rrw-r--r--|1000|100|4096|1795457596.161521468|0|0|0"
    assert [fits_body_file(one) for one in ODD] == [
        False, False, False, False, True, True, True, False,
    ]  # fmt: skip


def test_mactime_reads_a_body_file(require: Callable[[str], str], tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_text("\n".join(lines("bodyfile", EVENTS)) + "\n", encoding="utf-8")
    done = subprocess.run(
        [require("mactime"), "-b", str(path), "-d", "-y", "-z", "UTC", "2026-01-01"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = list(csv.DictReader(StringIO(done.stdout)))
    assert {row["Date"] for row in found} == {"2026-11-23T18:13:16Z"}
    names = {row["File Name"]: row for row in found}
    assert names["/var/x|y"]["Type"] == ".a.."
    assert names["/var/x|y"]["Size"] == "4096"
    assert names["container/default/a|b (created)"]["Type"] == "...b"
    for key in ("100%41", "%7C", "a%|%b", "=cmd()", "a,b", "new\\nline", "\\x1b[31m"):
        assert f"container/default/{key} (created)" in names
    assert "container/default/web-1 (created, carved)" in names
