"""From a setting to a filter."""

from assay.kernel import JsonValue
from evaluation.encoder import load_text_model
from evaluation.filters._registry import FilterSetting
from evaluation.filters._types import FilterSpec
from evaluation.filters.injection._filter import InjectionFilter
from evaluation.filters.injection._known import load_known
from evaluation.filters.injection._options import StageName, read_options
from evaluation.filters.injection._patterns import load_patterns
from evaluation.filters.injection._settings import FOLDER, read_settings

__all__ = ["build"]


def build(setting: FilterSetting) -> InjectionFilter:
    """Build the filter; raise `ConfigurationError` for options that do not fit, `InputError` for files that do not."""
    options = read_options(setting)
    settings, digest = read_settings()
    head = load_text_model(FOLDER, setting.threads) if StageName.HEAD in options.stages else None
    recorded: dict[str, JsonValue] = {"stages": [stage.value for stage in options.stages]}
    spec = FilterSpec(
        name="injection",
        version=settings.version,
        threshold=settings.threshold if options.threshold is None else options.threshold,
        model_digest=head.card.digest if head else "",
        data_digest=digest,
        languages=settings.languages,
        options=recorded,
    )
    return InjectionFilter(
        spec,
        settings.weighing,
        patterns=load_patterns() if StageName.PATTERNS in options.stages else None,
        known=load_known(settings.near) if StageName.KNOWN in options.stages else None,
        head=head,
    )
