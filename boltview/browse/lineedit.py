"""One line of text as it is typed: characters, a cursor, and the keys that shells have for them."""

MOST = 100_000
"""Characters of a line: a key has no more bytes than 32,768, each of which `%XX` may stand for."""


class LineEdit:
    """A line and the place of its cursor.

    Attributes:
        text: what has been typed.
        cursor: characters before the cursor.
    """

    __slots__ = ("cursor", "text")

    def __init__(self, text: str = "") -> None:
        """Begin with `text`, the cursor behind it."""
        self.text = text
        self.cursor = len(text)

    def insert(self, text: str) -> None:
        """Put what of `text` can be seen before the cursor, as far as there is room for it."""
        room = max(MOST - len(self.text), 0)
        seen = "".join(character for character in text[:room] if character.isprintable())
        self.text = self.text[: self.cursor] + seen + self.text[self.cursor :]
        self.cursor += len(seen)

    def press(self, key: str) -> bool:
        """Do what an editing key says; return whether it is one."""
        left, right = self.text[: self.cursor], self.text[self.cursor :]
        match key:
            case "left" | "ctrl+b":
                self.cursor = max(self.cursor - 1, 0)
            case "right" | "ctrl+f":
                self.cursor = min(self.cursor + 1, len(self.text))
            case "home" | "ctrl+a":
                self.cursor = 0
            case "end" | "ctrl+e":
                self.cursor = len(self.text)
            case "backspace" | "ctrl+h":
                self._set(left[:-1], right)
            case "delete" | "ctrl+d":
                self._set(left, right[1:])
            case "ctrl+u":
                self._set("", right)
            case "ctrl+k":
                self._set(left, "")
            case "ctrl+w":
                self._set(_without_last_word(left), right)
            case _:
                return False
        return True

    def _set(self, left: str, right: str) -> None:
        self.text, self.cursor = left + right, len(left)


def _without_last_word(text: str) -> str:
    """Cut the last component of a path, or the last word."""
    stripped = text.rstrip("/ ")
    return stripped[: max(stripped.rfind("/"), stripped.rfind(" ")) + 1]
