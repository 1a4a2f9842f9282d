"""Every key and every value of every real database is known and decodes: the share is 100 %."""

import re
import sys
from pathlib import Path

import pytest

from boltview.bolt.bucket import Bucket, Pair
from boltview.schema.reading import Reading
from boltview.schema.values import AnyValue, Named
from tests.truth.decoded import entries, open_reading

# The schemas by the words of fixtures/README.md, which were found with the real tools.
KINDS = {
    "containerd metadata": "containerd.metadata",
    "containerd snapshotter": "containerd.snapshotter",
    "containerd mount manager": "containerd.mounts",
    "BuildKit cache": "buildkit.cache",
    "Docker libnetwork": "docker.network",
    "Docker volumes": "docker.volumes",
}
EMPTY_AND_UNKNOWN = {"buildkit/metadata_v2.db", "buildkit/snapshots.db"}
"""Databases without any bucket, whose path tells nothing either."""


# Values that containerd writes with every object of a kind: times, and what schemas call always.
VALUES = {"images": 5, "blobs": 3, "containers": 8, "snapshots": 3, "leases": 1, "ingests": 1}


def described(fixtures: Path) -> dict[str, str]:
    """Return what the table of fixtures/README.md says of each database."""
    text = (fixtures / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `((?:containerd-|gc-pairs/)[^`]+\.db)` \| (.+) \|$", text, re.MULTILINE)
    return dict(rows)


def faults(reading: Reading) -> tuple[int, int, list[str]]:
    """Return how many keys and values there are, and what is wrong with some."""
    keys = values = 0
    found = []
    for holder, entry in entries(reading.root):
        keys += 1
        place = f"{holder.path} {entry.key!r}"
        if reading.field(holder, entry) is None:
            found.append(f"{place}: unknown")
        if isinstance(reading.key(holder, entry), bytes):
            found.append(f"{place}: the key does not decode")
        if isinstance(entry, Bucket):
            continue
        values += 1
        value = reading.value(holder, entry)
        if value.error:
            found.append(f"{place}: {value.error}")
        if isinstance(value.data, Named) and not value.data.name:
            found.append(f"{place}: {value.data.number} has no name")
        if isinstance(value.data, AnyValue) and (
            value.data.note or value.data.encoding not in {"json", "protobuf"}
        ):
            found.append(f"{place}: {value.data.type_url} as {value.data.encoding}")
    return keys, values, found


def test_every_database_is_recognised_as_what_it_is(fixtures: Path) -> None:
    words = described(fixtures)
    assert set(words) == {
        path.relative_to(fixtures).as_posix()
        for path in fixtures.rglob("*.db")
        if path.parent.name != "shapes"
    }
    found: dict[str, str | None] = {}
    expected: dict[str, str | None] = {}
    for name, told in words.items():
        schema = open_reading(fixtures / name).schema
        found[name] = schema.id if schema else None
        is_unknown = any(name.endswith(end) for end in EMPTY_AND_UNKNOWN)
        kinds = [KINDS[start] for start in KINDS if told.startswith(start)]
        expected[name] = None if is_unknown else kinds[0]
    assert found == expected
    assert len(found) == 19


def test_everything_decodes(fixtures: Path) -> None:
    total_keys = total_values = 0
    wrong: list[str] = []
    at_least = 0
    for name, told in described(fixtures).items():
        counted = re.findall(rf"(\d+) ({'|'.join(VALUES)})\b", told)
        at_least += sum(int(number) * VALUES[kind] for number, kind in counted)
        keys, values, found = faults(open_reading(fixtures / name))
        total_keys += keys
        total_values += values
        wrong += [f"{name}: {fault}" for fault in found]
    sys.stdout.write(
        f"{total_keys} keys, of them {total_values} with values; {len(wrong)} not decoded: "
        f"{100 * (1 - len(wrong) / total_keys):.2f} %\n"
    )
    assert wrong == []
    assert total_values > at_least > 2000


@pytest.mark.parametrize("spoiled", ["createdat", "spec", "size", "name"])
def test_what_does_not_decode_is_counted(
    fixtures: Path, spoiled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = open_reading(
        fixtures / "containerd-2.4/root/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
    )
    value = vars(Pair)["value"].fget
    monkeypatch.setattr(
        Pair,
        "value",
        property(lambda pair: b"\xff" if pair.key == spoiled.encode() else value(pair)),
    )
    assert len(faults(reading)[2]) >= 9
