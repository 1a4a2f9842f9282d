"""What each command prints, compared word for word; read a changed golden file before taking it."""

import pytest

from boltview.cli.main import COMMANDS
from tests.cli.runner import AT, ROOT, call
from tests.plugins.golden import Golden

NODE_24 = "fixtures/containerd-2.4/root"
NODE_16 = "fixtures/containerd-1.6/root"
SNAPSHOTTER = f"{NODE_24}/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/metadata.db"
VOLUMES = f"{NODE_16}/var/lib/docker/volumes/metadata.db"
NETWORK = f"{NODE_16}/var/lib/docker/network/files/local-kv.db"
HOSTILE = "fixtures/shapes/hostile.db"

PRINTED = {
    "info-2.4": ["info", NODE_24],
    "info-1.6": ["info", NODE_16],
    "info-json-2.4": ["info", NODE_24, "--json"],
    "info-previous": ["info", "fixtures/shapes/previous-differs.db", "--revision", "previous"],
    "ls-root": ["ls", NODE_24],
    "ls-images": ["ls", NODE_16, "v1/k8s.io/images"],
    "ls-lease": ["ls", NODE_24, "v1/default/leases/lease-a"],
    "ls-hostile": ["ls", HOSTILE, "pairs"],
    "ls-hostile-json": ["ls", HOSTILE, "pairs", "--json"],
    "ls-jsonl": ["ls", NODE_24, "v1/default/containers/web-1", "--jsonl"],
    "tree-containers": ["tree", NODE_24, "v1/default/containers"],
    "tree-depth": ["tree", NODE_24, "--depth", "3"],
    "tree-snapshotter": ["tree", SNAPSHOTTER],
    "tree-volumes": ["tree", VOLUMES],
    "tree-network": ["tree", NETWORK],
    "get-spec": ["get", NODE_24, "v1/default/containers/web-1/spec"],
    "get-spec-hex": ["get", NODE_24, "v1/default/containers/web-1/spec", "--hex"],
    "get-image": ["get", NODE_24, "v1/default/images/docker.io/library/busybox:1.35"],
    "search": ["search", NODE_24, "moby", "--in", "keys,decoded"],
    "search-hostile": ["search", HOSTILE, "-e", "[\\x00-\\x1f\\x80-\\xff]"],
    "search-hostile-json": ["search", HOSTILE, "-e", "[\\x00-\\x1f\\x80-\\xff]", "--jsonl"],
    "schemas": ["schema"],
    "schemas-json": ["schema", "--json"],
    "schema-mounts": ["schema", "containerd.mounts"],
    "schema-for-volumes": ["schema", "--for", VOLUMES],
    "schema-for-volumes-json": ["schema", "--for", VOLUMES, "--json"],
}


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    # So that printed paths are the same on every machine; and no schema of the user's own.
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed(name: str, golden: Golden) -> None:
    result = call(*PRINTED[name], "--at", AT)
    assert result.err == ""
    assert result.code == 0
    golden(f"cli/{name}.txt")(result.out)


@pytest.mark.parametrize(
    "name", ["browse", "info", "ls", "tree", "get", "search", "schema", "diff", "timeline"]
)
def test_help(name: str, golden: Golden) -> None:
    result = call(name, "--help")
    assert (result.code, result.err) == (0, "")
    golden(f"cli/help-{name}.txt")(result.out)


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_the_help_of_the_program_lists_every_command(word: str) -> None:
    result = call(word)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    for name, about in COMMANDS.items():
        assert any(line.split() == [name, *about.summary.split()] for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_that_fits_a_terminal(name: str) -> None:
    result = call(name, "--help")
    assert (result.code, result.err) == (0, "")
    assert call(name, "-h") == result
    about, examples = result.out.split("examples:\n")
    assert max(map(len, about.splitlines())) <= 80
    assert f"boltview {name} " in examples


def test_every_run_prints_the_same() -> None:
    for name in ("tree-containers", "schema-for-volumes"):
        assert call(*PRINTED[name], "--at", AT) == call(*PRINTED[name], "--at", AT)
