"""The names of the judges that every workspace has; every other name is an endpoint of `assay.yaml`."""

from typing import Final

__all__ = ["EMBEDDED_JUDGE", "LOCAL_JUDGE"]

LOCAL_JUDGE: Final = "local"
EMBEDDED_JUDGE: Final = "embedded"
