"""Exports: what left the record, and for whom."""

from governance.exports._exports import ExportDraft, Exports

__all__ = ["ExportDraft", "Exports"]
