"""Every command about references, on a database whose every name is made to harm a terminal."""

import re
from pathlib import Path

import pytest

from tests.bolt.build import Image
from tests.cli.runner import call
from tests.containerd.scenes import Scene

GC = "containerd.io/gc."
BAD = "\x1b[2J\x1b]0;title\x07\u202e\u2066\n\r\t%s <b>&#27;[x] =1+1"
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
OBJECTS = {
    "content": BAD,
    "image": BAD,
    "snapshot": f"o{BAD}/{BAD}",
    "lease": BAD,
    "container": BAD,
    "sandbox": BAD,
    "ingest": BAD,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A meta.db of two namespaces in which everything refers to everything."""
    place = f"o{BAD}/{BAD}"
    scene = Scene()
    scene.blob(BAD, {f"{GC}ref.content.{BAD}": BAD, f"{GC}cond.snapshot.o/{BAD}": f"{BAD}|{BAD}"})
    scene.image(BAD, BAD, {f"{GC}expire": BAD}).blob(f"loose{BAD}")
    scene.snapshot(place, BAD, {f"{GC}bref.image/{BAD}": BAD}).snapshot(f"p{BAD}/{BAD}")
    scene.container(BAD, place, {f"{GC}ref.image.{BAD}": BAD})
    scene.sandbox(BAD, {f"{GC}ref.content": BAD}).ingest(BAD, None, BAD)
    scene.lease(BAD, [f"content/{BAD}", f"image/{BAD}", f"ingest/{BAD}"], {f"{GC}expire": BAD})
    top = scene.tree[b"v1"]
    assert isinstance(top, dict)
    top[f"n{BAD}".encode()] = top[b"n"]
    image = Image()
    path = tmp_path_factory.mktemp("hostile") / "meta.db"
    path.write_bytes(image.finish(image.nested(scene.tree)))
    return path


def check(*arguments: str | Path) -> None:
    result = call(*arguments)
    assert not HARMFUL.search(result.out + result.err)
    assert result.code in {0, 1, 2}, result.err


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    "command", [["gc"], ["fsck", "--notes"], ["usage"]], ids=lambda one: one[0]
)
def test_of_a_whole_database(database: Path, command: list[str], form: list[str]) -> None:
    check(command[0], database, *command[1:], *form)


@pytest.mark.parametrize("namespace", [f"n{BAD}", "none"], ids=["hostile", "none"])
@pytest.mark.parametrize("kind", OBJECTS)
def test_of_an_object(database: Path, kind: str, namespace: str) -> None:
    name = f"{kind}/{namespace}/{OBJECTS[kind]}"
    check("gc", database, "--after", name)
    check("owner", database, name)
    for form in ([], ["--json"]):
        check("why", database, name, *form)
        check("refs", database, name, *form)
    for picture in ("--dot", "--mermaid"):
        check("refs", database, name, picture)


@pytest.mark.parametrize("text", [BAD, f"none/{BAD}", f"v1/n/images/{BAD}", ""])
def test_of_what_is_none(database: Path, text: str) -> None:
    for command in ("why", "refs", "owner"):
        check(command, database, text)
