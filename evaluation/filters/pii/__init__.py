"""Personal data and secrets in texts: Presidio's analyser over recognisers of our own, a small model for names.

Rules of this place: types are Presidio's names, and our own where it has none (`SECRET`, `VAT_NUMBER`, `FR_NIR`, …);
findings never overlap; a raw value is in no log, error or finding. Presidio is imported when a filter is built and not
before. `docs/pii.md` lists the types, the options and what is not found.
"""

from evaluation.filters.pii._build import build

__all__ = ["build"]
