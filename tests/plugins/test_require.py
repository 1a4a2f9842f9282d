"""A missing tool skips; a missing tool that the run demands fails."""

import pytest

from tests.plugins.require import Require

NOWHERE = "boltview-no-such-tool"


def test_a_tool_on_path_is_returned(require: Require) -> None:
    assert require("sh").endswith("/sh")


@pytest.mark.parametrize("demanded", ["", "strace,tmux", NOWHERE + "-either"])
def test_an_absent_tool_skips(
    require: Require, monkeypatch: pytest.MonkeyPatch, demanded: str
) -> None:
    monkeypatch.setenv("BOLTVIEW_REQUIRE", demanded)
    with pytest.raises(pytest.skip.Exception, match="not on PATH"):
        require(NOWHERE)


@pytest.mark.parametrize("demanded", ["all", NOWHERE, f"strace, {NOWHERE}"])
def test_an_absent_tool_fails_where_it_is_demanded(
    require: Require, monkeypatch: pytest.MonkeyPatch, demanded: str
) -> None:
    monkeypatch.setenv("BOLTVIEW_REQUIRE", demanded)
    with pytest.raises(pytest.fail.Exception, match="demands it"):
        require(NOWHERE)
