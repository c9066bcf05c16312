"""Text that tries to override, extract or escape the instructions of a model: prompt injection and jailbreaks.

Rules of this place: `flagged` means an attempt on instructions; a harmful request alone is none, nor is a question
about attacks, a role or a rule. Three stages see a text, each reading what was hidden as it is meant: rules
(`data/patterns.yaml`), nearness to known attacks (`data/known.yaml`) and a small model; what they say is weighed
together (`data/injection.yaml`). `docs/injection-card.md` says what the model learned from and where it is weak.
"""

from evaluation.filters.injection._build import build
from evaluation.filters.injection._families import Family

__all__ = ["Family", "build"]
