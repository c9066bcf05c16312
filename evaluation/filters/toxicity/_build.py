"""From a setting to a filter. The names of engines stand here and nowhere else."""

from typing import Final

from assay.kernel import JsonValue, digest_bytes
from evaluation.filters._registry import FilterSetting
from evaluation.filters._types import FilterSpec
from evaluation.filters.toxicity._detoxify import load_detoxify
from evaluation.filters.toxicity._embedded import load_embedded
from evaluation.filters.toxicity._filter import ToxicityFilter
from evaluation.filters.toxicity._options import Engine, Options, Variant, read_options
from evaluation.filters.toxicity._settings import Settings, read_settings

__all__ = ["build"]

_MULTILINGUAL: Final = ("en", "fr", "es", "it", "pt", "tr", "ru")  # the languages of its training data


def build(setting: FilterSetting) -> ToxicityFilter:
    """Build the filter; raise `ConfigurationError` for options that do not fit, `InputError` for files that do not."""
    options = read_options(setting)
    settings, digest = read_settings()
    if options.engine is Engine.DETOXIFY:
        return _detoxify(options, settings, digest, setting)
    reader = load_embedded(setting.threads)
    spec = FilterSpec(
        name="toxicity",
        version=settings.version,
        threshold=settings.threshold if options.threshold is None else options.threshold,
        model_digest=reader.digest,
        data_digest=digest,
        languages=settings.languages,
        options={"engine": options.engine.value},
    )
    return ToxicityFilter(spec, reader)


def _detoxify(options: Options, settings: Settings, digest: str, setting: FilterSetting) -> ToxicityFilter:
    reader = load_detoxify(options, setting.folder, setting.threads)
    recorded: dict[str, JsonValue] = {"engine": options.engine.value, "variant": options.variant.value}
    spec = FilterSpec(
        name="toxicity",
        version=settings.version,
        threshold=settings.detoxify_threshold if options.threshold is None else options.threshold,
        model_digest=reader.digest,
        data_digest=digest_bytes(f"{digest} {reader.config_digest}".encode()),
        languages=_MULTILINGUAL if options.variant is Variant.MULTILINGUAL else ("en",),
        options=recorded,
    )
    return ToxicityFilter(spec, reader)
