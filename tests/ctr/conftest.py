"""Go's own packages as the judge: a small program built once a run, asked line by line."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.require import Require


class Go:
    """The running program of fixtures/make/goformat."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, op: str, **fields: object) -> object:
        """Return the answer to one request."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"op": op, **fields}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="session")
def go(require: Require, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Go]:
    """Go's packages, and containerd's."""
    program = tmp_path_factory.mktemp("goformat") / "goformat"
    subprocess.run(
        [require("go"), "build", "-o", str(program), "."],
        cwd=root / "fixtures/make/goformat",
        check=True,
    )
    with subprocess.Popen(
        [str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield Go(process)
        assert process.stdin
        process.stdin.close()
