"""What a person cannot see does not reach what shows it."""

import pytest

from assay.kernel import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b[31mred\x07", "[31mred"),
        ("pay \u202eeno\u202c", "pay eno"),
        ("lone \ud800 half", "lone  half"),
        ("Zürich \u4e2d", "Zürich \u4e2d"),
    ],
)
def test_unseen_characters_go_and_the_rest_stays(text: str, shown: str) -> None:
    """Escapes, bidi overrides and lone surrogates are dropped; line feeds, tabs and every script are kept."""
    assert plain(text) == shown
