"""Portal links: whoever holds one may answer the offer it names, without an account."""

import base64
import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PortalLinks:
    """Makes the same link for the same offer again, so that a repeated run does not void the one already sent."""

    base_url: str
    """Public address of the web server."""
    secret: str

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError("the secret of portal links has fewer than 16 characters")

    def token(self, listing_slug: str, factory_code: str, round_: int) -> str:
        """HMAC-SHA-256 over the offer's natural key, URL-safe."""
        message = f"offer\n{listing_slug}\n{factory_code}\n{round_}".encode()
        digest = hmac.new(self.secret.encode(), message, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def rfq_token(self, rfq_id: int, factory_code: str) -> str:
        """The same for a request for quotation."""
        return self.token(f"rfq\n{rfq_id}", factory_code, 0)

    def to_rfq(self, token: str) -> str:
        """Address of the page on which a request is quoted."""
        return f"{self.base_url.rstrip('/')}/portal/rfqs/{token}"

    def to_offer(self, token: str) -> str:
        """Address of the page on which the offer is answered."""
        return f"{self.base_url.rstrip('/')}/portal/offers/{token}"
