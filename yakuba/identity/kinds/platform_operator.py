"""プラットフォーム事業者: an operator verifies the card for the town, from a page inside LINE's own browser.

Only such a way needs no further app (6(4)ア of the specification). What is spoken is in `operator_wire`.
"""

import base64
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from django.conf import settings
from pydantic import Field, SecretStr, StringConstraints, ValidationError

from yakuba.identity import certificates
from yakuba.identity.kinds import operator_wire as wire
from yakuba.identity.sockets import (
    Asked,
    CertStatus,
    Connection,
    Custody,
    Forged,
    Handoff,
    Held,
    Notice,
    Told,
    Verifier,
    verifiers,
)
from yakuba.kit import http
from yakuba.kit.errors import OutsideFailure
from yakuba.portal.queries import machine_now

_ATTRIBUTES = {"name": "name", "address": "address", "born_on": "birthdate", "sex": "sex"}
_CUSTODY: dict[str, Custody] = {
    "provider_holds_cert": "provider_holds",
    "we_hold_cert": "we_hold",
}
_CLOCKS_MAY_DIFFER_SECONDS = 300
_LATER = (408, 425, 429)
_KINDS = {"verification.finished": "finished", "certificate.revoked": "revoked"}


class OperatorConnection(Connection):
    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", max_length=200)] = (
        Field(
            title="接続先のアドレス",
            description="事業者から通知された、https で始まるアドレスです。",
        )
    )
    key: SecretStr = Field(title="APIキー", description="事業者から発行された鍵です。")
    next_key: SecretStr = Field(
        default=SecretStr(""),
        title="次のAPIキー",
        description="鍵を替えるときに、いまの鍵の隣に入れます。いまの鍵が断られたら、こちらを使います。",
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        title="通知の鍵",
        description="事業者からの失効の通知が本物かを確かめる鍵です。通知を使わなければ空のままにします。",
    )
    next_webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        title="次の通知の鍵",
        description="鍵を替える間は、どちらの鍵の通知も受け取ります。",
    )
    keeps: Custody = Field(
        default="provider_holds",
        title="証明書を保管するのは",
        description="町がサービスプロバイダ（SP）として契約したときは、証明書を持つことを禁じられています。町が自ら署名検証者の届出をしたときだけ「町」にします。",
    )
    roots: str = Field(
        default="",
        title="信頼する認証局の証明書（PEM）",
        description="町が保管するときだけ入れます。町はこの証明書から始まる鎖だけを信じます。",
        json_schema_extra={"lines": 6},
    )

    @property
    def custody(self) -> Custody:
        return self.keeps

    def check_config(self) -> Sequence[str]:
        faults = self._faults_seen()
        try:
            answer = self._call("GET", "/v1/contract")
            contract = wire.Contract.model_validate_json(answer.content)
        except OutsideFailure as no:
            return [*faults, _why_not(no)]
        except ValidationError:
            return [*faults, "事業者の返事を読み取れません。接続先のアドレスを確かめてください。"]
        if _CUSTODY[contract.custody] != self.keeps:
            faults.append(
                "証明書の保管が契約と違います。この鍵の契約は「"
                + ("事業者" if contract.custody == "provider_holds_cert" else "町")
                + "」です。"
            )
        if contract.needs_app:
            faults.append("この契約は、LINEのほかにアプリが必要です。仕様書6(4)アを満たしません。")
        ours = f"{settings.PUBLIC_URL}/p/"
        if contract.redirects and not any(ours.startswith(one) for one in contract.redirects):
            faults.append(f"もどり先（{ours}）が、事業者に登録されていません。")
        if contract.environment == "test" and settings.ENVIRONMENT == "production":
            faults.append(
                "事業者の試験環境につながっています。本番の鍵とアドレスを入れてください。"
            )
        return faults

    def _faults_seen(self) -> list[str]:
        faults = []
        if self.address.startswith("http:") and settings.ENVIRONMENT == "production":
            faults.append("接続先のアドレスが https ではありません。")
        if self.keeps == "we_hold":
            try:
                certificates.roots_of(self.roots)
            except certificates.Unfit as no:
                faults.append(str(no))
        return faults

    def begin(self, asked: Asked) -> Handoff:
        body: dict[str, Any] = {
            "purpose": asked.purpose,
            "redirect_uri": asked.back_to,
            "state": asked.state,
            "title": asked.title[:100],
            "attributes": [_ATTRIBUTES[name] for name in asked.attributes],
            "locale": "en" if asked.language == "en" else "ja",
        }
        if asked.digest is not None:
            body["digest"] = _digest(asked.digest)
        answer = self._call("POST", "/v1/verifications", json=body, key=str(asked.key))
        try:
            started = wire.Started.model_validate_json(answer.content)
        except ValidationError:
            raise OutsideFailure(
                "the operator's start cannot be read", status=answer.status
            ) from None
        if not started.handoff_url.startswith(("https://", "http://")):
            raise OutsideFailure("the operator's hand-off is no address", permanent=True)
        return Handoff(started.handoff_url, started.verification_id, started.expires_at)

    def complete(self, held: Held) -> str:
        # Attributes are given once, and again only under the same key; so an answer lost on the way comes back.
        path = f"/v1/verifications/{quote(held.reference, safe='')}/result"
        raw = self._call("GET", path, key=str(held.key)).content.decode("utf-8", "replace")
        return raw if self.keeps == "we_hold" else wire.without_certificates(raw)

    def understand(self, held: Held, raw: str) -> Told:
        try:
            result = wire.Result.model_validate_json(raw)
        except ValidationError:
            raise OutsideFailure("the operator's result cannot be read") from None
        if result.verification_id != held.reference or result.purpose != held.purpose:
            return Told("failed", "not_believed")
        if result.state == "begun":
            return Told("waiting")
        if result.state == "expired":
            return Told("expired", "timeout")
        if result.state == "failed":
            return Told("failed", result.why)
        return self._judged(held, result)

    def _judged(self, held: Held, result: wire.Result) -> Told:
        """What is said to be verified has to be what was asked for, whoever says so."""
        proof = result.proof()
        if held.purpose == "sign" and proof.signed_digest != held.digest:
            return Told("failed", "not_believed")
        if self.keeps == "we_hold":
            try:
                certificates.verify(proof, self.roots, purpose=held.purpose, moment=machine_now())
            except certificates.NotYetKnown:
                return Told("pending")
            except certificates.Unfit as no:
                return Told("failed", no.reason)
        is_good = result.revocation is not None and result.revocation.state == "good"
        if result.state == "pending" or not is_good:
            return Told("pending")
        return Told(
            "verified", proof=proof if self.keeps == "we_hold" else certificates.without(proof)
        )

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> Notice:
        at = headers.get("x-operator-timestamp", "")
        if not at.isdecimal() or abs(time.time() - int(at)) > _CLOCKS_MAY_DIFFER_SECONDS:
            raise Forged("too old, or without a time")
        given = headers.get("x-operator-signature", "").removeprefix("v1=")
        keys = [one.get_secret_value() for one in (self.webhook_secret, self.next_webhook_secret)]
        wanted = [
            hmac.new(key.encode(), at.encode() + b"." + body, "sha256").hexdigest()
            for key in keys
            if key
        ]
        if not any(hmac.compare_digest(one, given) for one in wanted):
            raise Forged("not the operator's signature")
        try:
            event = wire.Event.model_validate_json(body)
        except ValidationError:
            raise Forged("signed, and not an event") from None
        what = _KINDS.get(event.type, "other")
        return Notice(event.event_id, what, event.verification_id)  # type: ignore[arg-type]

    def status(self, verification_id: str, digest: bytes | None) -> CertStatus:
        path = f"/v1/verifications/{quote(verification_id, safe='')}/status-checks"
        answer = self._call("POST", path, json={"digest": _digest(digest)} if digest else {})
        try:
            status = wire.Status.model_validate_json(answer.content)
        except ValidationError:
            raise OutsideFailure("the operator's status cannot be read") from None
        why = wire.why_revoked(status.reason) if status.state == "revoked" else ""
        raw = answer.content.decode("utf-8", "replace")
        return CertStatus(status.state, why, raw, status.is_intact)

    def verify_signature(
        self, *, digest: bytes, signature: str, certificate: str, attributes: Sequence[str]
    ) -> str:
        """Have a signature verified that was made elsewhere; return the whole answer, as `complete` does."""
        body = {
            "digest": _digest(digest),
            "signature": signature,
            "certificate": certificate,
            "attributes": [_ATTRIBUTES[name] for name in attributes],
        }
        answer = self._call("POST", "/v1/signature-checks", json=body)
        raw = answer.content.decode("utf-8", "replace")
        return raw if self.keeps == "we_hold" else wire.without_certificates(raw)

    def _call(self, method: str, path: str, *, json: Any = None, key: str = "") -> http.Answer:
        """Ask the operator; when the key is refused and there is a next one, ask with that."""
        headers = {"Idempotency-Key": key} if key else {}
        keys = [one.get_secret_value() for one in (self.key, self.next_key)]
        for token in [one for one in keys if one]:
            answer = http.call(
                method, self.address.rstrip("/") + path, token=token, json=json, headers=headers
            )
            if answer.status != 401:
                break
        else:
            raise OutsideFailure("the operator refuses the key", permanent=True, status=401)
        if 200 <= answer.status < 300:
            return answer
        raise OutsideFailure(
            f"the operator says {answer.status} {_code(answer)}",
            permanent=answer.status < 500 and answer.status not in _LATER,
            status=answer.status,
        )


def _digest(digest: bytes) -> dict[str, str]:
    return {"alg": "sha-256", "value": base64.b64encode(digest).decode()}


def _code(answer: http.Answer) -> str:
    """Return the code of an error for the log; the message might repeat what we sent."""
    try:
        return str(json.loads(answer.content)["error"]["code"])[:40]
    except (ValueError, LookupError, TypeError):
        return ""


def _why_not(no: OutsideFailure) -> str:
    if no.status == 401:
        return "鍵が受け付けられません。事業者から発行された鍵をもう一度入れてください。"
    if no.status is None:
        return (
            "事業者につながりません。接続先のアドレスと、役場の側の通信の許可を確かめてください。"
        )
    return f"事業者が断りました（{no.status}）。接続先のアドレスと契約を確かめてください。"


@verifiers.plug
class PlatformOperator(Verifier):
    key = "platform_operator"
    label = "公的個人認証のプラットフォーム事業者"
    needs_app = False
    purposes = frozenset({"authenticate", "sign"})
    settings = OperatorConnection
