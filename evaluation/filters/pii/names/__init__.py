"""Names of people, places and postal addresses, found by a small model of our own: offline, without torch.

Rules of this place: texts go in, spans come out, and no span carries a piece of its text; offsets are Unicode code
points into the text as it came; spans of one text never overlap. `docs/names-card.md` says what the model was trained
on and what it is not good for.
"""

from evaluation.filters.pii.names._model import NameModel, load_names
from evaluation.filters.pii.names._types import NameSpan, NameType

__all__ = ["NameModel", "NameSpan", "NameType", "load_names"]
