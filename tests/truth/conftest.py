"""Each test runs for both nodes: what is decoded, and what the node's own ctr printed."""

from pathlib import Path

import pytest

from tests.truth.ctr_output import NODES, Output
from tests.truth.decoded import Node, read_node


@pytest.fixture(scope="session", params=NODES)
def name(request: pytest.FixtureRequest) -> str:
    """The node's folder in fixtures."""
    param = request.param
    assert isinstance(param, str)
    return param


@pytest.fixture(scope="session")
def node(name: str, fixtures: Path) -> Node:
    return read_node(fixtures / name)


@pytest.fixture(scope="session")
def ctr(name: str, fixtures: Path) -> Output:
    return Output(fixtures / name / "ctr")
