"""Going along references: what an object refers to (Enter), and who refers to it (`u`)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from boltview.bolt.bucket import Pair
from boltview.bolt.errors import BoltError
from boltview.browse.choosing import Choosing
from boltview.browse.palette import Offer
from boltview.containerd.metadata import SCHEMA
from boltview.containerd.names import ObjectName, object_at
from boltview.report.escape import escape
from boltview.report.follow import MOST, links_from
from boltview.report.graph import Link
from boltview.report.tables.referrers import PREFIX, used_by, view_name
from boltview.report.tables.views import View, view_of
from boltview.tui.actions import Do

if TYPE_CHECKING:
    from boltview.tui.main_screen import MainScreen

ASKED = "follow"
"""The question which of several references is to be followed."""
_STEPS = {"down": 1, "ctrl+n": 1, "tab": 1, "up": -1, "ctrl+p": -1, "shift+tab": -1}
_NO_RECORD = "✗ no such record"


class Linking:
    """References of what is under the cursor."""

    def __init__(self, screen: "MainScreen") -> None:
        """Ask nothing yet."""
        self._screen = screen
        self._links: Sequence[Link] = ()
        self._choosing = Choosing(())

    def view(self, name: str) -> View | None:
        """Return the table that a name stands for: one of those with a key, or of who refers."""
        graphs = self._screen.detail.graphs
        return view_of(name) or used_by(name, graphs.known, graphs.keep)

    # --- what an object refers to ----------------------------------------------------------------

    def enter(self) -> bool:
        """Follow a reference of the open object, or the field, under the cursor.

        Return whether that is what Enter does here: what is closed opens first.
        """
        browsing = self._screen.browsing
        name, path = self._object(browsing.path), browsing.path
        if name is None or browsing.opened is None:
            return False
        is_field = isinstance(browsing.entry, Pair)
        if not is_field and (not browsing.is_unfolded or object_at(path[:-1]) is not None):
            return False
        try:
            links = links_from(browsing.opened, name)
        except BoltError as error:
            self._screen.hints.say(escape(str(error)))
            return True
        if is_field:
            links = [link for link in links if link.field == path]
            if not links:
                return False
        self._follow(name, links)
        return True

    def _follow(self, name: ObjectName, links: Sequence[Link]) -> None:
        if not links:
            said = f"this {name.kind} refers to nothing; u tells who refers to it, Space closes it"
            self._screen.hints.say(said)
        elif len(links) == 1:
            self._go(links[0])
        else:
            self._links = links
            self._choosing = Choosing([_offer(n, link) for n, link in enumerate(links)])
            self._screen.ask(ASKED)
            if len(links) == MOST:
                self._screen.hints.say(f"the first {MOST}; the tree has all")
            self._list()

    def _go(self, link: Link) -> None:
        screen = self._screen
        if not link.path:
            screen.hints.say(f"{link.name}: there is no such record")
            return
        screen.jump(link.path)
        screen.hints.say(f"{link.name}   [ goes back")

    def typed(self, text: str) -> None:
        """Leave those that have a text in them."""
        self._choosing.type(text)
        self._list()

    def pressed(self, key: str) -> bool:
        """Choose another one; return whether that is what the key is for."""
        if key not in _STEPS:
            return False
        self._choosing.move(_STEPS[key])
        self._list()
        return True

    def choose(self, position: int) -> None:
        """Follow the one at a position."""
        self._choosing.choose(position)
        self._screen.end_prompt(keep=True)

    def chosen(self) -> None:
        """Follow the chosen one."""
        self.close()
        if self._choosing.line is not None:
            self._go(self._links[int(self._choosing.line)])

    def close(self) -> None:
        """List nothing any more."""
        self._screen.choices.close()

    def _list(self) -> None:
        self._screen.choices.show(self._choosing)

    # --- who refers to an object -----------------------------------------------------------------

    def show_users(self) -> None:
        """Show who refers to the object under the cursor."""
        screen = self._screen
        path = screen.face.place
        if path is None and screen.view.startswith(PREFIX):
            # Once more: what failed or was stopped begins again.
            screen.show_view(self.view(screen.view))
            return
        name = None if path is None else self._object(path)
        if path is None or name is None:
            is_row = screen.face is screen.tabling and path is None
            what = "no object stands for this row" if is_row else "this is no part of an object"
            screen.hints.say(f"{what}: nothing refers to it")
            return
        here = screen.here
        # Of a part of an object, the object.
        while object_at(path[:-1]) is not None:
            path = path[:-1]
        wanted = view_name(path)
        if wanted != here.view:
            screen.history.leave(here)
        screen.show_view(self.view(wanted))

    def _object(self, path: tuple[bytes, ...]) -> ObjectName | None:
        opened = self._screen.browsing.opened
        schema = opened.reading.schema if opened else None
        return object_at(path) if schema is not None and schema.id == SCHEMA else None


def _offer(number: int, link: Link) -> Offer:
    return Offer(str(number), link.name, link.because if link.path else _NO_RECORD)


ACTIONS: Mapping[str, Do] = {"used-by": lambda screen, _: screen.linking.show_users()}
