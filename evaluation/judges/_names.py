"""The names of the judges that every workspace has; every other name is an endpoint of `assay.yaml`."""

from typing import Final

__all__ = ["BUILT_IN_JUDGES", "CHECKS_JUDGE", "EMBEDDED_JUDGE", "LOCAL_JUDGE", "WITHOUT_LANGUAGE_MODEL"]

CHECKS_JUDGE: Final = "checks"  # free checks in code alone
LOCAL_JUDGE: Final = "local"  # the cascade without its language model
EMBEDDED_JUDGE: Final = "embedded"
BUILT_IN_JUDGES: Final = frozenset({CHECKS_JUDGE, LOCAL_JUDGE, EMBEDDED_JUDGE})
WITHOUT_LANGUAGE_MODEL: Final = frozenset({CHECKS_JUDGE, LOCAL_JUDGE})
