"""Waivers: doing without a control until a day, asked for by one person and approved by another."""

from governance.waivers._service import Waivers
from governance.waivers._types import RecordedWaiver, WaiverDraft

__all__ = ["RecordedWaiver", "WaiverDraft", "Waivers"]
