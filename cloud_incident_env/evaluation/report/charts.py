"""Charts as HTML, drawn by small functions. Pure; every text is escaped. Colours are those of `page.css`.

Marks are placed in per cent of their chart, and texts are texts of the page: they keep their size at every width.
Whatever stands for episodes is a link to them. The agent of the report has one colour in all charts, others are grey;
tasks are told apart by shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from cloud_incident_env.evaluation.report.runs import short

SHAPES = ("circle", "square", "triangle", "diamond")  # of tasks, in their order
_MARGIN = 4.0  # per cent of a scatter plot that its marks keep off both ends
_APART = 7.0  # per cent of the width that two large marks are set apart at least


@dataclass(frozen=True)
class Bar:
    """A bar from 0 to 1 with its confidence interval."""

    label: str
    value: float
    low: float | None
    high: float | None
    note: str  # shown on hover
    is_own: bool = True  # whether it is of the agent that the report is about
    href: str = ""  # an address that is escaped already


@dataclass(frozen=True)
class Line:
    """A line through points (x, y) of a task."""

    label: str
    points: Sequence[tuple[float, float]]
    shape: int
    href: str


@dataclass(frozen=True)
class Dot:
    """A point of a scatter plot: of a task, or numbered where `number` says of which agent."""

    x: float
    y: float
    note: str
    shape: int = 0
    href: str = ""
    number: int | None = None  # from 1; 1 is the agent that the report is about


def bars(items: Sequence[Bar]) -> str:
    """Horizontal bars on a scale from 0 to 1, each with a whisker for its interval."""
    rows = "".join(f"<li>{_bar(bar)}</li>" for bar in items)
    ticks = "".join(f'<i style="left:{tick * 100:g}%">{short(tick)}</i>' for tick in (0, 0.25, 0.5, 0.75, 1))
    scale = f'<div class="bar scale" aria-hidden="true"><span></span><span class="ticks">{ticks}</span><b></b></div>'
    return f'<ol class="bars">{rows}</ol>{scale}'


def _bar(bar: Bar) -> str:
    whisker = ""
    if bar.low is not None and bar.high is not None:
        low, high = _percent(bar.low), _percent(bar.high)
        whisker = f'<i class="whisker" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
    kind = "own" if bar.is_own else "other"
    inside = (
        f'<span class="bar-name"><bdi>{escape(bar.label)}</bdi></span>'
        f'<span class="bar-track"><i class="bar-fill {kind}" style="width:{_percent(bar.value):.1f}%"></i>{whisker}'
        f"</span><b>{bar.value:.3f}</b>"
    )
    if not bar.href:
        return f'<div class="bar" title="{escape(bar.note)}">{inside}</div>'
    return f'<a class="bar" href="{bar.href}" title="{escape(bar.note)}">{inside}</a>'


def _percent(value: float) -> float:
    return max(0.0, min(1.0, value)) * 100


def lines(items: Sequence[Line], name: str, x_name: str, y_name: str) -> str:
    """Lines over whole numbers, with a mark at each point."""
    xs = [x for line in items for x, _ in line.points]
    ys = [y for line in items for _, y in line.points]
    frame = _Frame(xs, [*ys, 0.0], whole=True)
    drawn, marks = [], []
    for line in items:
        path = " ".join(f"{frame.x(x):.2f},{frame.y(y):.2f}" for x, y in line.points)
        drawn.append(f'<polyline points="{path}" class="dash{line.shape % len(SHAPES)}"/>')
        for x, y in line.points:
            note = f"{line.label}, {x_name} {short(x)}: {short(y)}"
            marks.append(_mark(frame.x(x), frame.y(y), note, f"{_shape(line.shape)} solid", line.href))
    svg = f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{"".join(drawn)}</svg>'
    return frame.plot(name, x_name, y_name, svg + "".join(marks)) + legend([(line.label, line.shape) for line in items])


def scatter(items: Sequence[Dot], name: str, x_name: str, y_name: str) -> str:
    """Points, y from 0 to 1; the numbered ones are large, lie above the others and do not cover each other."""
    frame = _Frame([*(dot.x for dot in items), 0.0], [0.0, 1.0], margin=_MARGIN)
    marks = []
    taken: list[tuple[float, float]] = []
    for dot in sorted(items, key=lambda dot: (dot.number is not None, -(dot.number or 0))):
        x, y = frame.x(dot.x), frame.y(dot.y)
        if dot.number is None:
            marks.append(_mark(x, y, dot.note, _shape(dot.shape), dot.href))
            continue
        while any(abs(x - other) < _APART and abs(y - beside) < _APART for other, beside in taken):
            x = x + _APART if x < 90 else x - 9 * _APART
        taken.append((x, y))
        kind = f"numbered {'own' if dot.number == 1 else 'other'}"
        marks.append(_mark(x, y, dot.note, kind, dot.href, str(dot.number)))
    return frame.plot(name, x_name, y_name, "".join(marks))


def legend(items: Sequence[tuple[str, int]]) -> str:
    """The names of tasks, each beside its shape."""
    entries = (f'<li><i class="mark solid {_shape(n)}"></i><bdi>{escape(name)}</bdi></li>' for name, n in items)
    return f'<ul class="legend">{"".join(entries)}</ul>'


def numbers(names: Sequence[str]) -> str:
    """The names of agents, each beside its number."""
    entries = (
        f'<li><i class="mark numbered {"own" if n == 1 else "other"}">{n}</i><bdi>{escape(name)}</bdi></li>'
        for n, name in enumerate(names, 1)
    )
    return f'<ul class="legend">{"".join(entries)}</ul>'


def _shape(number: int) -> str:
    return SHAPES[number % len(SHAPES)]


def _mark(x: float, y: float, note: str, kind: str, href: str, text: str = "") -> str:
    where = f'style="left:{x:.2f}%;top:{y:.2f}%" title="{escape(note)}"'
    if not href:
        return f'<span class="mark {kind}" role="img" aria-label="{escape(note)}" {where}>{text}</span>'
    return f'<a class="mark {kind}" href="{href}" aria-label="{escape(note)}" {where}>{text}</a>'


class _Frame:
    """The axes of a chart and where values lie on them, in per cent from the left and from the top."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float], whole: bool = False, margin: float = 0.0) -> None:
        self.margin = margin  # per cent
        self.x_ticks = _ticks(min(xs, default=0.0), max(xs, default=1.0), 1.0 if whole else 0.0)
        self.y_ticks = _ticks(min(ys, default=0.0), max(ys, default=1.0))

    def x(self, value: float) -> float:
        first, last = self.x_ticks[0], self.x_ticks[-1]
        return self.margin + (value - first) / (last - first) * (100 - 2 * self.margin)

    def y(self, value: float) -> float:
        first, last = self.y_ticks[0], self.y_ticks[-1]
        return 100 - (value - first) / (last - first) * 100

    def plot(self, name: str, x_name: str, y_name: str, inside: str) -> str:
        across = "".join(
            f'<i class="across{" zero" * (tick == 0)}" style="top:{self.y(tick):.2f}%"><span>{short(tick)}</span></i>'
            for tick in self.y_ticks
        )
        below = "".join(f'<i style="left:{self.x(tick):.2f}%">{short(tick)}</i>' for tick in self.x_ticks)
        return (
            f'<div class="plot"><p class="plot-axis">{escape(y_name)}</p><div class="plot-area" role="group" '
            f'aria-label="{escape(name)}"><div aria-hidden="true">{across}</div>{inside}</div>'
            f'<div class="ticks" aria-hidden="true">{below}</div><p class="plot-axis x">{escape(x_name)}</p></div>'
        )


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
