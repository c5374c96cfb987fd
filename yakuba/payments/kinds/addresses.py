"""Where a provider lives: its own address, or another one that the administrator was told."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

_HERE = ("localhost", "127.0.0.1")


def origin(url: str) -> str:
    """Return the scheme and host of an address, as a browser names where a page is from."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_sound(url: str) -> str:
    """Accept https, and this very machine for simulators; empty is the provider's usual address."""
    parts = urlsplit(url)
    is_here = parts.scheme == "http" and parts.hostname in _HERE
    if url and not ((parts.scheme == "https" and parts.netloc) or is_here):
        raise ValueError("接続先は https:// で始まるアドレスを入力してください。")
    return url.rstrip("/")


Address = Annotated[str, AfterValidator(_is_sound)]
