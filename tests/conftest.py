"""What every test may ask for: outside tools, golden files, fixtures, property search.

Hypothesis picks the profile `ci` by itself where CI is set; a longer search is
`pytest --hypothesis-profile=thorough`.
"""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.plugins.require",  # before those that import it
    "tests.plugins.figures",
    "tests.plugins.golden",
    "tests.plugins.real_bbolt",
    "tests.plugins.workers",
    "tests.containerd.collector",
]

ROOT = Path(__file__).resolve().parent.parent

# No deadline: the time one example takes says more about the machine than about the code.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=5000)


# A shell starts what it puts in the background with Ctrl-C ignored; every program that a test then
# starts and interrupts would inherit that, and never end.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of real databases, and of what the real tools said about them."""
    return ROOT / "fixtures"
