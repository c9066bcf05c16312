"""What an alert is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assay.kernel import JsonValue, digest_json

__all__ = ["Alert", "AlertDraft", "AlertKind", "AlertState"]


class AlertKind(StrEnum):
    """What was noticed; whatever measures adds its own."""

    ALIAS_MOVED = "alias_moved"  # an alias of the model registry points where no released release says
    MODEL_CHANGED = "model_changed"  # a version of a model is not what its release was approved with
    MODEL_GONE = "model_gone"  # a version that a release rests on is not there any more
    STAMP_FORGED = "stamp_forged"  # a version carries the tags of a release that does not name it


class AlertState(StrEnum):
    """How far people came with it."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"  # somebody knows, and it may still be so: it is not raised again
    CLOSED = "closed"  # it is over: if it is noticed again, it is raised again


@dataclass(frozen=True, kw_only=True)
class AlertDraft:
    """Something that was noticed, before it is recorded."""

    kind: AlertKind
    system: str
    subject: str  # identifier of what it is about
    details: Mapping[str, JsonValue] = field(default_factory=dict)  # small facts that tell this trouble from another

    @property
    def fingerprint(self) -> str:
        """The same for the same trouble."""
        return digest_json([self.kind.value, self.system, self.subject, dict(self.details)])


@dataclass(frozen=True, kw_only=True)
class Alert:
    """The newest version of an alert."""

    id: str
    seq: int
    kind: AlertKind
    system: str
    subject: str
    details: Mapping[str, JsonValue]
    fingerprint: str
    state: AlertState
    raised_at: str
    recorded_at: str  # of this version
    comment: str | None  # of whoever settled it; None: nobody did, or it was erased
