"""An OpenID provider on the loopback: discovery, a page to sign in on, code flow with PKCE, RS256 tokens, its keys.

It is honest: it checks client, secret, redirect address, code and verifier, uses a code once, and asks for proof with
every sign-in.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

__all__ = ["Provider", "provider_on_loopback"]


@dataclass(kw_only=True)
class Provider:
    """What it knows and what it was asked."""

    issuer: str
    client_id: str
    client_secret: str
    redirect: str
    people: tuple[str, ...]
    key: RSAKey
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)  # parameters of each request to sign in

    def begin(self, query: dict[str, str]) -> str:
        """Return the page on which somebody says who they are."""
        if query.get("client_id") != self.client_id or query.get("redirect_uri") != self.redirect:
            return "unknown client"
        self.asked.append(query)
        links = (f'<p><a href="/proof?{urlencode({**query, "who": who})}">I am {who}</a></p>' for who in self.people)
        return "<h1>Prove who you are</h1>" + "".join(links)

    def prove(self, query: dict[str, str]) -> str:
        """Return where the browser goes with a code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "at": str(int(time.time()))}
        return f"{self.redirect}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, object] | None:
        """Return the tokens for a code, once."""
        expected = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        given = self.codes.pop(form.get("code", ""), None)
        if given is None or authorization != f"Basic {expected}" or form.get("redirect_uri") != self.redirect:
            return None
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != given.get("code_challenge"):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": given["who"],
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "auth_time": int(given["at"]),
            "nonce": given["nonce"],
        }
        signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": signed, "expires_in": 300}

    def discovery(self) -> dict[str, object]:
        """Return the metadata."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }


@contextmanager
def provider_on_loopback(redirect: str, secret: str, people: tuple[str, ...]) -> Iterator[Provider]:
    """Serve a provider until the context ends."""
    key = RSAKey.generate_key(2048, auto_kid=True)
    provider = Provider(issuer="", client_id="assay", client_secret=secret, redirect=redirect, people=people, key=key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(place.query).items()}
            if place.path == "/.well-known/openid-configuration":
                self._answer(json.dumps(provider.discovery()), "application/json")
            elif place.path == "/keys":
                self._answer(json.dumps({"keys": [provider.key.as_dict(private=False)]}), "application/json")
            elif place.path == "/authorize":
                self._answer(provider.begin(query), "text/html")
            elif place.path == "/proof":
                self.send_response(302)
                self.send_header("Location", provider.prove(query))
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            found = provider.token(form, self.headers.get("Authorization", ""))
            if found is None:
                self._answer('{"error": "invalid_grant"}', "application/json", 400)
            else:
                self._answer(json.dumps(found), "application/json")

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, text: str, kind: str, status: int = 200) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
