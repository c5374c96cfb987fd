import pytest


@pytest.fixture(autouse=True)
def _passwords_are_hashed_quickly(settings: object) -> None:
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]
