"""Tokens of addresses that we mail: each holds what it is about, sealed by the installation's key. None is stored.

A synthetic tag and a key stream (the construction of RFC 5297, of HMAC-SHA256 and SHAKE256): the same words make the
same token, so that a mail that is sent again is the same mail; nobody without the key reads or makes one.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

_TAG = 16
"""Bytes by which a token is known for ours: 128 bits."""
_LETTERS = re.compile(r"[A-Za-z0-9_-]+")
LONGEST = 800
"""Characters of a token: an address has at most 254 (RFC 5321, 4.5.3.1)."""


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What makes tokens and reads them."""

    key: bytes

    def token(self, purpose: str, about: str) -> str:
        """What opens the door of a purpose (`manage`, `unsubscribe`, `confirm`) to one address, in letters of a URL."""
        words = about.encode()
        tag = self._tag(purpose, words)
        return urlsafe_b64encode(tag + self._veiled(tag, words)).rstrip(b"=").decode("ascii")

    def about(self, purpose: str, token: str) -> str | None:
        """What a token is about; None: we did not make it for this purpose. Takes as long whichever it is."""
        if len(token) > LONGEST or not _LETTERS.fullmatch(token):
            return None
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        tag, words = raw[:_TAG], self._veiled(raw[:_TAG], raw[_TAG:])
        right = hmac.compare_digest(tag, self._tag(purpose, words))
        return words.decode() if right else None

    def _tag(self, purpose: str, words: bytes) -> bytes:
        return hmac.digest(self.key, b"\0".join((b"tag", purpose.encode(), words)), "sha256")[:_TAG]

    def _veiled(self, tag: bytes, words: bytes) -> bytes:
        """The words under a stream that only this key makes of this tag; the same again takes it off."""
        seed = hmac.digest(self.key, b"stream\0" + tag, "sha256")
        stream = hashlib.shake_256(seed).digest(len(words))
        return bytes(one ^ other for one, other in zip(words, stream, strict=True))
