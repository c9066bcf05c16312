"""What pages show with: banners, tables and charts over the view models. All text is made inert."""

from collections.abc import Sequence

import altair as alt
import streamlit as st

from reports.text import inert, markdown_text
from reports.views import DecisionView, MetricView, RunLine
from reports.words import number, outcome_name

__all__ = ["clock", "interval_chart", "runs_table", "show_decision", "show_error", "show_intervals"]

_BANNERS = {"pass": (st.success, "✓"), "fail": (st.error, "✕"), "inconclusive": (st.warning, "?")}


def show_error(message: str, hint: str) -> None:
    """Show what happened and what to type next."""
    st.error(f"{markdown_text(message)}" + (f"\n\nNext: {markdown_text(hint)}" if hint else ""))


def show_decision(decision: DecisionView, run: str) -> None:
    """Show the decision as a banner, with its rules below."""
    banner, sign = _BANNERS.get(decision.outcome, (st.info, "–"))
    about = f"  \nRun {markdown_text(run)}, decided {clock(decision.at)}" if run else ""
    banner(f"### {sign} {markdown_text(decision.headline)}\n{markdown_text(decision.sentence)}{about}")
    if decision.rules:
        rows = [
            {
                "Check": inert(rule.rule),
                "Result": outcome_name(rule.outcome),
                "Measured": rule.measured or "–",
                "Why": inert(rule.reason),
                "More questions needed": "–" if rule.needed is None else str(rule.needed),
            }
            for rule in decision.rules
        ]
        st.dataframe(rows, hide_index=True, width="stretch")
    if decision.held:
        st.caption(f"Also met: {markdown_text('; '.join(decision.held))}.")


def runs_table(lines: Sequence[RunLine]) -> None:
    """Show runs with their numbers, newest first."""
    names = list(dict.fromkeys(metric.name for line in lines for metric in line.metrics))
    rows = []
    for line in lines:
        cells = {metric.name: _cell(metric) for metric in line.metrics}
        rows.append(
            {
                "Run": inert(line.run),
                "Measured": clock(line.created_at),
                "System": inert(line.system),
                "Target": inert(line.target),
                "State": outcome_name(line.outcome),
                "Decision": outcome_name(line.decision),
                **{inert(name): cells.get(name, "–") for name in names},
            }
        )
    st.dataframe(rows, hide_index=True, width="stretch")


def show_intervals(lines: Sequence[RunLine]) -> None:
    """Draw each run's mean and 95 % interval, one chart per metric, two side by side."""
    names = list(dict.fromkeys(metric.name for line in lines for metric in line.metrics))
    columns = st.columns(2)
    for place, name in enumerate(names):
        column = columns[place % 2]
        column.markdown(f"**{markdown_text(name)}**")
        column.altair_chart(interval_chart(lines, name), width="stretch")


def interval_chart(lines: Sequence[RunLine], name: str) -> alt.LayerChart:
    """Return the chart of one metric, one row per run, newest on top."""
    values = [
        {"run": inert(line.run), "decision": outcome_name(line.decision)}
        | dict(zip(("mean", "lower", "upper"), metric.headline, strict=True))
        for line in lines
        for metric in line.metrics
        if metric.name == name and metric.mean is not None
    ]
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("run:N", title=None, sort=[inert(line.run) for line in lines], axis=alt.Axis(labelLimit=260)),
        tooltip=["run:N", "mean:Q", "lower:Q", "upper:Q", "decision:N"],
    )
    interval = base.mark_bar(height=8, opacity=0.45, cornerRadius=2).encode(
        x=alt.X("lower:Q", scale=scale, title="mean and 95 % interval"), x2="upper:Q"
    )
    mean = base.mark_point(filled=True, size=90, opacity=1).encode(x=alt.X("mean:Q", scale=scale))
    return alt.layer(interval, mean).properties(height=alt.Step(28))


def clock(moment: str) -> str:
    """Write a recorded time to the minute."""
    return f"{moment[:10]} {moment[11:16]} UTC" if moment else "–"


def _cell(metric: MetricView) -> str:
    mean, lower, upper = metric.headline
    by = "" if metric.corrected is None else f", corrected by {metric.corrected.labels} labels"
    return f"{number(mean)}  ({number(lower)} – {number(upper)}{by})"
