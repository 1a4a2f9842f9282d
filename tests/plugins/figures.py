"""`figure("…")`: what a test measured; all figures stand together at the end of a run."""

from collections.abc import Callable

import pytest

Figure = Callable[[str], None]

_NAME = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Return the function that notes a figure, a line of text."""
    return lambda text: record_property(_NAME, text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the figures of the tests that passed; of others nothing is proven."""
    figures = [
        str(value)
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == _NAME
    ]
    if figures:
        terminalreporter.section("figures")
        for text in figures:
            terminalreporter.line(text)
