"""Progress is one line on stderr, drawn only where it is wanted, and wiped at the end."""

import pytest

from boltview.cli import progress
from tests.cli.runner import META_24, call

WIPED = "\r\x1b[K"


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_FIRST_AFTER", 0.0)
    monkeypatch.setattr(progress, "_EVERY", 0.0)


@pytest.mark.usefixtures("_at_once")
def test_progress_is_drawn_and_wiped() -> None:
    result = call("info", META_24, "--live", "--progress", "--quiet")
    assert result.code == 0
    assert "\rcopying 100 %" in result.err
    assert result.err.endswith(WIPED)
    assert "\n" not in result.err
    assert "copying" not in result.out


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("options", [[], ["--no-progress"], ["--quiet"]])
def test_without_a_terminal_it_is_drawn_only_when_asked_for(options: list[str]) -> None:
    assert "copying" not in call("info", META_24, "--live", *options).err


def test_what_is_done_at_once_draws_nothing() -> None:
    assert call("info", META_24, "--live", "--progress", "--quiet").err == ""
