"""The bottom layer: canonical bytes and digests, ids, clock, errors, registry, durable files.

Nothing here knows about evaluation, law, storage or pages; everything else may import it.
"""

from assay.kernel.canonical import (
    JsonValue,
    canonical_bytes,
    commitment,
    decimal_text,
    digest_bytes,
    digest_json,
    digest_text,
    parse_strict,
)
from assay.kernel.clock import Clock, FixedClock, SystemClock, format_time, parse_time
from assay.kernel.errors import (
    AssayError,
    CannotDecideError,
    ConfigurationError,
    ForbiddenError,
    InputError,
    IntegrityError,
    MissingError,
    UnavailableError,
)
from assay.kernel.files import FOR_OTHERS, append_durably, private_folder, replace_durably, replace_stream_durably
from assay.kernel.ids import content_id, new_run_id
from assay.kernel.registry import Registry
from assay.kernel.text import plain

__all__ = [
    "FOR_OTHERS",
    "AssayError",
    "CannotDecideError",
    "Clock",
    "ConfigurationError",
    "FixedClock",
    "ForbiddenError",
    "InputError",
    "IntegrityError",
    "JsonValue",
    "MissingError",
    "Registry",
    "SystemClock",
    "UnavailableError",
    "append_durably",
    "canonical_bytes",
    "commitment",
    "content_id",
    "decimal_text",
    "digest_bytes",
    "digest_json",
    "digest_text",
    "format_time",
    "new_run_id",
    "parse_strict",
    "parse_time",
    "plain",
    "private_folder",
    "replace_durably",
    "replace_stream_durably",
]
