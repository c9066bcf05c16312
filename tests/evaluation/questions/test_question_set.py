"""Question sets: what goes out comes back, and nothing of it runs in a spreadsheet."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError, MissingError
from evaluation.questions import ExportFormat, Question, QuestionOrigin, QuestionSet, import_questions
from evaluation.questions._formulas import guarded, unguarded

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
HOSTILE = st.sampled_from(["=1+1", "+x", "-x", "@x", "\tx", "\rx", "'=x", "''@x", "'plain", 'a"b,c\nd', "\u2028"])
WORDS = st.one_of(TEXTS, HOSTILE)
QUESTIONS = st.builds(
    Question,
    id=WORDS,
    text=WORDS.filter(str.strip),
    reference=st.none() | WORDS,
    document=st.none() | WORDS,
    passage=st.none() | WORDS,
    relevant=st.lists(WORDS, max_size=2).map(tuple),
    tags=st.lists(st.from_regex(r"[A-Za-z0-9_.:/-]{1,64}", fullmatch=True), max_size=3).map(tuple),
    origin=st.sampled_from(QuestionOrigin),
    extra=st.dictionaries(st.sampled_from(["quote", "note"]), WORDS, max_size=2),
)
SETS = st.lists(QUESTIONS, min_size=1, max_size=5, unique_by=lambda question: question.id).map(
    lambda questions: QuestionSet(name="s", questions=tuple(questions))
)


def _question(identity: str, text: str = "Who wrote it?") -> Question:
    return Question(id=identity, text=text)


@given(SETS, st.sampled_from(["jsonl", "csv"]))
def test_an_export_imports_as_the_same_questions(
    tmp_path_factory: pytest.TempPathFactory, questions: QuestionSet, form: ExportFormat
) -> None:
    """Both formats lose nothing but, in CSV, the difference between an absent and an empty extra field."""
    path = tmp_path_factory.getbasetemp() / f"{os.getpid()}.{form}"
    path.write_bytes("".join(questions.export(form)).encode())
    found = import_questions(path)
    if form == "csv":
        found = tuple(_without_empty_extra(question) for question in found)
    assert found == questions.questions


def _without_empty_extra(question: Question) -> Question:
    extra = {name: value for name, value in question.extra.items() if value != ""}
    return Question(**{**vars(question), "extra": extra})


@given(SETS)
def test_no_exported_cell_begins_like_a_formula(questions: QuestionSet) -> None:
    """Whatever the texts hold, no spreadsheet takes a cell for a formula."""
    for row in csv.reader(io.StringIO("".join(questions.export("csv")), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@given(WORDS)
def test_the_guard_comes_off_exactly(cell: str) -> None:
    """Import undoes what export did, and nothing else."""
    assert unguarded(guarded(cell)) == cell


@given(SETS, st.randoms())
def test_the_digest_does_not_depend_on_order_or_name(questions: QuestionSet, chance: object) -> None:
    """The same questions are the same set."""
    shuffled = sorted(questions.questions, key=lambda question: hash((question.id, str(chance))))
    assert QuestionSet(name="other", questions=tuple(shuffled)).digest == questions.digest


def test_a_saved_set_loads_again(tmp_path: Path) -> None:
    """Names are listed, questions come back in order."""
    questions = QuestionSet(name="b", questions=(_question("2"), _question("1")))
    questions.save(tmp_path / "sets")
    QuestionSet(name="a", questions=(_question("1"),)).save(tmp_path / "sets")
    assert QuestionSet.names(tmp_path / "sets") == ("a", "b")
    assert QuestionSet.load(tmp_path / "sets", "b") == questions


def test_merging_says_what_it_did() -> None:
    """The same id with other words replaces; the same question stays."""
    before = QuestionSet(name="s", questions=(_question("1"), _question("2")))
    after, change = before.merged([_question("2"), _question("1", "When was it?"), _question("3")])
    assert [question.id for question in after.questions] == ["1", "2", "3"]
    assert (change.added, change.replaced, change.unchanged) == (("3",), ("1",), ("2",))


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a" * 65, "a\n"])
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path: Path, name: str) -> None:
    """No set is written outside its folder."""
    with pytest.raises(InputError, match="not a name"):
        QuestionSet(name=name).save(tmp_path)


def test_a_missing_set_names_those_that_exist(tmp_path: Path) -> None:
    """The hint is the command that makes one."""
    QuestionSet(name="there", questions=(_question("1"),)).save(tmp_path)
    with pytest.raises(MissingError, match="there are: there") as caught:
        QuestionSet.load(tmp_path, "gone")
    assert "assay questions" in caught.value.hint


def test_a_wrong_line_of_a_question_file_is_named(tmp_path: Path) -> None:
    """Question files are as strict as answers files."""
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "Who?"}\n{"question": "Why?", "origin": "martian"}\n')
    with pytest.raises(InputError, match="line 2, field 'origin'"):
        import_questions(path)


def test_unknown_fields_of_a_question_are_kept(tmp_path: Path) -> None:
    """An answer in a question file is somebody's own field: kept, unread."""
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "Who?", "answer": "Ada", "level": 3}\n')
    (question,) = import_questions(path)
    assert question.extra == {"answer": "Ada", "level": 3}
    assert question.reference is None


def test_processes_that_add_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    """Each addition reads the set anew while it holds the set's lock."""
    code = (
        "import sys; from pathlib import Path; from evaluation.questions import Question, QuestionSet\n"
        "for n in range(20): QuestionSet.add(Path(sys.argv[1]), 's', [Question(id=sys.argv[2] + str(n), text='?')])"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in ("a", "b", "c")]

    assert [process.wait() for process in started] == [0, 0, 0]
    assert len(QuestionSet.load(tmp_path, "s").questions) == 60
    assert QuestionSet.names(tmp_path) == ("s",)


def test_a_set_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Questions and references may quote private documents."""
    QuestionSet.add(tmp_path / "sets", "s", [Question(id="a", text="?")])

    assert (tmp_path / "sets" / "s.jsonl").stat().st_mode & 0o077 == 0
    assert (tmp_path / "sets").stat().st_mode & 0o077 == 0
