"""Exports: what left the record, and for whom."""

from governance.exports._envelope import PAYLOAD_TYPE, EnvelopeKey, PemKey, envelope, key_id, pre_authentication
from governance.exports._exports import ExportDraft, Exports

__all__ = [
    "PAYLOAD_TYPE",
    "EnvelopeKey",
    "ExportDraft",
    "Exports",
    "PemKey",
    "envelope",
    "key_id",
    "pre_authentication",
]
