"""RemoteLOCK, the Japanese platform: `/bookings` under our own id, further doors by accesses, times without zone.

Source: the vendor's support pages and public clients (simulators/locks/README.md says which is which). A PIN that
is taken does not fail: 201 brings another one, so the answer's PIN counts, and further doors are added to the same
person instead of being booked anew.
"""

import hmac
import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import ConfigDict, Field, SecretStr

from yakuba.kit import http
from yakuba.kit.clock import JAPAN
from yakuba.kit.errors import OutsideFailure
from yakuba.locks.sockets import (
    Abilities,
    Contract,
    Device,
    DeviceState,
    Fault,
    Forged,
    Issued,
    LockMaker,
    Memory,
    Refused,
    Standing,
    Wish,
    lock_makers,
)
from yakuba.payments.kinds.addresses import Address

_USUAL = "https://api.remotelock-pf.jp"
_ACCEPT = "application/vnd.lockstate+json; version=1"
_PATIENCE = 15.0  # seconds
_FORMAT = "%Y-%m-%dT%H:%M:%S"
_EARLIER = 300  # seconds before its end that a token is renewed
_RENEW = 24 * 3600  # seconds: a refresh token lives 90 days from its last use
_EVENTS = (
    "access_person_synced",
    "access_person_sync_failed",
    "connectivity",
    "power_level_low",
    "battery_replaced",
)
_LAPSED = "RemoteLOCKの認可が切れました。管理画面で新しい認可コードを取り、入れ直してください。"


