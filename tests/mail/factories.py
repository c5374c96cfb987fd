"""Letters of the tests."""

from yakuba.mail.models import Letter
from yakuba.mail.operations import post


def make_letter(
    *,
    to: list[str] | None = None,
    subject: str = "【道路の通報】1件届きました",
    body: str = "受付番号 R8-000123\nhttp://localhost:8000/console/submissions/1/",
    dedupe_key: str | None = None,
    batch_key: str = "",
    batch_minutes: int = 0,
    is_secret: bool = False,
) -> Letter:
    letter = post(
        to=["kensetsu@town.example.jp"] if to is None else to,
        subject=subject,
        body=body,
        dedupe_key=dedupe_key,
        batch_key=batch_key,
        batch_minutes=batch_minutes,
        is_secret=is_secret,
    )
    assert letter is not None
    return letter
