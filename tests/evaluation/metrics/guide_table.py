"""The table of metrics in the engineer's guide: `python -m tests.evaluation.metrics.guide_table` writes it anew."""

from pathlib import Path

from evaluation.judges import metrics
from evaluation.metrics import Need

__all__ = ["GUIDE", "table", "with_table"]

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "engineer.md"
_BEGIN = "<!-- metrics: written by tests/evaluation/metrics/guide_table.py -->\n"
_END = "<!-- end of metrics -->\n"


def table() -> str:
    """Return the table in Markdown, computed metrics first."""
    infos = sorted((metrics.get(name).info for name in metrics), key=lambda info: (not info.computed, info.id))
    rows = [
        f"| `{info.id}` | {info.measures.replace('|', chr(92) + '|')} "
        f"| {', '.join(f'`{need}`' for need in Need if need in info.needs) or '–'} "
        f"| {'computed' if info.computed else ', '.join(info.judges)} | {info.source or '–'} |\n"
        for info in infos
    ]
    return "| metric | measures | needs | judges | source |\n|---|---|---|---|---|\n" + "".join(rows)


def with_table(text: str) -> str:
    """Return the guide with the table of today between its marks."""
    before, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}\n{table()}\n{_END}{after}"


if __name__ == "__main__":
    GUIDE.write_text(with_table(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
