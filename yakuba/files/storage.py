"""Where the encrypted bytes lie: a folder, or an S3-compatible store; FILES_URL says which.

What is written is whole or absent, whenever the process or the machine stops.
"""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from yakuba.kit.errors import OutsideFailure


class Storage(Protocol):
    """Bytes by name."""

    def write(self, name: str, content: bytes) -> None: ...

    def read(self, name: str) -> bytes | None: ...

    def delete(self, name: str) -> None: ...

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Go through every name, with the machine time of its writing."""


def here() -> Storage:
    """Return the storage that FILES_URL names."""
    return _open(settings.FILES_URL)


@lru_cache(maxsize=4)
def _open(url: str) -> Storage:
    if url.startswith("s3://"):
        return Bucket(url)
    return Folder(Path(url.removeprefix("file://")))


class Folder:
    """A folder, with one folder below for each of the first two letters."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, name: str, content: bytes) -> None:
        place = self._place(name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name too has to survive a power cut
        finally:
            os.close(folder)

    def read(self, name: str) -> bytes | None:
        try:
            return self._place(name).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        self._place(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        for place in self._root.glob("??/*"):
            try:
                written = place.stat().st_mtime
            except FileNotFoundError:
                continue
            yield place.name, datetime.fromtimestamp(written, UTC)

    def _place(self, name: str) -> Path:
        return self._root / name[:2] / name


class Bucket:
    """A bucket of any S3-compatible store: s3://key:secret@host/bucket, with ?region= if it needs one."""

    def __init__(self, url: str) -> None:
        import boto3  # 60 MB that a town with a folder does not pay
        from botocore.config import Config

        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        scheme = "http" if parts.hostname in ("localhost", "127.0.0.1") else "https"
        region = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        self._bucket = parts.path.strip("/")
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://{host}",
            aws_access_key_id=unquote(parts.username or ""),
            aws_secret_access_key=unquote(parts.password or ""),
            region_name=region.get("region", "us-east-1"),
            config=Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2}),
        )

    def write(self, name: str, content: bytes) -> None:
        self._ask("put_object", Key=name, Body=content)

    def read(self, name: str) -> bytes | None:
        from botocore.exceptions import BotoCoreError

        answer = self._ask("get_object", Key=name, absent=("NoSuchKey", "404"))
        try:
            return bytes(answer["Body"].read()) if answer else None
        except BotoCoreError as no:  # it broke off in the middle
            raise OutsideFailure(f"storage: get_object: {type(no).__name__}") from None

    def delete(self, name: str) -> None:
        self._ask("delete_object", Key=name)

    def names(self) -> Iterator[tuple[str, datetime]]:
        more: dict[str, Any] = {}
        while True:
            answer = self._ask("list_objects_v2", **more)
            for found in answer.get("Contents", []):
                yield found["Key"], found["LastModified"]
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def _ask(self, what: str, *, absent: tuple[str, ...] = (), **values: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, what)(Bucket=self._bucket, **values)
        except ClientError as no:
            code = str(no.response.get("Error", {}).get("Code", ""))
            if code in absent:
                return None
            raise OutsideFailure(f"storage: {what}: {code}") from None
        except BotoCoreError as no:
            raise OutsideFailure(f"storage: {what}: {type(no).__name__}") from None
