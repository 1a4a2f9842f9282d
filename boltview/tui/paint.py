"""From spans in named styles to strips in the colours of the theme."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from boltview.bolt.errors import BoltError
from boltview.report.escape import escape
from boltview.report.span import Span

NAMES = (
    "guide", "glyph", "bucket", "key", "value", "dim", "strong", "good", "note", "unknown",
    "undecodable", "damage", "hit", "doc", "tab", "hint-key", "json-key", "json-text", "json-word",
    "bar", "hit-1", "hit-2", "hit-3", "hit-4", "cursor", "caret", "field", "mark", "part-page",
    "part-meta", "part-freelist", "part-element", "part-bucket", "part-key", "part-value",
    "part-free", "part-damage",
)  # fmt: skip
"""The styles that `styles.tcss` gives colours to; other names are painted as plain text."""
_FAINT = frozenset({"guide", "key", "dim"})
"""Styles that are faint where the terminal's own palette leaves no shades to mix."""
_PLAIN = Style()


COMPONENTS = {f"line--{name}" for name in NAMES}
"""The components of a screen with painted widgets on it.

The screen has them and not each widget: Textual matches every rule of the style sheet against every
component of every widget whenever a class of the screen changes.
"""


class _Styles(dict[str, Style]):
    """Styles by name, each mixed when it is first painted with: most widgets need a few of them."""

    def __init__(self, mix: Callable[[str], Style]) -> None:
        super().__init__()
        self._mix = mix

    def __missing__(self, name: str) -> Style:
        self[name] = style = self._mix(name) if name in NAMES else _PLAIN
        return style


class Painted(Widget):
    """A widget that paints spans, with the styles looked up once and not for every span."""

    _styles: Mapping[str, Style] | None = None
    _ground: Style | None = None

    def notify_style_update(self) -> None:
        """Forget the colours of the theme before."""
        super().notify_style_update()
        self._styles = self._ground = None

    @property
    def ground(self) -> Style:
        """The colours that everything is painted on; Textual asks all ancestors for them."""
        if self._ground is None:
            self._ground = self.rich_style
        return self._ground

    @property
    def span_styles(self) -> Mapping[str, Style]:
        """The colours by name."""
        if self._styles is None:
            self._styles = _Styles(self._style)
        return self._styles

    def _style(self, name: str) -> Style:
        """Mix a component's colours with the background that they lie on, as Textual does not."""
        component = self.screen.get_component_styles(f"line--{name}")
        behind = self.background_colors[1]
        if behind.ansi is not None:
            style = self.screen.get_component_rich_style(f"line--{name}", partial=True)
            is_block = name in {"cursor", "hit", "caret"}
            return Style(reverse=True) if is_block else style + Style(dim=name in _FAINT or None)
        colour = component.color if component.has_rule("color") else None
        ground = component.background if component.has_rule("background") else None
        return component.text_style + Style.from_color(
            (behind + colour).rich_color if colour else None,
            (behind + ground).rich_color if ground else None,
        )


class Lines(Painted):
    """A widget of lines that sends the terminal only those that have changed."""

    _drawn: Sequence[Strip] = ()

    def paint_line(self, y: int) -> Strip:
        """Paint line `y` of the widget as it is now."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint all lines; have those redrawn that differ from what is on the screen."""
        drawn = [self._paint_safely(y) for y in range(self.size.height)]
        width = self.size.width
        if len(drawn) == len(self._drawn):
            changed = [
                Region(0, y, width, 1)
                for y, (old, new) in enumerate(zip(self._drawn, drawn, strict=True))
                if old != new
            ]
            if changed:
                self.refresh(*changed)
        else:
            self.refresh()
        self._drawn = drawn

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._drawn = ()

    def render_line(self, y: int) -> Strip:
        """Return a line as it was painted last, if its size still fits."""
        if y < len(self._drawn) and self._drawn[y].cell_length == self.size.width:
            return self._drawn[y]
        return self._paint_safely(y)

    def _paint_safely(self, y: int) -> Strip:
        """Paint a line; of what can no longer be read, because the file shrank, the reason."""
        try:
            return self.paint_line(y)
        except BoltError as error:
            reason = [Span(f" ✗ {escape(str(error))}", "damage")]
            return strip(reason, self.span_styles, self.ground, self.size.width)


def strip(
    spans: Iterable[Span],
    styles: Mapping[str, Style],
    base: Style,
    width: int,
    *,
    keep_end: bool = False,
) -> Strip:
    """Paint one line, filled or cut to `width` cells, with an ellipsis for what is cut.

    Args:
        spans: what to paint.
        styles: colours by name.
        base: colours of the ground.
        width: cells.
        keep_end: cut at the left and not at the right.
    """
    segments = [Segment(span.text, base + styles[span.style]) for span in spans if span.text]
    line = Strip(segments)
    if line.cell_length > width > 0:
        gap = Segment("…", base + styles["dim"])
        length = line.cell_length
        if keep_end:
            line = Strip([gap, *line.crop(length - width + 1, length)])
        else:
            line = Strip([*line.crop(0, width - 1), gap])
    return line.adjust_cell_length(width, base)


def marked(spans: Iterable[Span], pattern: str, styles: Container[str]) -> list[Span]:
    """Mark the first place where a span of certain styles matches the pattern of a search."""
    found: list[Span] = []
    for span in spans:
        text = span.text if pattern != pattern.lower() else span.text.lower()
        at = text.find(pattern) if span.style in styles else -1
        if at < 0 or len(text) != len(span.text):
            found.append(span)
            continue
        end = at + len(pattern)
        found += [
            Span(span.text[:at], span.style),
            Span(span.text[at:end], "hit"),
            Span(span.text[end:], span.style),
        ]
    return found
