"""The palette as a state machine: a line that is typed, and what it can become.

A line is a command and its argument, `view images`; or the number of a row; or else a path. What
is offered is listed best first. Tab and the arrows choose; Enter does what is chosen, and what
stands in the line where nothing is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from boltview.browse.fuzzy import BEGINNING, NONE, SCATTERED, WHOLE, grade, ranked

NO_CHOICE = -1
_MOST_DIGITS = 18
"""Of the number of a row; a longer one is none."""


class Offer(NamedTuple):
    """Something that the line can become."""

    line: str
    """What Enter does then; printable, as everything here."""
    label: str
    """What is listed."""
    note: str = ""
    key: str = ""
    """The key that does the same."""
    more: str = ""
    """What Tab adds, where the line can go on behind this."""


class Command(NamedTuple):
    """Something that can be asked for by its name."""

    name: str
    help: str
    action: str
    """What the program calls it."""
    key: str = ""
    argument: str = ""
    """What stands behind the name, as the list calls it; empty for nothing."""
    aliases: tuple[str, ...] = ()
    start: str = ""
    """What the argument begins with when Tab has taken the name."""

    def is_called(self, word: str) -> bool:
        """Whether this is one of its names."""
        return word == self.name or word in self.aliases

    def grade(self, typed: str) -> int:
        """Say how well what was typed matches a name, or a word of the help."""
        best = min(grade(typed, name) for name in (self.name, *self.aliases))
        is_in_help = f" {typed.lower()}" in f" {self.help.lower()}"
        return SCATTERED if best == NONE and is_in_help else best


class Call(NamedTuple):
    """What is to be done."""

    action: str
    """Of a command; `ROW` or `PATH` for a line that is none."""
    argument: str = ""


ROW, PATH = "row", "path"
"""Actions of a line that is a number, and of one that is neither that nor a command."""

Offers = Callable[[str], Sequence[Offer]]
"""What an argument that is begun so can become; the lines are those of the argument alone."""


class Palette:
    """The line, what it can become, and what of that is chosen.

    Attributes:
        text: the line, as it was typed or taken last.
        offers: what it can become.
        chosen: the position of the offer that Enter does; `NO_CHOICE` for the line as it is.
    """

    def __init__(self, commands: Sequence[Command], offers: Mapping[str, Offers]) -> None:
        """Offer all commands.

        Args:
            commands: what there is, in the order of the list.
            offers: by action, what the argument of a command can become; under `PATH` what a
                line that is no command can become.
        """
        self._commands = commands
        self._offers = offers
        self.text = ""
        self.offers: Sequence[Offer] = ()
        self.chosen = NO_CHOICE
        self.type("")

    def type(self, text: str) -> None:
        """Take the line as it is now."""
        self.text = text
        self.offers, self.chosen = self._offered(text)

    def move(self, by: int) -> None:
        """Choose another offer, round the ends; between them lies the line as it is."""
        places = len(self.offers) + 1
        self.chosen = (self.chosen + 1 + by) % places - 1

    def choose(self, position: int) -> None:
        """Choose the offer at a position, if there is one."""
        if 0 <= position < len(self.offers):
            self.chosen = position

    def take(self) -> str:
        """Make the line what is chosen, or else what is offered first; return it."""
        if self.offers:
            offer = self.offers[max(self.chosen, 0)]
            self.type(offer.line + offer.more)
        return self.text

    def enter(self) -> Call | None:
        """Return what is to be done; None where the line has to go on, which it then does."""
        if self.chosen != NO_CHOICE:
            self.type(self.offers[self.chosen].line)
        call = self._call(self.text)
        if call is None:
            self.take()
        return call

    @property
    def usage(self) -> str:
        """What the line is, while nothing is offered."""
        if self.offers or not self.text:
            return ""
        command, argument = self._parted(self.text)
        if command is None:
            return "no command is called that; as a path it leads to no key that is there"
        return f"{command.name} {command.argument}: {command.help}" if not argument else ""

    def window(self, height: int) -> tuple[int, Sequence[Offer]]:
        """Return so many offers as there is room for around the chosen one, and the first's place.

        Args:
            height: how many there is room for.
        """
        top = max(0, min(self.chosen - height // 2, len(self.offers) - height))
        return top, self.offers[top : top + height]

    # --- what a line means -----------------------------------------------------------------------

    def _parted(self, text: str) -> tuple[Command | None, str]:
        word, _, argument = text.partition(" ")
        found = next((command for command in self._commands if command.is_called(word)), None)
        return found, argument.strip() if found else text

    def _call(self, text: str) -> Call | None:
        """Return what a line asks for; None for a command that wants an argument and has none."""
        if _is_number(text):
            return Call(ROW, text)
        command, argument = self._parted(text)
        if command is None:
            return Call(PATH, text)
        if command.argument and not argument:
            return None
        return Call(command.action, argument)

    def _offered(self, text: str) -> tuple[Sequence[Offer], int]:
        """Return what a line can become, and what of that Enter does."""
        if not text:
            return [self._offer(command) for command in self._commands], NO_CHOICE
        if _is_number(text):
            return [Offer(text, text, f"row {int(text):,}")], 0
        command, _ = self._parted(text)
        if command is not None and " " in text:
            return self._arguments(command, text)
        paths = list(self._offers[PATH](text))
        return (paths, NO_CHOICE) if "/" in text or " " in text else self._mixed(text, paths)

    def _mixed(self, text: str, paths: list[Offer]) -> tuple[list[Offer], int]:
        """Return what a word can become that is a command's name, or a key of the root bucket."""
        commands = ranked(self._commands, lambda command: command.grade(text))
        offers = [self._offer(command) for command in commands]
        is_path = bool(paths) and paths[0].line == text
        if commands and commands[0].grade(text) == WHOLE:
            return offers + paths, 0
        if is_path or (paths and commands and commands[0].grade(text) > BEGINNING):
            return paths + offers, 0 if is_path else NO_CHOICE
        return offers + paths, 0 if offers else NO_CHOICE

    def _offer(self, command: Command) -> Offer:
        label = f"{command.name} {command.argument}".rstrip()
        more = f" {command.start}" if command.argument else ""
        return Offer(command.name, label, command.help, command.key, more)

    def _arguments(self, command: Command, text: str) -> tuple[Sequence[Offer], int]:
        word, _, begun = text.partition(" ")
        offers_of = self._offers.get(command.action)
        if offers_of is None:
            return (), NO_CHOICE
        begun = begun.lstrip()
        offers = [offer._replace(line=f"{word} {offer.line}") for offer in offers_of(begun)]
        # Of a path what was typed is meant; elsewhere what was typed stands for a name.
        is_meant = command.action == PATH or not begun
        return offers, NO_CHOICE if is_meant or not offers else 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
