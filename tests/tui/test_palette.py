"""The palette on the screen: what is listed, what Tab and Enter make of it, and what is said."""

import pytest

from tests.plugins.golden import Golden
from tests.report.open import META_24, ROOT, SHAPES
from tests.tui.stage import after, from_file, from_node, stations

SIZES = [(80, 24), (160, 45)]


def position(text: str) -> str:
    """Return the path above the hints."""
    return text.splitlines()[-2].strip().split(" ")[0]


def said(text: str) -> str:
    """Return the last line: the line that is typed, or what is said."""
    return text.splitlines()[-1].strip()


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x45"])
def test_what_is_listed(
    size: tuple[int, int], golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    ways = [":", "s n a down", "ctrl+u paste:v1/k8s.io/images/ tab"]
    _, texts = stations(from_node(), ways, size)
    for name, text in zip(("all", "fuzzy", "path"), texts, strict=True):
        golden(f"tui/palette-{name}-{size[0]}x{size[1]}.txt")(text)


GOTO = ": paste:goto space"


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (": 4 enter", "v1/empty-ns"),
        (": paste:v1/moby enter", "v1/moby"),
        (f"{GOTO} paste:v1/moby enter", "v1/moby"),
        (f"{GOTO} paste:v1/mo tab enter", "v1/moby"),
        (f"{GOTO} paste:v1/mo tab down down enter", "v1/moby/content"),
        (f"{GOTO} paste:v1/moby/images/docker.io/library/bu tab enter",
         "v1/moby/images/docker.io%2Flibrary%2Fbusybox:1.35"),
        ("j l j : g o t o tab tab enter", "v1/build-farm/content"),
        (": paste:v1/nam escape", "v1"),
        (": enter", "v1"),
        (": paste:ns space m enter enter", "v1/moby"),
        (f"3 {GOTO} paste:v1/default enter", "v1/default"),
        (f"j 3 {GOTO} paste:v1/default enter [ 1", "v1/build-farm"),
        (": paste:open-all enter G", "v1/version"),
        (": click:choices,5,3 : paste:open-all enter G", "v1/version"),
    ],
)  # fmt: skip
def test_where_commands_lead(keys: str, shown: str) -> None:
    _, text = after(from_file(META_24), keys)
    assert position(text) == shown


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("xyzzy enter", "no command is called xyzzy, and no key xyzzy in the root bucket"),
        ("v1/nowhere enter", "no key nowhere in v1"),
        ("page space 159 enter", "no page 159: pages are numbered from 0 to 158"),
        ("page space x enter", "no page x: pages are numbered from 0 to 158"),
        ("page enter", ":page"),
        ("ns space nobody enter", "no namespace nobody"),
        ("view space xyzzy enter", "no view is called xyzzy"),
        ("theme space xyzzy enter", "no theme is called xyzzy; : theme and Tab list them"),
        ("theme space gruv enter", "theme gruvbox"),
        ("theme space gruvbox enter", "theme gruvbox"),
    ],
)
def test_what_is_said(keys: str, words: str) -> None:
    typed = " ".join(
        word if word in {"enter", "space"} else f"paste:{word}" for word in keys.split()
    )
    _, text = after(from_file(META_24), f": {typed}", (120, 24))
    assert said(text) == words


@pytest.mark.parametrize(
    ("keys", "title"),
    [("pods", "[2 Pods]"), ("view space images", "[3 Images]"), ("gc", "[9 GC]"),
     ("page space 12", "[7 Pages]")],
)  # fmt: skip
def test_views_and_pages(keys: str, title: str) -> None:
    typed = " ".join(word if word == "space" else f"paste:{word}" for word in keys.split())
    _, text = after(from_file(META_24), f": {typed} enter", (120, 24))
    assert title in text.splitlines()[2]
    if "12" in keys:
        assert any(line.startswith("▎ 12 ") for line in text.splitlines())


def test_help_and_quitting_by_name() -> None:
    _, text = after(from_file(META_24), ": h e l p enter")
    assert "boltview reads and never writes" in text
    app, _ = after(from_file(META_24), ": q enter")
    assert app.return_value == 0


def test_keys_of_a_hostile_file_are_listed_escaped() -> None:
    ways = [f"{GOTO}", "b u c tab", "tab", "ctrl+w pageup down down", "enter"]
    _, texts = stations(from_file(SHAPES / "hostile.db"), ways, (100, 30))
    for text in texts:
        assert text.replace("\n", "").isprintable()
    assert "\\x1b" in texts[1]


def test_a_line_of_a_hundred_thousand_characters() -> None:
    _, text = after(from_file(META_24), f": paste:{'x' * 200_000} left left")
    assert said(text) == f":{'x' * 77}…"
