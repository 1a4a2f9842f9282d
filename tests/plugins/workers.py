"""What may run side by side: the tests of one file together, a containerd never beside another.

`make test` spreads the files over as many processes as there are cores (`pytest-xdist`).
"""

import pytest

from fixtures.make.node import Node

_FIRST = ("differential", "live", "fuzz", "forensics")
"""Folders of the tests that take longest: begun first, so that no process waits for them."""


@pytest.hookimpl(tryfirst=True)  # pytest-xdist looks for the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test into a group, and the long ones in front."""
    for item in items:
        module = item.getparent(pytest.Module)
        # The state of its containers lies in one place of the machine, whatever its own folders.
        is_alone = module is not None and vars(module.obj).get(Node.__name__) is Node
        group = "containerd" if is_alone else item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.path.parent.name not in _FIRST)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to run tests that would be spread one by one: some look at what those before did."""
    is_spread = session.config.getoption("loadgroup", default=False)
    if is_spread and not all("@" in item.nodeid for item in session.items):
        raise pytest.UsageError("this pytest-xdist does not see the groups that tests are in")
