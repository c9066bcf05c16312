"""`scan:` and `filters:` of `assay.yaml`: names that exist, no secrets, options left to their filter."""

from pathlib import Path

import pytest

from assay.app.settings import Settings, load_settings
from assay.kernel import ConfigurationError


def settings(folder: Path, text: str) -> Settings:
    """Load settings from a file with this text."""
    path = folder / "assay.yaml"
    path.write_text(text)
    return load_settings(path, {})


def test_options_reach_their_filter_as_they_are(tmp_path: Path) -> None:
    """Nested lists, numbers and references to secrets."""
    text = "filters: {pii: {languages: [de], deny: [a], encrypt: {key: env:PII_KEY}}, toxicity: {threshold: 0.7}}"
    found = settings(tmp_path, text)
    assert found.filters["pii"] == {"languages": ["de"], "deny": ["a"], "encrypt": {"key": "env:PII_KEY"}}
    assert found.filters["toxicity"] == {"threshold": 0.7}
    assert found.scan.filters == ["toxicity", "pii", "injection", "keywords"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("filters: {toxcity: {}}", "did you mean 'toxicity'"),
        ("scan: {filters: [pi]}", "did you mean 'pii'"),
        ("scan: {filters: [pii, pii]}", "comes twice"),
        ("scan: {filters: []}", "at least 1"),
        ("scan: {row_timeout_s: 0}", "greater than 0"),
        ("scan: {fitlers: [pii]}", "did you mean 'filters'"),
        ("filters: {pii: {encrypt: {key: hunter2}}}", "pii.encrypt.key looks like a secret"),
        ("filters: {toxicity: {endpoint: 'https://u:hunter2@h/v1'}}", "toxicity.endpoint looks like a secret"),
        ("filters: {toxicity: {tokens: [hunter2]}}", "toxicity.tokens looks like a secret"),
    ],
)
def test_what_cannot_work_is_refused_without_repeating_a_secret(tmp_path: Path, text: str, said: str) -> None:
    """Before anything is scanned."""
    with pytest.raises(ConfigurationError) as caught:
        settings(tmp_path, text)
    assert said in caught.value.message
    assert "hunter2" not in caught.value.message


def test_lists_of_keywords_are_no_secrets(tmp_path: Path) -> None:
    """A name may sound like one."""
    assert settings(tmp_path, "filters: {keywords: {keyword_files: [a.yaml], tokenizer: words}}").filters
