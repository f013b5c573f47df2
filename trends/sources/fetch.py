"""One answer from a feed or an API: limits kept, tried again where that helps, secrets sent home only."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpx

from models.errors import InvalidInput, PrivateAddress, UnreadableSource
from models.outside import outside_client
from trends.sources.config import SourceConfig
from trends.sources.pace import Pace

MAX_REDIRECTS = 5
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_OWN_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from the last hop; 304 has no body."""

    url: str
    status: int
    body: bytes
    headers: httpx.Headers = field(repr=False)


class Fetcher:
    """GETs for one source. Hosts of the configured addresses are home: only they see the secret headers, and only
    they may be private addresses, when the source allows it.
    """

    def __init__(self, config: SourceConfig, home: Mapping[str, str] | tuple[str, ...] | list[str],
                 environ: Mapping[str, str], pace: Pace) -> None:  # fmt: skip
        self._config = config
        self._pace = pace
        self._home = {_origin(url) for url in home}
        self._secrets = {name: _secret(environ, variable, name) for name, variable in config.secret_headers.items()}
        hosts = {host for _, host, _ in self._home}
        self._client = outside_client(lambda host: config.allow_private and host in hosts, config.timeout_seconds)

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self._client.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The 200 or 304 behind an address, after at most five redirects and `retries` more tries.

        Waits 1, 2, 4 ... seconds between tries, or what Retry-After says. UnreadableSource says why there is none.
        """
        for attempt in range(self._config.retries + 1):
            wait = min(2.0**attempt, _LONGEST_OWN_WAIT)
            try:
                answer = self._follow(url, headers or {})
            except httpx.TransportError as error:
                problem = f"{url}: {error or type(error).__name__}"
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                raise UnreadableSource(f"{url}: {error or type(error).__name__}") from None
            except PrivateAddress as error:
                raise UnreadableSource(
                    f"{url}: {error}; allow_private = true lets the hosts of urls be private"
                ) from None
            else:
                if answer.status not in _AGAIN:
                    return _usable(answer)
                problem, wait = f"{answer.url}: answered {answer.status}", self._wait_for(answer, wait)
            if attempt < self._config.retries:
                self._pace.sleep(wait)
        raise UnreadableSource(f"{problem} ({self._config.retries + 1} tries)")

    def _wait_for(self, answer: Answer, own: float) -> float:
        asked = retry_after(answer.headers)
        if asked is not None and asked > self._config.max_wait_seconds:
            raise UnreadableSource(
                f"{answer.url}: answered {answer.status} and asks to wait {asked:.0f} s, longer than max_wait_seconds"
            )
        return own if asked is None else asked

    def _follow(self, url: str, headers: Mapping[str, str]) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._once(url, headers)
            if not httpx.codes.is_redirect(answer.status) or answer.status == 304:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
        raise UnreadableSource(f"{url}: more than {MAX_REDIRECTS} redirects")

    def _once(self, url: str, headers: Mapping[str, str]) -> Answer:
        origin = _origin(url)
        own = {**self._config.headers, **self._secrets} if origin in self._home else {}
        sent = {"accept-encoding": "gzip", **own, **headers}
        self._pace.wait_turn(origin[1], self._config.requests_per_second)
        started = self._pace.monotonic()
        with self._client.stream("GET", url, headers=sent) as response:
            body = b""
            if response.status_code == 200:
                body = self._body(response, url, started)
            return Answer(url, response.status_code, body, response.headers)

    def _body(self, response: httpx.Response, url: str, started: float) -> bytes:
        """The unpacked body; gzip is unpacked here, so that a small answer cannot fill the memory."""
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise UnreadableSource(f"{url}: packed as {encoding[:40]}, which was not asked for")
        unpack = zlib.decompressobj(wbits=47) if encoding != "identity" else None
        limit, body = self._config.max_bytes, bytearray()
        for chunk in response.iter_raw():
            try:
                body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
            except zlib.error as error:
                raise UnreadableSource(f"{url}: {error}") from None
            if len(body) > limit:
                raise UnreadableSource(f"{url}: larger than {limit} bytes")
            if self._pace.monotonic() - started > self._config.timeout_seconds:
                raise UnreadableSource(f"{url}: takes longer than {self._config.timeout_seconds:g} s")
        return bytes(body)


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that a server asks to wait (RFC 9110 10.2.3): a number, or a date reckoned from the answer's own date."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value[:9])
    until, now = _moment(value), _moment(headers.get("date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _usable(answer: Answer) -> Answer:
    if answer.status not in (200, 304):
        raise UnreadableSource(f"{answer.url}: answered {answer.status}")
    return answer


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        raise UnreadableSource(f"{url[:200]}: is no address") from None
    if scheme not in {"http", "https"} or not host:
        raise UnreadableSource(f"{url[:200]}: only http and https addresses are fetched")
    if parts.username or parts.password:
        raise UnreadableSource(f"{host}: an address holds no user or password; use secret_headers")
    return scheme, host, port or (443 if scheme == "https" else 80)


def _secret(environ: Mapping[str, str], variable: str, header: str) -> str:
    value = environ.get(variable, "").strip()
    if not value:
        raise InvalidInput(f"header {header!r} needs the environment variable {variable}, which is not set")
    if not (value.isascii() and value.isprintable()):
        raise InvalidInput(f"the environment variable {variable} holds more than printable ASCII")
    return value
