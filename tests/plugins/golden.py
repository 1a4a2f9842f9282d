"""Golden files: `golden("name.txt")(text)` compares text with `tests/golden/name.txt` exactly.

`pytest --update-golden` writes the files instead. Such a run proves nothing, so it always ends as
failed and lists what it wrote, and where CI is set it does not start.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[str], Callable[[str], None]]

_WRITTEN = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/golden from what the tests produce; the run ends as failed",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_WRITTEN] = []
    if config.getoption("update_golden") and os.environ.get("CI"):
        msg = "--update-golden: golden files are never rewritten in CI"
        raise pytest.UsageError(msg)


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Golden:
    """Return a function from a file name to the comparison with that file."""
    folder = pytestconfig.rootpath / "tests" / "golden"
    update = pytestconfig.getoption("update_golden")

    def named(name: str) -> Callable[[str], None]:
        path = folder / name

        def rewrite(text: str) -> None:
            assert str(pytestconfig.rootpath) not in text, "names this checkout: no other has it"
            if not path.exists() or _read(path) != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="")
                pytestconfig.stash[_WRITTEN].append(name)

        def compare(text: str) -> None:
            assert path.exists(), f"tests/golden/{name} is missing; `make golden` writes it"
            assert text == _read(path), f"differs from tests/golden/{name}"

        return rewrite if update else compare

    return named


def _read(path: Path) -> str:
    # Not read_text, which would turn \r\n into \n and hide the difference.
    return path.read_bytes().decode("utf-8")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("update_golden"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.getoption("update_golden"):
        written = config.stash[_WRITTEN]
        terminalreporter.section("golden files", red=True)
        terminalreporter.line(
            f"{len(written)} rewritten; the run counts as failed: read the diff, then test"
        )
        for name in written:
            terminalreporter.line(f"  tests/golden/{name}")
