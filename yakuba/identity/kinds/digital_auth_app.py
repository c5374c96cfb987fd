"""デジタル認証アプリ: the Digital Agency's app, reached by OpenID Connect. Needs an app, so it is never the only way.

https://developers.digital.go.jp/documents/auth-and-sign/: code flow with PKCE S256, private_key_jwt, ID tokens ES256,
signing by transactions with a sealed result, which an operator has to verify. Attributes come from the card's face.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from pydantic import Field, SecretStr, StringConstraints, ValidationError

from yakuba.identity import certificates, rules
from yakuba.identity.kinds import operator_wire as wire
from yakuba.identity.kinds import tokens
from yakuba.identity.kinds.platform_operator import OperatorConnection
from yakuba.identity.sockets import (
    Asked,
    CertStatus,
    Connection,
    Handoff,
    Held,
    Proof,
    Told,
    Verifier,
    verifiers,
)
from yakuba.kit import http
from yakuba.kit.errors import OutsideFailure
from yakuba.portal.queries import machine_now

_LIVES = timedelta(minutes=10)
_SCOPES = {"name": "name", "address": "address", "born_on": "birthdate", "sex": "gender"}
_SIGNED = ("name", "address", "born_on", "sex")
_SEX = {"male": "male", "female": "female"}
_ENDINGS = {"access_denied": "cancelled", "spent": "not_believed"}
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", max_length=200)]


class AppConnection(Connection):
    issuer: Url = Field(
        title="発行者のアドレス",
        description="例：https://auth-and-sign.go.jp/api/realms/main",
    )
    client_id: str = Field(title="クライアントID", min_length=1, max_length=100)
    keys: SecretStr = Field(
        title="町の鍵（JWKS）",
        description="署名用（sig）と復号用（enc）の秘密鍵が1つずつ入ったJSONです。",
    )
    next_keys: SecretStr = Field(
        default=SecretStr(""),
        title="次の町の鍵（JWKS）",
        description="公開鍵を登録し直すまでの間、いまの鍵の隣に入れておきます。",
    )
    operator_address: str = Field(
        default="",
        title="署名を検証する事業者のアドレス",
        description="署名APIの結果は、プラットフォーム事業者が検証します。本人確認だけなら空けておきます。",
    )
    operator_key: SecretStr = Field(default=SecretStr(""), title="検証する事業者のAPIキー")

    def check_config(self) -> Sequence[str]:
        faults = []
        if self.issuer.startswith("http:") and settings.ENVIRONMENT == "production":
            faults.append("発行者のアドレスが https ではありません。")
        try:
            tokens.keys_of(self.keys.get_secret_value())
        except tokens.Unreadable:
            return [
                *faults,
                "町の鍵を読み取れません。sigとencの秘密鍵が1つずつ入ったJWKSを入れてください。",
            ]
        try:
            self._get(f"{self.issuer}/.well-known/openid-configuration")
            self._client_token()
        except OutsideFailure as no:
            why = "クライアントIDと鍵が受け付けられません。" if no.status in (400, 401) else (
                "デジタル認証アプリのサーバーにつながりません。発行者のアドレスを確かめてください。"
            )  # fmt: skip
            faults.append(why)
        if self.operator_address:
            faults += self._operator.check_config()
        return faults

    def begin(self, asked: Asked) -> Handoff:
        reference, expires_at = str(asked.key), machine_now() + _LIVES
        scopes = ["openid", *(_SCOPES[one] for one in asked.attributes)]
        more: dict[str, str] = {}
        if asked.purpose == "sign":
            if asked.digest is None or not self.operator_address:
                raise OutsideFailure("nobody is named who verifies signatures", permanent=True)
            reference, expires_at = self._transaction(asked.digest)
            scopes, more = ["openid", "sign"], {"sign_transaction_id": reference}
        challenge = hashlib.sha256(asked.code_verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": asked.back_to,
            "scope": " ".join(scopes),
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **more,
        }
        return Handoff(f"{self._oidc}/auth?{urlencode(query)}", reference, expires_at)

    def complete(self, held: Held) -> str:
        found: dict[str, Any] = {
            "back": {k: v for k, v in held.back.items() if k in ("error", "iss")}
        }
        code = held.back.get("code", "")
        if "error" in held.back or not code:
            return json.dumps(found)
        try:
            token = self._exchange(code, held)
        except OutsideFailure as no:
            if no.status != 400:
                raise
            # A code works once: whoever was killed after using it has the person begin again.
            return json.dumps({"back": {"error": "spent"}})
        found["id_token"] = str(token.get("id_token", ""))
        found["jwks"] = self._get(f"{self._oidc}/certs")
        if held.purpose == "sign":
            found["verification"] = self._verification(held)
        else:
            access = str(token.get("access_token", ""))
            found["userinfo"] = self._get(f"{self._oidc}/userinfo", token=access)
        return json.dumps(found)

    def understand(self, held: Held, raw: str) -> Told:
        found = json.loads(raw)
        if found["back"].get("error"):
            return Told("failed", _ENDINGS.get(found["back"]["error"], "refused"))
        if "id_token" not in found:
            return Told("waiting")
        if found["back"].get("iss", self.issuer) != self.issuer:
            return Told("failed", "not_believed")  # RFC 9207: another issuer answered
        try:
            claims = tokens.claims_of(
                found["id_token"],
                jwks=found["jwks"],
                client_id=self.client_id,
                issuer=self.issuer,
            )
        except tokens.Unreadable:
            return Told("failed", "not_believed")
        if rules.hash_of(str(claims["nonce"])) != held.nonce_hash:
            return Told("failed", "not_believed")
        if held.purpose == "sign":
            return self._signed(held, found["verification"])
        return self._authenticated(held, claims, found.get("userinfo") or {})

    def status(self, verification_id: str, digest: bytes | None) -> CertStatus:
        if digest is None or not self.operator_address:
            return CertStatus("unknown", reason="not_offered")  # an ID token has no certificate
        return self._operator.status(verification_id, digest)

    @property
    def _oidc(self) -> str:
        return f"{self.issuer}/protocol/openid-connect"

    @property
    def _transactions(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}/api/sign-transactions"

    @property
    def _operator(self) -> OperatorConnection:
        return OperatorConnection(address=self.operator_address, key=self.operator_key)

    def _transaction(self, digest: bytes) -> tuple[str, datetime]:
        body = {"digest": base64.b64encode(digest).decode(), "hash_algorithm": "SHA-256"}
        answer = _good(
            http.call("POST", self._transactions, token=self._client_token(), json=body)
        ).json()
        return str(answer["id"]), datetime.fromisoformat(answer["expires_at"])

    def _verification(self, held: Held) -> str:
        """Open the signature that the app made, and have an operator verify it; return the operator's answer."""
        url = f"{self._transactions}/{held.reference}/result"
        answer = self._get(url, token=self._client_token())
        if answer.get("status") != "completed" or held.digest is None:
            raise OutsideFailure(f"the signature is {answer.get('status')}")
        try:
            inside = tokens.opened(str(answer["result"]), self.keys.get_secret_value())
        except tokens.Unreadable as no:
            raise OutsideFailure(str(no)) from None
        return self._operator.verify_signature(
            digest=held.digest,
            signature=str(inside["signature"]),
            certificate=str(inside["certificate"]),
            attributes=_SIGNED,
        )

    def _signed(self, held: Held, raw: str) -> Told:
        try:
            result = wire.Result.model_validate_json(raw)
        except ValidationError:
            raise OutsideFailure("the operator's verification cannot be read") from None
        if result.state == "pending":
            return Told("pending")
        if result.state != "verified":
            return Told("failed", result.why)
        proof = certificates.without(result.proof())
        if proof.signed_digest != held.digest:
            return Told("failed", "not_believed")
        return Told("verified", proof=proof)

    def _authenticated(
        self, held: Held, claims: Mapping[str, Any], found: Mapping[str, Any]
    ) -> Told:
        if found.get("sub") != claims["sub"]:
            return Told("failed", "not_believed")
        address = found.get("address")
        said = {
            "name": found.get("name", ""),
            "address": address.get("formatted", "") if isinstance(address, Mapping) else "",
            "born_on": found.get("birthdate", ""),
            "sex": _SEX.get(str(found.get("gender")), "other") if found.get("gender") else "",
        }
        proof = Proof(
            verification_id=str(held.key),
            person_id=str(claims["sub"]),
            attributes={name: str(value) for name, value in said.items() if value},
            card="other",
            revocation_source="provider",
        )
        return Told("verified", proof=proof)

    def _exchange(self, code: str, held: Held) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": held.back_to,
            "code_verifier": held.code_verifier,
        }
        return self._token(form)

    def _client_token(self) -> str:
        token = self._token({"grant_type": "client_credentials", "scope": "sign"})
        return str(token["access_token"])

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        url = f"{self._oidc}/token"
        for keys in filter(None, (self.keys.get_secret_value(), self.next_keys.get_secret_value())):
            assertion = tokens.assertion(keys, client_id=self.client_id, audience=url)
            whole = form | {
                "client_id": self.client_id,
                "client_assertion_type": tokens.ASSERTION,
                "client_assertion": assertion,
            }
            answer = http.call("POST", url, form=whole)
            if answer.status != 401:
                break
        found: dict[str, Any] = _good(answer).json()
        return found

    def _get(self, url: str, *, token: str = "") -> dict[str, Any]:
        found: dict[str, Any] = _good(http.call("GET", url, token=token)).json()
        return found


def _good(answer: http.Answer) -> http.Answer:
    if 200 <= answer.status < 300:
        return answer
    raise OutsideFailure(
        f"the provider says {answer.status}",
        permanent=answer.status < 500 and answer.status != 429,
        status=answer.status,
    )


@verifiers.plug
class DigitalAuthApp(Verifier):
    key = "digital_auth_app"
    label = "デジタル認証アプリ"
    needs_app = True
    purposes = frozenset({"authenticate", "sign"})
    settings = AppConnection
