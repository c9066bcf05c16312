"""Charts as inline SVG: interval bars, differences, distributions.

Rules of this place: no script, no font, no request; colours come from the page's CSS classes, so that dark mode and
print need nothing of their own; every chart has a text alternative and never speaks by colour alone.
"""

import re

from markupsafe import Markup

from reports.text import inert
from reports.views import ComparisonView, Distribution, MetricView
from reports.words import number, outcome_name, signed

__all__ = ["difference_bar", "histogram", "interval_bar", "outcome_bar"]

_WIDTH = 640
_LEFT, _RIGHT = 14, 626
_NARROW = 400  # charts that stand two to a row
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

_HATCH = Markup(
    '<defs><pattern id="hatch-{key}" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" class="hatch"/></pattern></defs>'
)
_FRAME = Markup('<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{body}</svg>')


def interval_bar(metric: MetricView) -> Markup:
    """Draw one metric from 0 to 1: worst-to-best band, 95 % interval, mean, threshold.

    Where people's labels corrected the metric, the corrected numbers are drawn, and no band: people could have labelled
    what the judge did not score.
    """
    parts, (mean, lower, upper) = [_axis()], metric.headline
    worst, best = (metric.worst, metric.best) if metric.corrected is None else (None, None)
    if worst is not None and best is not None and best > worst:
        parts.append(_HATCH.format(key=_key(metric.metric)))
        parts.append(
            Markup(
                '<rect class="bounds" x="{x:.1f}" y="19" width="{w:.1f}" height="26" fill="url(#hatch-{key})"/>'
            ).format(x=_x(worst), w=_x(best) - _x(worst), key=_key(metric.metric))
        )
    if mean is not None and lower is not None and upper is not None:
        parts.append(_interval(_x(lower), _x(mean), _x(upper)))
    if metric.threshold is not None:
        parts.append(_mark(_x(metric.threshold), f"threshold {metric.threshold:g}"))
    label = f"{metric.name}: mean {number(mean)}, 95 % interval {number(lower)} to {number(upper)}"
    if metric.threshold is not None:
        label += f", threshold {metric.threshold:g}"
    return _frame(72, label, parts)


def difference_bar(comparison: ComparisonView) -> Markup:
    """Draw a paired difference around 0, with the margin of the gate where there is one."""
    reach = _reach(comparison)
    parts = [_difference_axis(reach)]
    if comparison.difference is not None and comparison.lower is not None and comparison.upper is not None:
        ends = (comparison.lower, comparison.difference, comparison.upper)
        parts.append(_interval(*(_x((value + reach) / (2 * reach)) for value in ends)))
    if comparison.margin is not None:
        parts.append(_mark(_x((reach - comparison.margin) / (2 * reach)), f"margin −{comparison.margin:g}"))
    label = f"{comparison.name}: difference {signed(comparison.difference)}"
    label += f", 95 % interval {signed(comparison.lower)} to {signed(comparison.upper)}"
    return _frame(72, label, parts)


def histogram(distribution: Distribution) -> Markup:
    """Draw ten bins of 0.1, each with its count."""
    top = max(*distribution.bins, 1)
    step = _NARROW / len(distribution.bins)
    parts = [Markup('<line class="axis" x1="0" x2="{x}" y1="112" y2="112"/>').format(x=_NARROW)]
    for index, count in enumerate(distribution.bins):
        height = 88 * count / top
        parts.append(
            Markup('<rect class="bar" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"/>').format(
                x=index * step + 2, y=112 - height, w=step - 4, h=height
            )
        )
        parts.append(_text((index + 0.5) * step, 106 - height, str(count) if count else "", "count"))
    parts.extend(_text(tick * _NARROW, 128, f"{tick:.1f}", "tick", edge=_edge(tick)) for tick in _TICKS)
    label = f"{distribution.name}: values in ten bins from 0 to 1: " + ", ".join(map(str, distribution.bins))
    return _frame(132, label, parts, width=_NARROW)


def outcome_bar(distribution: Distribution) -> Markup:
    """Draw how the verdicts ended as one stacked bar; the counts stand beside it in words."""
    total = sum(count for _, count in distribution.outcomes) or 1
    parts, x = [], 0.0
    for outcome, count in distribution.outcomes:
        width = _NARROW * count / total
        parts.append(
            Markup('<rect class="part {kind}" x="{x:.1f}" y="2" width="{w:.1f}" height="14"/>').format(
                kind=_key(outcome), x=x, w=max(0.0, width - 1)
            )
        )
        x += width
    spoken = ", ".join(f"{count} {outcome_name(outcome)}" for outcome, count in distribution.outcomes)
    return _frame(18, f"{distribution.name}: {spoken}", parts, width=_NARROW)


def _x(value: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, value))


def _reach(comparison: ComparisonView) -> float:
    seen = [abs(value) for value in (comparison.lower, comparison.upper, comparison.margin) if value is not None]
    widest = max([*seen, 0.05])
    return next((step for step in (0.1, 0.25, 0.5) if widest <= step), 1.0)


def _axis() -> Markup:
    lines = [Markup('<line class="axis" x1="{a}" x2="{b}" y1="50" y2="50"/>').format(a=_LEFT, b=_RIGHT)]
    for tick in _TICKS:
        lines.append(Markup('<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="16" y2="54"/>').format(x=_x(tick)))
        lines.append(_text(_x(tick), 68, f"{tick:.1f}", "tick"))
    return Markup("").join(lines)


def _difference_axis(reach: float) -> Markup:
    lines = [Markup('<line class="axis" x1="{a}" x2="{b}" y1="50" y2="50"/>').format(a=_LEFT, b=_RIGHT)]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        kind = "zero" if share == 0.5 else "grid"  # noqa: PLR2004 - the middle of the axis
        lines.append(
            Markup('<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="16" y2="54"/>').format(kind=kind, x=_x(share))
        )
        lines.append(_text(_x(share), 68, signed(reach * (2 * share - 1)) if kind == "grid" else "0", "tick"))
    return Markup("").join(lines)


def _interval(lower: float, mean: float, upper: float) -> Markup:
    return Markup(
        '<rect class="interval" x="{lower:.1f}" y="27" width="{width:.1f}" height="10" rx="2"/>'
        '<circle class="mean" cx="{mean:.1f}" cy="32" r="6.5"/>'
    ).format(lower=lower, width=max(2.0, upper - lower), mean=mean)


def _mark(x: float, label: str) -> Markup:
    anchor = "end" if x > _WIDTH * 0.8 else "start" if x < _WIDTH * 0.2 else "middle"
    return Markup(
        '<line class="threshold" x1="{x:.1f}" x2="{x:.1f}" y1="15" y2="50"/>'
        '<text class="threshold-label" x="{x:.1f}" y="11" text-anchor="{anchor}">{label}</text>'
    ).format(x=x, anchor=anchor, label=label)


def _text(x: float, y: float, text: str, kind: str, *, edge: str = "middle") -> Markup:
    return Markup('<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{edge}">{text}</text>').format(
        kind=kind, x=x, y=y, edge=edge, text=text
    )


def _key(metric: str) -> str:
    """Return a name that may stand in `url(#…)` whatever a plug-in called its metric."""
    return re.sub(r"[^A-Za-z0-9_]", "-", metric)


def _edge(share: float) -> str:
    return {0.0: "start", 1.0: "end"}.get(share, "middle")


def _frame(height: int, label: str, parts: list[Markup], *, width: int = _WIDTH) -> Markup:
    return _FRAME.format(width=width, height=height, label=inert(label), body=Markup("").join(parts))
