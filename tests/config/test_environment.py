"""Settings are named, and what is wrong with them is one sentence each."""

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from yakuba.config import environment

TABLE = Path(__file__).resolve().parents[2] / "docs" / "running" / "settings.md"

GOOD = {
    "DATABASE_URL": "postgresql://yakuba:secret@localhost/yakuba",
    "PUBLIC_URL": "https://line.town.example.jp",
    "SECRET_KEY": "x" * 40,
    "DATA_KEY": Fernet.generate_key().decode(),
    "LINE_CHANNEL_ID": "1650000001",
    "LINE_CHANNEL_SECRET": "s",
    "LINE_LOGIN_CHANNEL_ID": "1650000002",
    "LINE_LOGIN_CHANNEL_SECRET": "s",
    "LINE_LIFF_ID": "1650000002-abcdefgh",
}


def test_what_is_left_out_has_its_default() -> None:
    values = environment.read(GOOD)

    assert values["LINE_API_BASE"] == "https://api.line.me"
    assert values["ENVIRONMENT"] == "production"


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_setting_is_named(name: str) -> None:
    without = {key: value for key, value in GOOD.items() if key != name}

    with pytest.raises(environment.WrongSetting, match=f"^{name} is not set: "):
        environment.read(without)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("PUBLIC_URL", "http://town.example.jp"),
        ("PUBLIC_URL", "town.example.jp"),
        ("SECRET_KEY", "short"),
        ("DATA_KEY", "not a key"),
        ("LINE_CHANNEL_ID", "abc"),
        ("ENVIRONMENT", "staging"),
        ("PORT", "99999"),
        ("SMTP_URL", "mail.example.jp"),
        ("STAFF_NETWORKS", "office"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_name(name: str, value: str) -> None:
    with pytest.raises(environment.WrongSetting) as refused:
        environment.read({**GOOD, name: value})

    sentences = str(refused.value).splitlines()
    assert len(sentences) == 2  # the sentence, and where to read more
    assert sentences[0].startswith(f"{name} must ")


def test_the_table_of_the_manual_is_the_one_in_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", TABLE.read_text(), re.MULTILINE)

    said = [
        (
            one.name,
            one.meaning,
            "must be set"
            if one.default is None
            else f"`{one.default}`"
            if one.default
            else "empty",
        )
        for one in environment.ALL
    ]
    assert rows == said
