"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yakuba.townhall.models import Town


def town(request: HttpRequest) -> dict[str, Any]:
    return {
        "town": Town.objects.filter(pk=1).first() or Town(name="（町の名前が未設定です）"),
        "environment": settings.ENVIRONMENT,
        "liff_id": settings.LINE_LIFF_ID,
        "liff_sdk_url": settings.LIFF_SDK_URL,
    }
