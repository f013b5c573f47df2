"""HTTP to addresses that others wrote down (feeds, APIs, webhooks), kept out of our own network."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from functools import cache

import httpx

from models.errors import PrivateAddress

Resolve = Callable[[str, int], list[str]]
"""Host and port -> IP addresses; OSError when there is none."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def outside_client(may_be_private: Callable[[str], bool], timeout: float | httpx.Timeout) -> httpx.Client:
    """A client that asks before it connects to a private address, takes no proxy from the environment and follows
    no redirect by itself. `may_be_private` is called with a host name; raises PrivateAddress where it says no.
    """
    transport = OutsideTransport(may_be_private)
    return httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)


class OutsideTransport(httpx.BaseTransport):
    """Resolves a name once for a request, checks every address, and connects to exactly what it checked.

    A name that answers with a public address first and a private one later (DNS rebinding) gains nothing.
    """

    def __init__(self, may_be_private: Callable[[str], bool], resolve: Resolve | None = None) -> None:
        self._may_be_private = may_be_private
        self._resolve = resolve or look_up
        # One pool a host: connections are pooled by address, and two names on one address must not share a certificate.
        self._pools: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Try the checked addresses in order; the certificate is still checked against the name."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        pool = self._pools.get(host) or self._pools.setdefault(host, httpx.HTTPTransport(verify=_trusted()))
        *others, last = self._checked(host, port)
        for address in others:
            try:
                return pool.handle_request(_pinned(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return pool.handle_request(_pinned(request, last))

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"cannot resolve {host[:80]}: no such host ({error})") from None
        if not self._may_be_private(host) and not all(map(is_public, addresses)):
            raise PrivateAddress(f"{host[:80]} is a private address")
        return addresses

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that this process trusts, loaded once: a fifth of a second each time otherwise."""
    return httpx.create_ssl_context()


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, in the system's order, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )
