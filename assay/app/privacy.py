"""No telemetry, ever: the switches of the packages that would otherwise call home, set before any of them is imported.

Rules of this place: what is set here wins over the user's environment, because a variable left over from another tool
must not start a connection that the user did not configure.
"""

import os
from typing import Final

__all__ = ["PRIVACY_ENVIRONMENT", "silence_telemetry"]

PRIVACY_ENVIRONMENT: Final = {
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_MODEL_CATALOG_URI": "",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS": "",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
}


def silence_telemetry() -> None:
    """Set every switch in this process; subprocesses inherit them."""
    os.environ.update(PRIVACY_ENVIRONMENT)
