"""A list of which one is chosen, narrowed by what is typed."""

from collections.abc import Sequence

from boltview.browse.palette import Offer

_NOBODY = -1


class Choosing:
    """What there is to choose from; the first of what is left is chosen at the beginning.

    Attributes:
        text: what was typed: only what has it in its label or note is left.
        offers: what is left.
        chosen: position of the chosen one; -1 while nothing is left.
    """

    def __init__(self, offers: Sequence[Offer]) -> None:
        """Choose from `offers`; the line of each tells it from the others."""
        self._all = offers
        self.text = ""
        self.offers = offers
        self.chosen = 0 if offers else _NOBODY

    @property
    def usage(self) -> str:
        """What to say while nothing is left."""
        return "" if self.offers else "nothing has that in it; Backspace takes it back"

    @property
    def line(self) -> str | None:
        """The line of the chosen one; None while nothing is left."""
        return None if self.chosen == _NOBODY else self.offers[self.chosen].line

    def type(self, text: str) -> None:
        """Leave what has a text in it, in any case unless that holds a capital letter."""
        self.text = text
        is_exact = text != text.lower()

        def has(offer: Offer) -> bool:
            shown = f"{offer.label} {offer.note}"
            return text in (shown if is_exact else shown.lower())

        self.offers = [offer for offer in self._all if has(offer)]
        self.chosen = 0 if self.offers else _NOBODY

    def move(self, by: int) -> None:
        """Choose another one, round the ends."""
        if self.offers:
            self.chosen = (self.chosen + by) % len(self.offers)

    def choose(self, position: int) -> None:
        """Choose the one at a position, if there is one."""
        if 0 <= position < len(self.offers):
            self.chosen = position

    def window(self, height: int) -> tuple[int, Sequence[Offer]]:
        """Return so many as there is room for around the chosen one, and the first's position."""
        top = max(0, min(self.chosen - height // 2, len(self.offers) - height))
        return top, self.offers[top : top + height]