class RemoteLockContract(Contract):
    """The town's account at RemoteLOCK."""

    model_config = ConfigDict(title="RemoteLOCK")

    client_id: str = Field(title="Client ID", description="申請書の返信に書いてあります。")
    client_secret: SecretStr = Field(
        title="Client Secret", description="保存すると、二度と表示されません。"
    )
    way: Literal["client_credentials", "authorization_code"] = Field(
        "client_credentials",
        title="認可の方法",
        description="申請書で選んだほうです。",
        json_schema_extra={
            "choices": {
                "client_credentials": "Client Credentials（ふつう）",
                "authorization_code": "Authorization Code（認可コードを入れる）",
            }
        },
    )
    code: SecretStr = Field(
        SecretStr(""),
        title="認可コード",
        description="Authorization Codeのときだけ。1回だけ使えます。",
    )
    redirect_uri: str = Field("urn:ietf:wg:oauth:2.0:oob", title="リダイレクトURI")
    webhook_secret: SecretStr = Field(
        title="知らせの合言葉", description="町が決めます。20文字以上。", min_length=20
    )
    address: Address = Field(
        "",
        title="接続先（ふつうは空欄）",
        description="古い契約やためしの錠につなぐときだけ入力します。",
    )

    abilities = Abilities(
        can_open_remotely=True,
        sync_words="番号で開かないときは、キーパッドで「411」と✓を押し、1分待ってからもう一度番号を押してください。",
        key_words="番号を押して、✓を押します。",
        notes=(
            "新しい番号や取り消しは、つぎの同期（ハートビート）で錠に届きます。同期の間隔は契約で決まります。",
            "Wi-Fiが切れても、届いている番号では開きます。",
        ),
    )

    # ---- codes

    def issue(self, wish: Wish, memory: Memory) -> Issued:
        """Book the first door under our name; lead the same person to the others."""
        issued = self._booked(wish, memory)
        there = {
            str(one["accessible_id"]) for one in self._accesses(issued.external["person"], memory)
        }
        for device in wish.devices:
            if device not in there:
                self._lead(issued.external["person"], device, memory)
        return issued

    def _booked(self, wish: Wish, memory: Memory) -> Issued:
        asked = {
            "type": "booking",
            "id": str(wish.name),
            "attributes": {
                "name": f"yakuba {wish.name}",
                "device_id": wish.devices[0],
                **_window(wish),
                "validation": True,
                "pin": wish.code,
            },
        }
        try:
            return _issued(self._ask("POST", "/bookings", memory, asked))
        except Refused as no:
            if no.status != 409:
                raise
        found = self.find(wish, memory)
        if found is None:
            raise OutsideFailure("RemoteLOCK: booked already, and not to be found")
        return found

    def _lead(self, person: str, device: str, memory: Memory) -> None:
        asked = {"attributes": {"accessible_id": device, "accessible_type": "lock"}}
        try:
            self._ask("POST", f"/access_persons/{person}/accesses", memory, asked)
        except Refused as no:
            if no.status != 409:
                raise

    def find(self, wish: Wish, memory: Memory) -> Issued | None:
        try:
            return _issued(self._ask("GET", f"/bookings/{wish.name}", memory))
        except Refused as no:
            if no.status == 404:
                return None
            raise

    def change(self, wish: Wish, memory: Memory) -> Issued:
        person = wish.external["person"]
        asked = {"type": "access_guest", "attributes": _window(wish)}
        answer = self._ask("PUT", f"/access_persons/{person}", memory, asked)
        pin = str(_attributes(answer["data"])["pin"])
        return Issued(pin, wish.external)

    def revoke(self, wish: Wish, memory: Memory) -> None:
        try:
            self._ask("PUT", f"/bookings/{wish.name}/deactivate", memory)
        except Refused as no:
            if no.status != 404:
                raise

    def fetch(self, wish: Wish, memory: Memory) -> Standing:
        person = wish.external["person"]
        try:
            answer = self._ask("GET", f"/access_persons/{person}", memory)
        except Refused as no:
            if no.status == 404:
                return Standing(is_in_force=False, devices={})
            raise
        status = _attributes(answer["data"])["status"]
        is_off = status == "deactivated"
        devices = {
            str(one["accessible_id"]): _state(one, is_off=is_off)
            for one in self._accesses(person, memory)
        }
        return Standing(is_in_force=not is_off, devices=devices)

    def _accesses(self, person: str, memory: Memory) -> list[dict[str, Any]]:
        answer = self._ask("GET", f"/access_persons/{person}/accesses", memory)
        return [_attributes(one) for one in answer["data"]]

    # ---- devices

    def devices(self, memory: Memory) -> list[Device]:
        answer = self._ask("GET", "/devices", memory)
        return [_device(one) for one in answer["data"]]

    def hold_open(self, device: str, memory: Memory, *, is_open: bool) -> None:
        self._ask("PUT", f"/devices/{device}/{'unlock' if is_open else 'lock'}", memory)

    # ---- messages

    def listen(self, url: str, memory: Memory) -> None:
        known = self._ask("GET", "/notification_subscribers", memory)
        if any(_attributes(one).get("url") == url for one in known["data"]):
            return
        subscriber = {
            "type": "webhook_notification_subscriber",
            "attributes": {
                "active": True,
                "name": "yakuba",
                "url": url,
                "content_type": "json",
                "secret": self.webhook_secret.get_secret_value(),
            },
        }
        made = self._ask("POST", "/notification_subscribers", memory, subscriber)
        subscription = {
            "attributes": {
                "events": [{"event_type": one} for one in _EVENTS],
                "publisher_type": "account",
                "subscriber_type": "webhook_notification_subscriber",
                "subscriber_id": made["data"]["id"],
            }
        }
        self._ask("POST", "/notification_subscriptions", memory, subscription)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        secret = self.webhook_secret.get_secret_value()
        if not hmac.compare_digest(headers.get("x-remotelock-secret", ""), secret):
            raise Forged

    def about(self, body: bytes) -> tuple[str, str]:
        told = json.loads(body)["data"]["attributes"]
        return str(told.get("associated_resource_id") or ""), str(told.get("publisher_id") or "")

    # ---- keys

    def check(self, memory: Memory) -> list[Fault]:
        try:
            found = self.devices(memory)
        except Refused as no:
            return [Fault(str(no), "client_secret" if no.status == 401 else "")]
        except OutsideFailure:
            return [Fault("RemoteLOCKに届きませんでした。少し待って、もう一度確かめてください。")]
        return [] if found else [Fault("この契約には、まだ錠がありません。")]

    def _ask(
        self, method: str, path: str, memory: Memory, asked: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask the cloud, with a fresh token if the present one is not taken.

        Raises:
            Refused: it understood and said no.
            OutsideFailure: it did not answer, was busy (429), or something broke there.
        """
        answer = self._call(method, path, self._token(memory), asked)
        if answer.status == 401:
            memory.keep({**memory.values, "until": 0})
            memory.values["until"] = 0
            answer = self._call(method, path, self._token(memory), asked)
        if answer.status in (429,) or answer.status >= 500:
            raise OutsideFailure(f"RemoteLOCK: {answer.status}", status=answer.status)
        if answer.status >= 300:
            said = answer.content.decode("utf-8", "replace")[:200]
            raise Refused(
                f"RemoteLOCKが受け付けませんでした（{answer.status}）。",
                status=answer.status,
                body=said,
            )
        found = answer.json()
        if not isinstance(found, dict) or "data" not in found:
            raise OutsideFailure("RemoteLOCK: the answer has no data", status=answer.status)
        return found

    def _call(
        self, method: str, path: str, token: str, asked: dict[str, Any] | None
    ) -> http.Answer:
        return http.call(
            method,
            (self.address or _USUAL) + path,
            token=token,
            json=asked,
            headers={"Accept": _ACCEPT},
            timeout=_PATIENCE,
        )

    def _token(self, memory: Memory) -> str:
        """Return a token that is good for some minutes at least; a refresh token is used once a day to keep it alive."""
        known, now = memory.values, time.time()
        until = float(str(known.get("until") or 0))
        taken_at = float(str(known.get("taken_at") or 0))
        is_old = self.way == "authorization_code" and now - taken_at > _RENEW
        if until - now > _EARLIER and not is_old:
            return str(known["access"])
        answer = http.call(
            "POST", f"{self.address or _USUAL}/oauth/token", form=self._grant(known), timeout=30.0
        )
        if answer.status in (400, 401, 403):
            lapsed = self.way == "authorization_code" and known.get("refresh")
            words = (
                _LAPSED if lapsed else "Client IDかClient Secret（または認可コード）が違います。"
            )
            raise Refused(words, status=401)
        if answer.status >= 300:
            raise OutsideFailure(f"RemoteLOCK: {answer.status}", status=answer.status)
        told = answer.json()
        fresh: dict[str, object] = {
            "access": told["access_token"],
            "until": now + float(told.get("expires_in", 7200)),
            "refresh": told.get("refresh_token") or known.get("refresh") or "",
            "code": self.code.get_secret_value(),
            "taken_at": now,
        }
        memory.values = fresh
        memory.keep(fresh)
        return str(fresh["access"])

    def _grant(self, known: Mapping[str, object]) -> dict[str, str]:
        keys = {"client_id": self.client_id, "client_secret": self.client_secret.get_secret_value()}
        if self.way == "client_credentials":
            return {**keys, "grant_type": "client_credentials"}
        # A code that was typed in since is fresher than any refresh token.
        code = self.code.get_secret_value()
        if known.get("refresh") and known.get("code") == code:
            return {**keys, "grant_type": "refresh_token", "refresh_token": str(known["refresh"])}
        return {
            **keys,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
        }


@lock_makers.plug
class RemoteLock(LockMaker):
    key = "remotelock"
    label = "RemoteLOCK"
    contract = RemoteLockContract
    words = (
        "構造計画研究所（RemoteLOCK）に「ビジネススタンダード」で契約し、APIの利用を申請します。"
    )


def _window(wish: Wish) -> dict[str, str]:
    """The hours as the lock reads them: Japan's, without zone."""
    return {
        "starts_at": wish.opens.astimezone(JAPAN).strftime(_FORMAT),
        "ends_at": wish.closes.astimezone(JAPAN).strftime(_FORMAT),
    }


def _issued(answer: Mapping[str, Any]) -> Issued:
    told = _attributes(answer["data"])
    return Issued(str(told["pin"]), {"person": str(told["access_person_id"])})


def _attributes(one: Mapping[str, Any]) -> dict[str, Any]:
    return dict(one["attributes"])


def _state(access: Mapping[str, Any], *, is_off: bool) -> DeviceState:
    if int(access["devices_failed_sync_count"]):
        return "failed"
    if int(access["devices_synced_count"]) < max(1, int(access["devices_count"])):
        return "pending"
    return "removed" if is_off else "synced"


def _device(one: Mapping[str, Any]) -> Device:
    told = _attributes(one)
    seen, beat = told.get("alive_at"), told.get("heartbeat_interval")
    return Device(
        id=str(one["id"]),
        name=str(told.get("name") or one["id"]),
        heartbeat=timedelta(seconds=int(beat)) if beat else None,
        connected=told.get("connected"),
        seen_at=datetime.fromisoformat(seen) if seen else None,
        battery=told.get("power_level"),
        serial=str(told.get("serial_number") or ""),
    )
