"""The language of a row."""

import pytest

from evaluation.answers import UNDETERMINED, language_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It was built in 1889 and is owned by the city."),
        ("de", "Der Vertrag wird nach drei Monaten gekündigt."),
        ("fr", "Le contrat peut être résilié après trois mois."),
        ("es", "El contrato se puede cancelar después de tres meses."),
        ("it", "Il contratto può essere disdetto dopo tre mesi."),
        ("pt", "O contrato pode ser rescindido após três meses."),
        ("nl", "Het contract kan na drie maanden worden opgezegd."),
        ("pl", "Umowa może być wypowiedziana po trzech miesiącach."),
        ("cs", "Smlouva může být vypovězena, pokud není uvedeno jinak."),
        ("sv", "Avtalet kan sägas upp efter tre månader och det är inte bindande."),
        ("da", "Aftalen kan opsiges efter tre måneder, og den er ikke bindende af nogen grund."),
        ("nb", "Avtalen kan sies opp etter tre måneder, og den er ikke bindende av noen grunn."),
        ("fi", "Sopimus voidaan irtisanoa kolmen kuukauden jälkeen, mutta se ei ole sitova."),
        ("hu", "Franciaország fővárosa Párizs, és ez nem volt mindig így."),
        ("ru", "Столица Франции — Париж, это было давно."),
        ("uk", "Столиця Франції — Париж."),
        ("el", "Η πρωτεύουσα της Γαλλίας είναι το Παρίσι."),
        ("zh", "法国的首都是巴黎。"),
        ("ja", "フランスの首都は東京ではない。"),
        ("ko", "프랑스의 수도는 파리이다."),
        ("ar", "عاصمة فرنسا هي باريس."),
    ],
)
def test_a_sentence_has_its_language(language: str, text: str) -> None:
    """Short words decide among Latin letters, the script itself elsewhere."""
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["Paris.", "", "42", "ikke og det", "naïve café", "🙂"])
def test_what_does_not_tell_is_undetermined(text: str) -> None:
    """A name, a number or words that two languages share are no language."""
    assert language_of(text) == UNDETERMINED


def test_a_short_answer_is_read_with_its_question() -> None:
    """The same name answers in two languages."""
    assert language_of("Paris.", "What is the capital of France, and how large is it?") == "en"
    assert language_of("Paris.", "Was ist die Hauptstadt von Frankreich?") == "de"


def test_a_long_answer_outweighs_its_question() -> None:
    """Who is asked in English and answers at length in German answers in German."""
    answer = "Der Vertrag wird nach drei Monaten gekündigt, wenn er nicht verlängert ist. " * 5
    assert language_of(answer, "What does the contract say about the end of the term?") == "de"


def test_a_foreign_name_does_not_change_the_script() -> None:
    """A quoted word in another script leaves the sentence what it is."""
    assert language_of("The word 東京 is written with two signs and it is the name of the city.") == "en"
