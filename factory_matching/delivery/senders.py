"""The channels: a folder, a signed webhook, the portal."""

import base64
import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

from factory_matching.delivery.message import DeliveryFailed, Message, Sender, Senders
from models.errors import NotFound, PrivateAddress
from models.outbox import Channel
from models.outside import outside_client

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_LARGEST_ATTACHMENT = 5_000_000  # bytes; a brief has about 200 KB
ReadBlob = Callable[[str], bytes]


def build_senders(folder: Path, read_blob: ReadBlob, allow_private: bool) -> Senders:
    """A sender for every channel; webhooks reach private addresses only when allowed."""
    return {
        Channel.FILE: _to_folder(folder, read_blob),
        Channel.WEBHOOK: _to_webhook(read_blob, allow_private),
        Channel.PORTAL: lambda message, now: None,  # nothing leaves: once marked as sent, the portal shows it
    }


def _to_folder(folder: Path, read_blob: ReadBlob) -> Sender:
    """FOLDER/ADDRESS/KEY.json and, with an attachment, KEY.pdf; written aside first, so no reader sees half a file."""

    def send(message: Message, now: datetime) -> None:
        own = folder / _file_name(message.address)
        name = _file_name(message.key.removesuffix(f":{Channel.FILE.value}"))
        try:
            own.mkdir(parents=True, exist_ok=True)
            if message.blob:
                _write(own / f"{name}.pdf", _read(read_blob, message.blob))
            _write(own / f"{name}.json", json.dumps(message.payload, ensure_ascii=False, indent=2).encode())
        except OSError as error:
            raise DeliveryFailed(f"cannot write to {own}: {error.strerror}") from None

    return send


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).lstrip(".") or "unnamed"


def _write(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    aside.write_bytes(content)
    aside.replace(path)


def _read(read_blob: ReadBlob, key: str) -> bytes:
    try:
        return read_blob(key)
    except (NotFound, OSError) as error:
        raise DeliveryFailed(f"the attachment cannot be read: {error}") from None


def _to_webhook(read_blob: ReadBlob, allow_private: bool) -> Sender:
    """POST signed by Standard Webhooks (webhook-id is the message's key); anything but 2xx is a failure."""

    def send(message: Message, now: datetime) -> None:
        if not message.secret:
            raise DeliveryFailed("the factory has no webhook secret")
        body = json.dumps(_with_attachment(message, read_blob), ensure_ascii=False)
        try:
            signature = Webhook(message.secret).sign(message.key, now, body)
        except (ValueError, RuntimeError):
            raise DeliveryFailed("the factory's webhook secret is not base64 (whsec_...)") from None
        headers = {
            "content-type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        _post(message.address, body.encode(), headers, allow_private)

    return send


def _with_attachment(message: Message, read_blob: ReadBlob) -> dict[str, Any]:
    content = dict(message.payload)
    if message.blob:
        pdf = _read(read_blob, message.blob)
        if len(pdf) > _LARGEST_ATTACHMENT:
            raise DeliveryFailed(f"the attachment has {len(pdf)} bytes, more than {_LARGEST_ATTACHMENT}")
        content["attachment"] = {"media_type": "application/pdf", "base64": base64.b64encode(pdf).decode()}
    return content


def _post(url: str, body: bytes, headers: dict[str, str], allow_private: bool) -> None:
    host = ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port  # a port that is none is a ValueError
        # Only the status matters; a body without end is not read.
        with (
            outside_client(lambda host: allow_private, _TIMEOUT) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            success, status = answer.is_success, answer.status_code
    except PrivateAddress:
        raise DeliveryFailed(
            f"{host} is a private address; webhooks may reach those only when settings allow it"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise DeliveryFailed(f"{host[:80]}: {type(error).__name__}: {error}") from None
    if not success:
        raise DeliveryFailed(f"{host} answered {status}")
