"""What goes wrong with a call is said without the address: its query may hold a secret."""

from aiohttp import ClientResponseError, RequestInfo
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from evaluation.llm._transport import _words


def test_a_broken_reply_is_described_without_its_address() -> None:
    """Aiohttp's own words end with the whole URL."""
    url = URL("http://app.test/?api_key=CANARY-123")
    asked = RequestInfo(url, "GET", CIMultiDictProxy(CIMultiDict()), url)
    words = _words(ClientResponseError(asked, (), status=400, message="Bad status line"))
    assert words == "ClientResponseError: 400, Bad status line"
