"""One message to one address outside, over https, to a machine that it may go to.

Imported only where the settings have webhooks: httpx takes memory. The host's name is looked up once, every address it
has is looked at, and the connection goes to one of those: whoever answers the next look-up cannot lead it elsewhere.
The certificate still has to be the name's.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore  # noqa: F401  # pyright: ignore[reportUnusedImport]  (httpx would load it with the first message)
import httpx

from bot.services.retries import Tried

LIMIT = 10.0
"""Seconds for a try, whatever the receiver does."""

WAITS = httpx.Timeout(LIMIT, connect=LIMIT / 2)

TRANSLATED = IPv6Network("64:ff9b::/96")
LOCALLY_TRANSLATED = IPv6Network("64:ff9b:1::/48")
"""IPv4 addresses as a machine with IPv6 alone sees them (NAT64)."""

SENDING = "send_request_headers.started"
"""How httpcore names the moment from which the receiver may have something."""

for each in ("httpx", "httpcore"):
    logging.getLogger(each).setLevel(logging.WARNING)  # below that they log addresses, which are secrets

Look = Callable[[str, int], Awaitable[Sequence[str]]]


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, by the machine's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


def is_public(address: str) -> bool:
    """Whether an address is of the internet: not this machine, not its network, nothing set aside."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        inside = _inside(ip)
        if inside is not None:
            return is_public(str(inside))
        if ip in LOCALLY_TRANSLATED or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


def _inside(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, where it leads there."""
    if ip in TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


class Postman:
    """Posts. Says what came of it, and in no words that hold an address or what the receiver said."""

    def __init__(self, look: Look = look_up, trusted: ssl.SSLContext | None = None) -> None:
        self._look = look
        self._trusted = trusted or ssl.create_default_context()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> Tried:
        """Send ``body`` once."""
        attempt = _Attempt()
        try:
            async with asyncio.timeout(LIMIT):
                return await self._post(attempt, httpx.URL(url), body, headers, allow_private=allow_private)
        except (httpx.InvalidURL, UnicodeError):
            return Tried(why="its address is not one", for_good=True)
        except (httpx.HTTPError, OSError) as error:
            if attempt.heard:
                return attempt.heard  # it was only the hanging up that went wrong
            return Tried(why=_why(error, sending=attempt.sending), may_have_arrived=attempt.sending)

    async def _post(
        self, attempt: "_Attempt", to: httpx.URL, body: bytes, headers: Mapping[str, str], *, allow_private: bool
    ) -> Tried:
        addresses = await self._look(to.raw_host.decode("ascii"), to.port or 443)
        if not allow_private and not all(map(is_public, addresses)):
            why = "its address leads to a private network, which only allow_private in the settings allows"
            return Tried(why=why, for_good=True)
        async with httpx.AsyncClient(verify=self._trusted, trust_env=False, timeout=WAITS) as client:
            for address in addresses:
                try:
                    return await attempt.ask(client, to, address, body, headers)
                except httpx.ConnectError:
                    if address == addresses[-1]:
                        raise
        return Tried(why="its address leads nowhere")


@dataclass
class _Attempt:
    """How far one try has got."""

    sending: bool = False
    heard: Tried | None = None

    async def ask(
        self, client: httpx.AsyncClient, to: httpx.URL, address: str, body: bytes, headers: Mapping[str, str]
    ) -> Tried:
        """Send to a host at one of its addresses, in its own name."""
        own = {"host": to.netloc.decode("ascii"), "user-agent": "Plenary"}
        extensions = {"sni_hostname": to.raw_host.decode("ascii"), "trace": self._watch}
        there = to.copy_with(host=address)
        request = client.build_request("POST", there, content=body, headers={**headers, **own}, extensions=extensions)
        # What stands below the headers is of no use here, and is not read.
        answer = await client.send(request, stream=True, follow_redirects=False)
        self.heard = Tried(answer.status_code, answer.headers.get("retry-after", ""))
        await answer.aclose()
        return self.heard

    async def _watch(self, event: str, _: object) -> None:
        self.sending = self.sending or event.endswith(SENDING)


def _why(error: BaseException, *, sending: bool) -> str:
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return "its certificate is not one to be trusted"
    if any(isinstance(each, socket.gaierror) for each in causes):
        return "its address cannot be found"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"it did not answer within {LIMIT:.0f} seconds" if sending else "it could not be reached in time"
    return "the connection broke off before it had answered" if sending else "it could not be reached"
