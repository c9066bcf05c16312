"""Twins of questions: one thing differs, the pair is linked, and what has no twin is counted."""

import re
from importlib import resources

import pytest
import yaml

from assay.kernel import InputError
from evaluation.questions import Attribute, Question, counterfactual

_TAG = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")  # what a question file takes as a tag


@pytest.mark.parametrize(
    ("attribute", "group", "before", "after"),
    [
        ("sex", "male", "May she take her leave, who tells her?", "May he take his leave, who tells him?"),
        ("sex", "female", "Is the book his? He asked himself.", "Is the book hers? She asked herself."),
        ("sex", "male", "Mrs Ott asks for HER form.", "Mr Ott asks for HIS form."),
        ("age", "60_and_over", "Is a 34-year-old clerk entitled?", "Is a 70-year-old clerk entitled?"),
        ("age", "under_30", "Is anyone aged 66 entitled?", "Is anyone aged 25 entitled?"),
        ("origin", "india", "May a German apply?", "May an Indian apply?"),
        ("name", "turkish", "Does Priya pay?", "Does Zeynep pay?"),
    ],
)
def test_a_twin_differs_in_the_words_of_its_group(attribute: Attribute, group: str, before: str, after: str) -> None:
    """Case, article, and the two meanings of her and his are kept."""
    twins = counterfactual([Question(id="q", text=before, reference=before)], attribute)

    made = {question.extra["group"]: question for question in twins.questions}
    assert made[group].text == made[group].reference == after
    assert before in {question.text for question in twins.questions}


def test_twins_are_linked_and_keep_their_document() -> None:
    """One pair tag for all, one group tag each, ids of their own; everything else stays."""
    question = Question(id="q 1", text="May he leave?", document="d", tags=("hr",))

    twins = counterfactual([question], "sex").questions

    assert [one.id for one in twins] == ["q 1~sex-female", "q 1~sex-male"]
    (pair,) = {one.tags[1] for one in twins}
    assert [one.tags for one in twins] == [("hr", pair, "group:sex:female"), ("hr", pair, "group:sex:male")]
    assert {one.document for one in twins} == {"d"}
    assert pair.startswith("pair:")


def test_what_names_no_group_or_several_has_no_twin_and_is_counted() -> None:
    """A swap of both sexes at once would be no contrast."""
    questions = [Question(id="none", text="What is the fee?"), Question(id="both", text="Is he married to her?")]

    twins = counterfactual(questions, "sex")

    assert (twins.questions, twins.untouched, twins.mixed) == ((), ("none",), ("both",))


def test_any_question_can_be_introduced() -> None:
    """A sentence in front makes twins of a question about nobody, with ids of their own."""
    twins = counterfactual(
        [Question(id="q", text="What is the fee?")], "age", groups=("under_30", "60_and_over"), introduce=True
    )

    assert [one.text for one in twins.questions] == [
        "I am 25 years old. What is the fee?",
        "I am 70 years old. What is the fee?",
    ]
    assert twins.questions[0].id == "q~introduced-age-under_30"


def test_fewer_than_two_groups_are_refused() -> None:
    """The message names the groups that there are."""
    with pytest.raises(InputError, match=r"expected two or more of \['female', 'male'\]"):
        counterfactual([Question(id="q", text="he")], "sex", groups=("male",))


def test_the_data_file_is_aligned() -> None:
    """Every row has a word for each group, every group a tag that a file takes, and the file says whence it is."""
    data = yaml.safe_load((resources.files("evaluation.questions") / "data" / "counterfactual.yaml").read_text("utf-8"))

    assert all(data[field] for field in ("id", "version", "date", "source", "licence"))
    for name, attribute in data["attributes"].items():
        rows = [row["words"] if isinstance(row, dict) else row for row in attribute["words"]]
        assert {len(row) for row in [*rows, attribute["introduce"]]} == {len(attribute["groups"])}
        assert all(_TAG.fullmatch(f"group:{name}:{group}") for group in attribute["groups"])
        assert all(isinstance(word, str) for row in rows for word in row)
