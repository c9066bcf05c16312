"""Views to lay out: one ordinary evaluation, and a text that tries everything."""

from dataclasses import replace

from reports.views import (
    ComparisonView,
    CorpusView,
    DecisionView,
    Distribution,
    EvaluationView,
    Example,
    ExampleSet,
    Fact,
    HeaderView,
    JudgeView,
    MetricView,
    ProofView,
    RuleView,
    Segment,
    ShortText,
)
from reports.words import LIMITS, headline, sentence

DIGEST = "sha256:" + "3f" * 32
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe\u2066 \x1b[31mred "quoted" | a `b` [c](http://x)'

CHECKPOINT = (
    "assay.example/ledger\n13\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— assay.example/ledger Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q\n"
)

RULES = (
    RuleView(
        rule="faithfulness is at least 0.8",
        metric="faithfulness",
        outcome="inconclusive",
        measured="0.843 (0.741 to 0.921)",
        reason="the interval 0.741 to 0.921 includes the threshold 0.8",
        needed=43,
    ),
    RuleView(
        rule="relevancy is at least 0.7",
        metric="relevancy",
        outcome="pass",
        measured="0.875 (0.802 to 0.948)",
        reason="the interval's lower end 0.802 is not below 0.7",
        needed=None,
    ),
)


def decision(outcome: str, rules: tuple[RuleView, ...]) -> DecisionView:
    """Return a decision that says what its rules say."""
    return DecisionView(
        outcome=outcome,
        headline=headline(outcome),
        sentence=sentence(outcome, rules),
        rules=rules,
        held=("run holds everything its plan asked for",),
        at="2026-11-20T10:05:00.000000Z",
        policy="sha256:" + "a1" * 32,
        release="2026.11",
    )


def header() -> HeaderView:
    """Return the header of a complete run of 24 questions."""
    return HeaderView(
        system="playbook-assistant",
        run="run-20261120t100000z-a1b2c3",
        outcome="complete",
        outcome_reason="",
        created_at="2026-11-20T10:00:00.000000Z",
        target="rag (command)",
        target_version=DIGEST,
        questions=24,
        repeats=1,
        questions_digest=DIGEST,
        judges=(
            JudgeView(
                metric="faithfulness",
                name="embedded",
                version="1",
                model="qwen2.5-coder-1.5b-instruct",
                model_digest="sha256:" + "9c" * 32,
                digest=DIGEST,
            ),
            JudgeView(
                metric="relevancy",
                name="embedded",
                version="1",
                model="qwen2.5-coder-1.5b-instruct",
                model_digest="sha256:" + "9c" * 32,
                digest=DIGEST,
            ),
        ),
        corpus=CorpusView(digest=DIGEST, documents=72, skipped=(("encrypted", 1), ("scanned", 2))),
        policy="sha256:" + "a1" * 32,
        origin="person p-4f1c9a",
        particulars=(
            Fact(label="Python", value="3.11.4"),
            Fact(label="Git commit", value="d326174 (with uncommitted changes)"),
            Fact(label="Seed", value="7"),
        ),
    )


def metrics() -> tuple[MetricView, ...]:
    """Return one metric with failures and one without."""
    faithfulness = MetricView(
        metric="faithfulness",
        name="Faithfulness",
        meaning="Share of the sentences of an answer that the retrieved passages support. 1 means every sentence.",
        asked=24,
        applicable=23,
        scored=21,
        failures=(("not_applicable", 1), ("unparsable", 2)),
        clusters=14,
        mean=0.843,
        lower=0.741,
        upper=0.921,
        worst=0.77,
        best=0.857,
        method="clustered-t",
        threshold=0.8,
    )
    relevancy = replace(
        faithfulness,
        metric="relevancy",
        name="Relevancy",
        meaning="How well an answer meets the question: 0 not at all, 1 fully.",
        applicable=24,
        scored=24,
        failures=(),
        mean=0.875,
        lower=0.802,
        upper=0.948,
        worst=0.875,
        best=0.875,
        threshold=0.7,
    )
    return faithfulness, relevancy


def example(question: str = "Which roles answer for the risk register?") -> Example:
    """Return a row with a sentence of each kind."""
    return Example(
        id="q-0017",
        repeat=0,
        outcome="scored",
        value=1 / 3,
        erased="",
        question=ShortText(text=question),
        answer=(
            Segment(text="The risk register is kept by the product owner.", support="supported"),
            Segment(text=" "),
            Segment(text="It is reviewed every two years.", support="contradicted"),
            Segment(text=" "),
            Segment(text="The board signs it in blue ink.", support="absent"),
        ),
        answer_more=0,
        reason=ShortText(
            text="The passage says that the register is reviewed quarterly; ink is not mentioned.", more=812
        ),
        reference=ShortText(text="The product owner, reviewed each quarter."),
        contexts=3,
    )


def evaluation(outcome: str = "inconclusive", rules: tuple[RuleView, ...] = RULES) -> EvaluationView:
    """Return the whole view with the decision `outcome`."""
    return EvaluationView(
        header=header(),
        decision=decision(outcome, rules),
        metrics=metrics(),
        distributions=(
            Distribution(
                metric="faithfulness",
                name="Faithfulness",
                bins=(0, 0, 0, 1, 0, 2, 3, 1, 2, 12),
                outcomes=(("scored", 21), ("not_applicable", 1), ("unparsable", 2)),
            ),
            Distribution(
                metric="relevancy", name="Relevancy", bins=(0, 0, 0, 0, 0, 6, 0, 0, 0, 18), outcomes=(("scored", 24),)
            ),
        ),
        baseline="run-20261101t100000z-d4e5f6",
        comparisons=(
            ComparisonView(
                metric="faithfulness",
                name="Faithfulness",
                pairs=20,
                clusters=13,
                difference=-0.031,
                lower=-0.092,
                upper=0.03,
                wins=3,
                ties=12,
                losses=5,
                unpaired=2,
                method="paired clustered-t",
                sentence="Faithfulness: no difference shown; the interval includes 0.",
                margin=0.05,
            ),
        ),
        examples=(
            ExampleSet(
                metric="faithfulness",
                name="Faithfulness",
                examples=(example(), replace(example(), id="q-0003", erased="2026-11-20T12:00:00.000000Z", value=0.5)),
                of=9,
            ),
        ),
        notes=("3 documents could not be read and were skipped: 1 encrypted, 2 scanned.",),
        limits=LIMITS,
        proof=ProofView(
            run_digest=DIGEST,
            sequence=12,
            checkpoint=CHECKPOINT,
        ),
    )
