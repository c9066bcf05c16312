"""`sign_in:` of `assay.yaml`: the OpenID provider that vouches for people. Without it nobody signs in to the pages."""

import ipaddress
import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from assay.app._secrecy import address_holds_secret
from assay.app._strict import Strict

__all__ = ["CALLBACK", "PROVIDER", "SignInSettings", "is_loopback"]

CALLBACK: Final = "/oauth2callback"  # where Streamlit listens for the provider's answer
PROVIDER: Final = "team"  # the provider's name between Streamlit and us
_REFERENCE: Final = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")


def is_loopback(host: str) -> bool:
    """Whether a host's name or address reaches this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("expected an address such as https://id.example.org") from None
    if not host or address_holds_secret(value) or parts.username or parts.fragment:
        raise ValueError("expected an address such as https://id.example.org, without a user or a secret in it")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("expected https://; http:// is for this machine alone")
    return value


def _callback(value: str) -> str:
    if urlsplit(value).path != CALLBACK or urlsplit(value).query:
        raise ValueError(f"expected an address that ends with {CALLBACK}, which is where the pages listen")
    return value


def _reference(value: str) -> str:
    if not _REFERENCE.fullmatch(value):
        raise ValueError("expected a reference such as env:NAME or file:PATH, never the secret itself")
    return value


class SignInSettings(Strict):
    """What the provider's administrator gave out for this application."""

    metadata_url: Annotated[str, AfterValidator(_address)]  # …/.well-known/openid-configuration
    client_id: str = Field(min_length=1, max_length=300)
    client_secret: Annotated[str, AfterValidator(_reference)]
    redirect_address: Annotated[str, AfterValidator(_address), AfterValidator(_callback)]  # as people's browsers see us

    @property
    def origin(self) -> str:
        """What people type into a browser."""
        return self.redirect_address.removesuffix(CALLBACK)

    @property
    def host(self) -> str:
        """The host's name in it."""
        return urlsplit(self.redirect_address).hostname or ""

    @property
    def own_port(self) -> int | None:
        """The port that the pages have to listen on, where no proxy stands in between."""
        parts = urlsplit(self.redirect_address)
        return parts.port if parts.scheme == "http" else None
