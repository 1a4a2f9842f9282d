"""Which rows show: the first of them, and how many there is room for."""


class Viewport:
    """A window of `height` rows onto a list of rows.

    Attributes:
        top: the first row that shows.
        height: rows that there is room for, at least 1.
    """

    __slots__ = ("height", "top")

    def __init__(self, height: int = 1) -> None:
        """Show the first `height` rows."""
        self.top = 0
        self.height = max(height, 1)

    @property
    def half(self) -> int:
        """Half of the rows that there is room for, at least 1."""
        return max(self.height // 2, 1)

    def resize(self, height: int) -> None:
        """Have room for another number of rows."""
        self.height = max(height, 1)

    def show(self, row: int, total: int, *, centred: bool = False) -> None:
        """Scroll as little as possible so that `row` shows.

        Args:
            row: the row.
            total: rows that there are.
            centred: put a row that does not show into the middle instead of at the edge.
        """
        is_outside = not self.top <= row < self.top + self.height
        if is_outside and centred:
            self.top = row - self.height // 2
        elif row < self.top:
            self.top = row
        elif is_outside:
            self.top = row - self.height + 1
        self._clamp(total)

    def align(self, row: int, offset: int, total: int) -> None:
        """Scroll so that `row` is number `offset` of those that show, as far as there are rows."""
        self.top = row - offset
        self._clamp(total)

    def scroll(self, top: int, total: int) -> None:
        """Show the rows from `top` on, as far as there are rows."""
        self.top = top
        self._clamp(total)

    def nearest(self, row: int, total: int) -> int:
        """Return `row` if it shows, else the row that shows nearest to it."""
        return max(self.top, min(row, self.top + self.height - 1, total - 1))

    def _clamp(self, total: int) -> None:
        self.top = max(0, min(self.top, total - self.height))
