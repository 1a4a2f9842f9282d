"""The commands of the palette: everything that has a key, and what needs a word besides."""

from collections.abc import Iterable, Iterator

from boltview.browse.keys import BINDINGS, MOVE, Binding, key_text
from boltview.browse.palette import PATH, Command

PAGE, NAMESPACE, VIEW, THEME = "to-page", "to-namespace", "to-view", "to-theme"
FIND = "find-text"
"""Actions of commands that take an argument."""

_VIEW = "view-"
_NOT_LISTED = frozenset({"palette", "find", "cancel", "switch-pane", "detail-down", "detail-up",
                         "next-tab", "previous-tab"})  # fmt: skip
"""What is there to be done with a key, and not by its name."""
_ALIASES = {
    "quit": ("q", "exit"),
    "help": ("h",),
    "page-out": ("pager", "less"),
    "reload": ("e!", "r"),
}


def commands(start: str = "", titles: Iterable[tuple[str, str]] = ()) -> list[Command]:
    """Return all commands in the order of the list.

    Args:
        start: what the argument of `goto` begins with.
        titles: actions that show a view, and other names of it.
    """
    others: dict[str, tuple[str, ...]] = {}
    for action, title in titles:
        others[action] = (*others.get(action, ()), title.lower())
    return [
        Command("goto", "go to a path", PATH, ":", "PATH", ("cd",), start),
        Command("ns", "go to a namespace", NAMESPACE, "", "NAME", ("namespace",)),
        Command("view", "show a view", VIEW, "", "NAME"),
        *(command for command in _of_keys(others) if command.action.startswith(_VIEW)),
        Command("page", "a page of the file, by its number", PAGE, "", "NUMBER", ("p",)),
        Command(
            "find",
            "search keys, values and what they decode to",
            FIND,
            "s",
            "TEXT",
            ("search-all",),
        ),
        Command("theme", "wear a theme", THEME, "", "NAME", ("colorscheme",)),
        *(command for command in _of_keys(others) if not command.action.startswith(_VIEW)),
    ]


def views(found: Iterable[Command]) -> Iterator[Command]:
    """Yield those of some commands that show a view."""
    return (command for command in found if command.action.startswith(_VIEW))


def _of_keys(others: dict[str, tuple[str, ...]]) -> Iterator[Command]:
    for binding in BINDINGS:
        if binding.group != MOVE and binding.action not in _NOT_LISTED:
            yield _of_key(binding, others.get(binding.action, ()))


def _of_key(binding: Binding, others: tuple[str, ...]) -> Command:
    name = binding.action.removeprefix(_VIEW)
    aliases = (*_ALIASES.get(name, ()), *(other for other in others if other != name))
    return Command(name, binding.help, binding.action, key_text(binding.keys[0]), "", aliases)
