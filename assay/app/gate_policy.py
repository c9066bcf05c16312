"""What is known of a gate policy beside its text: from the record, from a receipt, and from where a change begins.

Rules of this place: what a record knows of a policy counts before any receipt, an end of its registration for one; but
where the caller says which log's key they trust, no other store has a say: a CI job makes one of its own, and whatever
it runs could register there. That key never comes from `assay.yaml`: whoever may change what is tested may change that.
"""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.app.gate_base import compare_with_base
from assay.kernel import InputError, MissingError
from governance.gate import Policy, PolicyFacts, RegisteredPolicy, looser

if TYPE_CHECKING:
    from governance.record import Record

__all__ = ["VKEY_VARIABLE", "PolicyWords", "policy_facts", "recorded_facts"]

VKEY_VARIABLE: Final = "ASSAY_VKEY"
_NO_RECORD: Final = "here is no store that knows what was registered; name a receipt: --registration FILE --vkey KEY"
_OTHER_LOG: Final = (
    "the store here is not the log whose key you trust; name a receipt from that one: --registration FILE"
)
_UNPROVED: Final = (
    "the store here tells of a registration that the log whose key you trust does not prove; name a receipt from that"
    " one: --registration FILE"
)
_MOST_BYTES: Final = 1 << 26


@dataclass(frozen=True, kw_only=True)
class PolicyWords:
    """What the caller says of the policy."""

    receipt: Path | None = None  # of its registration
    vkey: str | None = None  # the log's public key, or a file that holds it [default: $ASSAY_VKEY]
    base: str | None = None  # Git revision where the change begins [default: what the CI service says]


def policy_facts(policy: Policy, policy_file: Path, words: PolicyWords, *, record: "Record | None") -> PolicyFacts:
    """Return what is known of a policy that the caller brings as a file."""
    base = compare_with_base(policy_file, policy, named=words.base, environment=os.environ)
    key = _vkey(words.vkey or os.environ.get(VKEY_VARIABLE, ""))
    found = _at_hand(policy, record, key)
    if words.receipt is not None and all(one.digest != policy.digest for one in found.registered or ()):
        found = _from_receipt(words.receipt, key)
    return replace(found, base=base)


def _at_hand(policy: Policy, record: "Record | None", key: str) -> PolicyFacts:
    """Return what the record here knows; where the caller trusts a key, only the log that it signs has a say."""
    if record is None:
        return PolicyFacts(source=_NO_RECORD)
    if key and key not in {one.vkey for one in record.keys.history()}:
        return PolicyFacts(source=_OTHER_LOG)
    found = recorded_facts(policy, record)
    return PolicyFacts(source=_UNPROVED) if key and not _are_proved(policy, found, record, key) else found


def _are_proved(policy: Policy, found: PolicyFacts, record: "Record", key: str) -> bool:
    """Whether the log that the key signs holds what the rows tell: rows are whoever's who can write to the store."""
    # Lazy: signatures cost start-up time that a gate without a key does not owe.
    from governance.policies import facts_of_receipt  # noqa: PLC0415

    valid = [one for one in found.registered or () if one.digest == policy.digest and one.withdrawn_at is None]
    proofs = (json.dumps(record.prove(one.seq).document()).encode("ascii") for one in valid)
    shown = [one for proof in proofs for one in facts_of_receipt(proof, key).registered or ()]
    return [_told(one) for one in shown] == [_told(one) for one in valid]


def _told(one: RegisteredPolicy) -> tuple[str, ...]:
    return one.id, one.digest, one.system, one.registered_by, one.role, one.author, one.registered_at


def recorded_facts(policy: Policy, record: "Record") -> PolicyFacts:
    """Return what the record knows of a policy that its server holds."""
    registered = record.policies.registered(None, name=policy.name)  # the digest covers the name
    return PolicyFacts(registered=registered, history=_history(policy, registered))


def _history(policy: Policy, registered: tuple[RegisteredPolicy, ...]) -> str:
    """Say what got looser since the version of the same name that was registered before this one."""
    own = [one for one in registered if one.digest == policy.digest]
    newest = max((one.seq for one in own), default=-1)
    systems = {one.system for one in own}
    former = [
        one
        for one in registered
        if one.name == policy.name
        and one.digest != policy.digest
        and one.seq < newest
        and any(one.covers(system) for system in systems)
    ]
    if not former:
        return ""
    last = former[-1]
    eased = looser(json.loads(last.document), policy.as_json())
    if not eased:
        return ""
    return f"looser than the version registered at {last.registered_at} (entry {last.seq}): {'; '.join(eased)}"


def _from_receipt(file: Path, vkey: str) -> PolicyFacts:
    if not vkey:
        return PolicyFacts(source=f"the receipt needs the log's public key from you: --vkey KEY or ${VKEY_VARIABLE}")
    # Lazy: signatures cost start-up time that a gate without a receipt does not owe.
    from governance.policies import facts_of_receipt  # noqa: PLC0415

    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{file} has more than {_MOST_BYTES} bytes: it is no receipt")
        receipt = file.read_bytes()
    except OSError as error:
        return PolicyFacts(source=f"the receipt {str(file)!r} cannot be read: {error.strerror}")
    return facts_of_receipt(receipt, vkey)


def _vkey(named: str) -> str:
    """Return a key that is given as itself or as the name of a file."""
    given = named.strip()
    if not given or given.count("+") >= 2:  # noqa: PLR2004  `name+key id+key` of a signed note
        return given
    try:
        return Path(given).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MissingError(f"{given[:80]!r} is no public key and no file with one", hint="log.vkey") from error
