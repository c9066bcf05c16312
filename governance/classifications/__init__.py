"""Classifications of systems under the AI Act: recorded by one person, confirmed by another, outdated by change."""

from governance.classifications._service import Classifications
from governance.classifications._types import ClassificationState, RecordedCase, RecordedClassification

__all__ = ["ClassificationState", "Classifications", "RecordedCase", "RecordedClassification"]
