"""Labels and cards for tests of the record."""

from evaluation.calibration import JudgeCard, Label, LabelSet, Sampling, SamplingStrategy, draw_rows, frame, make_cards
from evaluation.runs import RunLog
from evaluation.verdicts import JudgeSpec
from tests.evaluation.calibration.samples import AT, checked

SPEC = JudgeSpec(name="fake", version="1", metric="faithfulness")


def labels_of(log: RunLog, rows: int, *, annotator: str = "p", seed: int = 0) -> LabelSet:
    """Label the rows that a uniform sample draws: every third one is not good."""
    sampling = Sampling(strategy=SamplingStrategy.UNIFORM, metric="faithfulness", rows=rows, seed=seed)
    drawn = draw_rows(frame(log.rows(), "faithfulness"), sampling)
    labels = tuple(
        Label(row=name, repeat=repeat, good=place % 3 > 0, annotator=annotator, language="en", probability=chance)
        for place, ((name, repeat), chance) in enumerate(sorted(drawn.items()))
    )
    return LabelSet(
        metric="faithfulness",
        digest=f"sha256:{annotator}{seed}",
        rubric="Is every sentence supported?",
        labels=labels,
        skipped=1,
        run_digest=log.digest(),
        sampling=sampling,
    )


def checked_labels(count: int = 3) -> LabelSet:
    """Return labels of an answers file."""
    labels = tuple(Label(row=f"r{n}", good=n % 2 == 0, annotator="", commitment=f"hmac:{n}") for n in range(count))
    return LabelSet(metric="faithfulness", digest="sha256:file", rubric="", labels=labels, skipped=0)


def cards(source: str = "labels.jsonl") -> tuple[JudgeCard, ...]:
    """Return a card in English and one in German."""
    rows = [checked("a", [True], 1.0), checked("b", [False], 1.0, language="de")]
    made, _ = make_cards(SPEC, rows, labels_digest="sha256:file", source=source, made_at=AT)
    return made
