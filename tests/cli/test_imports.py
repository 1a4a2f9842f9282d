"""A command loads what it uses and no more: printing a string costs no protobuf and no browser."""

import subprocess
import sys

import pytest

from tests.cli.runner import META_24, ROOT, environment

PROGRAM = """
import sys
from boltview.cli.main import main
code = main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""
NEVER = {
    "asyncio",
    "concurrent.futures",
    "dataclasses",
    "importlib.metadata",
    "importlib.resources",
    "inspect",
    "logging",
    "pathlib",
    "rich",
    "subprocess",
    "tempfile",
    "textual",
    "unittest",
    "urllib.parse",
}
COPYING = {"boltview.bolt.snapshot", "hashlib", "threading", "ssl"}
PROTOBUF = {"google.protobuf", "boltview.schema.any"}
JSON = {"json", "boltview.report.jsontext"}
CARVING = {"boltview.forensics.carve"}
WEB = "v1/default/containers/web-1"


def loaded(*arguments: str) -> set[str]:
    """Run a command and return the modules it has loaded in the end."""
    done = subprocess.run(
        # Without `site`, so that nothing installed loads itself; its packages can be found still.
        [sys.executable, "-S", "-c", PROGRAM, arguments[0], str(META_24), *arguments[1:]],
        capture_output=True,
        text=True,
        env=environment({"PYTHONPATH": ":".join([str(ROOT), *filter(None, sys.path)])}),
        check=False,
    )
    assert done.returncode == 0
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["get", "v1/version"], NEVER | COPYING | PROTOBUF | JSON | {"shutil"}),
        (["get", f"{WEB}/createdat"], NEVER | COPYING | PROTOBUF | JSON | {"shutil"}),
        (["ls", WEB.rpartition("/")[0]], NEVER | COPYING | PROTOBUF | JSON | {"shutil"}),
        (["info"], NEVER | COPYING | PROTOBUF | JSON | {"shutil"}),
        (["info", "--json"], NEVER | COPYING | PROTOBUF | {"shutil"}),
        (["tree", f"{WEB}/labels"], NEVER | COPYING | PROTOBUF | JSON | {"shutil"}),
        (["search", "web-1", "--in", "keys"], NEVER | COPYING | PROTOBUF | CARVING),
        (["leases"], NEVER | COPYING | PROTOBUF | CARVING),
        (["timeline", "--no-deleted", "--no-files"], NEVER | COPYING | PROTOBUF | CARVING),
        (["get", f"{WEB}/labels", "--json"], NEVER | COPYING | PROTOBUF | {"shutil"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_a_command_does_not_load(arguments: list[str], absent: set[str]) -> None:
    assert loaded(*arguments) & absent == set()


def test_protobuf_is_loaded_for_an_any_and_a_copy_for_a_live_file() -> None:
    assert loaded("get", f"{WEB}/spec") >= PROTOBUF
    assert loaded("info", "--live") >= {"boltview.bolt.snapshot"}
