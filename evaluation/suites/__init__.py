"""Attack suites: what is said to an application on purpose, and how to see that it gave way.

Rules of this place: an attack and the sign of its success are data (`data/*.yaml`); whether an answer shows that sign
is found by code, without a language model; nothing here asks an application or writes a record.
"""

from evaluation.suites._decisions import decision_of
from evaluation.suites._leaks import Secrets, is_usable_canary, leak_in
from evaluation.suites._loading import load_suite, shipped_suites, suite_file
from evaluation.suites._markers import obeys
from evaluation.suites._signs import signs_digest
from evaluation.suites._types import Attack, Decision, Suite, SuiteKind
from evaluation.suites._variations import Variation, can_be_varied, vary
from evaluation.suites._variations import prompt_digest as vary_prompt_digest

__all__ = [
    "Attack",
    "Decision",
    "Secrets",
    "Suite",
    "SuiteKind",
    "Variation",
    "can_be_varied",
    "decision_of",
    "is_usable_canary",
    "leak_in",
    "load_suite",
    "obeys",
    "shipped_suites",
    "signs_digest",
    "suite_file",
    "vary",
    "vary_prompt_digest",
]
