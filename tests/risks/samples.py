"""The smallest files of a framework, for tests that break them."""

from collections.abc import Sequence
from typing import Final

from risks import Catalogue, Crosswalk, RuleBook
from risks._load import _sources

SMALL: Final = """
format: assay-risks/1
id: small
title: One risk
version: "1"
edition: first
date: 2026-11-21
source: nobody
licence: none needed
counts: {components: 1, risks: 1, controls: 1}
components:
  - {id: data, number: 1, name: Data}
controls:
  - {id: C1, name: Lock, since: "1"}
risks:
  - id: "1.1"
    name: Theft
    component: data
    definition: Someone takes it.
    why: It is gone.
    test: Look for it.
    controls:
      - {id: C1, provenance: published, in: both}
"""
EXTENSION: Final = """
format: assay-risks/1
id: more
extends: small
title: Another risk
version: "1"
edition: first
date: 2026-11-21
source: nobody
licence: none needed
counts: {components: 0, risks: 1, controls: 1}
components: []
controls:
  - {id: C2, name: Alarm, since: "1"}
risks:
  - id: "1.2"
    name: Fire
    component: data
    definition: It burns.
    why: It is gone.
    test: Smell.
    controls:
      - {id: C1, provenance: reasoned, in: none}
pairings:
  - risk: "1.1"
    controls:
      - {id: C2, provenance: reasoned, in: none}
"""
CROSSWALK: Final = """
format: assay-crosswalks/1
id: small-relations
title: One relation
version: "1"
date: 2026-11-21
source: nobody
licence: none needed
catalogue: small
counts: {standards: 1, relations: 1}
standards:
  - {id: list, edition: "1", title: A list, source: them, licence: free, ids: ["A1"]}
relations:
  - standard: list
    edition: "1"
    predicate: related
    provenance: published
    source: page 1
    note: x
    pairs:
      "1.1": ["A1"]
"""
RULES: Final = """
format: assay-rules/1
id: small-rules
title: One rule
version: "1"
date: 2026-11-21
source: nobody
licence: none needed
catalogue: small
counts: {rules: 1}
rules:
  - control: C1
    proves: It is locked.
    does_not_prove: That nobody has a key.
    example: A photograph.
    evidence:
      - {kind: suite, of: injection, risks: ["1.1"], at_least: "0.9", min_n: 10, max_age_days: 30}
      - {kind: attestation, of: it is locked, owner: keeper, document: photograph, max_age_days: 90}
"""
MORE_RULES: Final = """
format: assay-rules/1
id: more-rules
title: One rule more
version: "1"
date: 2026-11-21
source: nobody
licence: none needed
catalogue: more
counts: {rules: 1}
rules:
  - control: C2
    proves: It rings.
    does_not_prove: That anybody hears it.
    example: A recording.
    evidence:
      - {kind: document, of: it rings, max_age_days: 90}
"""


def contents(*texts: str) -> Sequence[Catalogue | Crosswalk | RuleBook]:
    """Read texts together; the first is called 0.yaml."""
    return [one.content for one in _sources([(f"{number}.yaml", text) for number, text in enumerate(texts)], ())]
