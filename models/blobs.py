"""Pictures, drawings and documents, stored by content hash."""

import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import Any

import fsspec

from models.errors import NotFound


@dataclass(frozen=True, slots=True)
class BlobStore:
    """Bytes under the SHA-256 of their content; a local folder by default, any fsspec URL when configured."""

    url: str

    def put(self, content: bytes) -> str:
        """Store and return the key; the same content is stored once."""
        key = hashlib.sha256(content).hexdigest()
        system, path = self._locate(key)
        if not system.exists(path):
            system.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            # A reader never sees half a file: written aside under a name of its own, then moved.
            aside = f"{path}.{uuid.uuid4().hex}.part"
            with system.open(aside, "wb") as file:
                file.write(content)
            system.mv(aside, path)
        return key

    def get(self, key: str) -> bytes:
        """Read back; NotFound for anything that is not the key of stored content."""
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise NotFound("blob", key[:80])
        system, path = self._locate(key)
        try:
            with system.open(path, "rb") as file:
                return bytes(file.read())
        except FileNotFoundError:
            raise NotFound("blob", key) from None

    def _locate(self, key: str) -> tuple[Any, str]:
        system, root = fsspec.core.url_to_fs(self.url)
        return system, f"{root}/{key[:2]}/{key}"
