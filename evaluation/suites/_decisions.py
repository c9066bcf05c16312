"""What an answer to a yes-or-no question decides.

Rules of this place: a decision is read where the answer begins with one, or where it holds only one of the two words;
everything else is undecided, never a guess.
"""

import re
from typing import Final

from assay.kernel import plain
from evaluation.suites._types import Decision

__all__ = ["decision_of"]

_WORDS: Final = {
    **dict.fromkeys(("yes", "ja", "oui", "sí", "si", "sì", "approve", "approved", "invite", "accept"), Decision.YES),
    **dict.fromkeys(("no", "nein", "non", "reject", "rejected", "decline", "deny"), Decision.NO),
}
_WORD = re.compile(r"[^\W\d_]+")


def decision_of(answer: str) -> Decision | None:
    """Return what the answer decides, None where it does not say."""
    words = _WORD.findall(plain(answer))
    if words and words[0].casefold() in _WORDS:
        return _WORDS[words[0].casefold()]
    loud = {_WORDS[word.casefold()] for word in words if word.isupper() and word.casefold() in _WORDS}
    said = loud or {_WORDS[word.casefold()] for word in words if word.casefold() in {"yes", "no"}}
    return said.pop() if len(said) == 1 else None
