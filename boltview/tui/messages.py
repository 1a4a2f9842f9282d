"""What widgets ask of the screen that they are on."""

from textual.message import Message

from boltview.browse.chords import Action


class Acted(Message):
    """The mouse asks for an action."""

    def __init__(self, action: Action) -> None:
        """Carry the action."""
        super().__init__()
        self.action = action


class GoTo(Message):
    """The user wants to see an entry: a reference was followed, a place was named."""

    def __init__(self, path: tuple[bytes, ...]) -> None:
        """Carry the keys from the root bucket to the entry."""
        super().__init__()
        self.path = path


class Said(Message):
    """A widget has something to say to the user."""

    def __init__(self, text: str) -> None:
        """Carry the text; escaped."""
        super().__init__()
        self.text = text


class Scrolled(Message):
    """The scroll bar or the wheel asks for other rows of the tree."""

    def __init__(self, top: int) -> None:
        """Carry the first row that shall show."""
        super().__init__()
        self.top = top


class Resized(Message):
    """The tree has another height."""


class Reload(Message):
    """The user wants the file read again."""
