"""Charts as SVG, drawn by small functions. Pure; every text is escaped. Colours and fonts are those of `page.css`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from cloud_incident_env.evaluation.report.runs import short

WIDTH = 480.0  # of the drawing; small enough for its texts to stay readable on a phone
_HEIGHT = 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 26.0, 12.0, 44.0
_LONGEST = 28  # characters of a label
SERIES = 7  # colours that the style sheet has for series; the last one is for agents beside the run


@dataclass(frozen=True)
class Bar:
    """A bar from 0 to 1 with its confidence interval."""

    label: str
    value: float
    low: float | None
    high: float | None
    series: int
    note: str  # shown on hover


@dataclass(frozen=True)
class Line:
    """A line through points (x, y)."""

    label: str
    points: Sequence[tuple[float, float]]
    series: int


@dataclass(frozen=True)
class Dot:
    """A point of a scatter plot."""

    x: float
    y: float
    series: int
    note: str
    label: str = ""  # written beside it
    large: bool = False


def bars(items: Sequence[Bar], title: str) -> str:
    """Horizontal bars on a scale from 0 to 1, each with a whisker for its interval."""
    label, row = 196.0, 30.0
    inner = WIDTH - label - 56
    height = row * len(items) + 26
    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x = label + tick * inner
        parts.append(_line(x, 0, x, height - 22, "grid"))
        parts.append(_text(x, height - 5, short(tick), "tick", "middle"))
    for number, bar in enumerate(items):
        y = number * row + row / 2
        length = max(0.0, min(1.0, bar.value)) * inner
        parts.append(f"<g><title>{escape(bar.note)}</title>")
        parts.append(_text(label - 10, y + 5, _cut(bar.label), "label", "end"))
        shape = f'x="{label:g}" y="{y - 9:g}" width="{length:.1f}" height="18" rx="2"'
        parts.append(f'<rect {shape} class="fill s{bar.series % SERIES}"/>')
        if bar.low is not None and bar.high is not None:
            low, high = (label + max(0.0, min(1.0, end)) * inner for end in (bar.low, bar.high))
            parts.append(_line(low, y, high, y, "whisker"))
            parts.extend(_line(end, y - 4, end, y + 4, "whisker") for end in (low, high))
        parts.append(_text(WIDTH - 4, y + 5, f"{bar.value:.3f}", "value", "end"))
        parts.append("</g>")
    return _svg(height, title, parts)


def lines(items: Sequence[Line], title: str, x_name: str, y_name: str) -> str:
    """Lines over whole numbers, with a mark at each point."""
    xs = [x for line in items for x, _ in line.points]
    ys = [y for line in items for _, y in line.points]
    frame = _Frame(xs, [*ys, 0.0], whole=True)
    parts = frame.axes(x_name, y_name)
    for line in items:
        places = [(frame.x(x), frame.y(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        colour = f"s{line.series % SERIES}"
        parts.append(f'<polyline points="{path}" class="line {colour}"/>')
        for (x, y), (step, value) in zip(places, line.points, strict=True):
            note = f"{line.label}, {x_name} {short(step)}: {short(value)}"
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="fill {colour}">{_note(note)}</circle>')
    return _svg(_HEIGHT, title, parts) + legend([(line.label, line.series) for line in items])


def scatter(items: Sequence[Dot], title: str, x_name: str, y_name: str) -> str:
    """Points, y from 0 to 1."""
    frame = _Frame([*(dot.x for dot in items), 0.0], [0.0, 1.0])
    parts = frame.axes(x_name, y_name)
    for dot in sorted(items, key=lambda dot: dot.large):
        x, y = frame.x(dot.x), frame.y(dot.y)
        kind = "dot large" if dot.large else "dot"
        radius = 7 if dot.large else 4
        shape = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius}"'
        parts.append(f'<circle {shape} class="{kind} s{dot.series % SERIES}">{_note(dot.note)}</circle>')
        if dot.label:
            end = x > WIDTH * 0.6
            parts.append(_text(x + (-11 if end else 11), y + 5, _cut(dot.label), "label", "end" if end else "start"))
    return _svg(_HEIGHT, title, parts)


def legend(items: Sequence[tuple[str, int]]) -> str:
    """The names of series, each beside its colour."""
    entries = (f'<li><i class="swatch s{n % SERIES}"></i>{escape(name)}</li>' for name, n in items)
    return f'<ul class="legend">{"".join(entries)}</ul>'


class _Frame:
    """The axes of a chart and where values lie on them."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float], whole: bool = False) -> None:
        self.x_ticks = _ticks(min(xs, default=0.0), max(xs, default=1.0), 1.0 if whole else 0.0)
        self.y_ticks = _ticks(min(ys, default=0.0), max(ys, default=1.0))

    def x(self, value: float) -> float:
        first, last = self.x_ticks[0], self.x_ticks[-1]
        return _LEFT + (value - first) / (last - first) * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        first, last = self.y_ticks[0], self.y_ticks[-1]
        return _HEIGHT - _BOTTOM - (value - first) / (last - first) * (_HEIGHT - _TOP - _BOTTOM)

    def axes(self, x_name: str, y_name: str) -> list[str]:
        parts = [_text((_LEFT + WIDTH - _RIGHT) / 2, _HEIGHT - 6, x_name, "axis", "middle")]
        middle = (_TOP + _HEIGHT - _BOTTOM) / 2
        parts.append(
            f'<text transform="translate(13 {middle:g}) rotate(-90)" class="axis" text-anchor="middle">'
            f"{escape(y_name)}</text>"
        )
        for tick in self.y_ticks:
            y = self.y(tick)
            parts.append(_line(_LEFT, y, WIDTH - _RIGHT, y, "zero" if tick == 0 else "grid"))
            parts.append(_text(_LEFT - 7, y + 5, short(tick), "tick", "end"))
        for tick in self.x_ticks:
            parts.append(_text(self.x(tick), _HEIGHT - _BOTTOM + 18, short(tick), "tick", "middle"))
        return parts


def _ticks(low: float, high: float, least: float = 0.0) -> list[float]:
    """Four to eight round numbers that enclose a range, at least `least` apart."""
    if high <= low:
        high = low + 1
    rough = (high - low) / 5
    size = 10.0 ** floor(log10(rough))
    step = max(least, next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough))
    if least and step != int(step):
        step = float(ceil(step))
    first = floor(low / step + 1e-9)
    count = ceil(high / step - 1e-9) - first
    return [round((first + place) * step, 10) for place in range(count + 1)]


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{escape(title)}">'
        f"{_note(title)}{''.join(parts)}</svg>"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _note(text: str) -> str:
    return f"<title>{escape(text)}</title>"


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _text(x: float, y: float, text: str, kind: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'
