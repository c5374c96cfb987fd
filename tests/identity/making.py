"""Providers, checks and evidence for tests."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from django.conf import settings
from django.test import Client

from simulators.cards.driver import Cards, make_client_keys
from simulators.cards.server import Running
from tests.cast import make_procedure, make_resident
from yakuba.identity import queries
from yakuba.identity.models import Evidence, IdentityCheck, Provider
from yakuba.kit import clock
from yakuba.kit.secrets import keyed_hash
from yakuba.portal import operations as portal
from yakuba.portal.queries import COOKIE
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure, Run
from yakuba.residents.models import Resident

Document = dict[str, Any]
CLIENT_KEYS = make_client_keys()
_numbers = itertools.count(1)


def make_provider(
    *, kind: str = "platform_operator", is_on: bool = True, settings: dict[str, Any] | None = None
) -> Provider:
    return Provider.objects.create(
        kind=kind,
        name=f"確認サービス{next(_numbers)}",
        settings=settings or {"address": "http://127.0.0.1:9", "key": "k"},
        is_on=is_on,
        made_at=clock.now(),
    )


def make_run(resident: Resident | None = None) -> Run:
    return procedures.begin(procedure=make_procedure(), resident=resident or make_resident()).run


def make_check(
    *,
    run: Run | None = None,
    state: str = "begun",
    purpose: str = "authenticate",
    question: str = "who",
) -> IdentityCheck:
    run = run or make_run()
    assert run.resident is not None
    number = next(_numbers)
    return IdentityCheck.objects.create(
        run=run,
        run_id_kept=run.pk,
        resident=run.resident,
        question=question,
        purpose=purpose,
        provider=make_provider(),
        state=state,
        state_hash=number.to_bytes(32, "big"),
        nonce_hash=number.to_bytes(32, "big"),
        reference=f"ver_{number}",
        begun_at=clock.now(),
        expires_at=datetime.now(UTC) + timedelta(minutes=10),
    )


def make_evidence(check: IdentityCheck | None = None, *, person: str = "psn_1") -> Evidence:
    check = check or make_check(state="verified")
    return Evidence.objects.create(
        check_of=check,
        verification_id=check.reference or "",
        verification_hash=keyed_hash(check.reference or "", purpose="identity.verification"),
        person_id=person,
        person_hash=keyed_hash(person, purpose="identity.person"),
        attributes={"name": "山田花子", "born_on": "1990-05-14"},
        substitutes={},
        revocation_state="good",
        revocation_source="ocsp",
        custody=Evidence.Custody.PROVIDER_HOLDS,
        raw="{}",
        verified_at=clock.now(),
        evidence_hash=bytes(32),
    )


def settings_of(simulator: Running, *, custody: str = "provider_holds") -> dict[str, Any]:
    """What the administrator types for a contract with the simulator's operator."""
    known = simulator.settings
    ours: dict[str, Any] = {
        "address": simulator.base,
        "key": known.api_key if custody == "provider_holds" else known.verifier_key,
        "webhook_secret": known.webhook_secret,
        "keeps": custody,
    }
    if custody == "we_hold":
        ours["roots"] = httpx.get(f"{simulator.base}/ca/roots.pem", trust_env=False).text
    return ours


def app_settings(simulator: Running) -> dict[str, Any]:
    """What the administrator types for デジタル認証アプリ, with the simulator's operator to verify signatures."""
    return {
        "issuer": simulator.settings.issuer,
        "client_id": simulator.settings.client_id,
        "keys": CLIENT_KEYS.private,
        "operator_address": simulator.base,
        "operator_key": simulator.settings.api_key,
    }


def make_application(
    *, purpose: str = "authenticate", later: Sequence[Document] = (), **options: Any
) -> Procedure:
    """An application whose second section asks who the person is, and nothing else."""
    who = {
        "id": "who",
        "kind": "identity",
        "label": {"ja": "本人確認"},
        "options": {"purpose": purpose, **options},
    }
    number = {
        "id": "copies",
        "kind": "number",
        "label": {"ja": "何通いりますか。"},
        "options": {"least": 1, "most": 9},
    }
    sections: list[Document] = [
        {"id": "what", "title": {"ja": "内容"}, "questions": [number]},
        {"id": "proof", "title": {"ja": "本人確認"}, "questions": [who]},
    ]
    if later:
        sections.append({"id": "rest", "title": {"ja": "あなた"}, "questions": list(later)})
    document: Document = {
        "schema": 1,
        "kind": "application",
        "title": {"ja": "住民票の写しの交付申請"},
        "retention": {"months": 12},
        "sections": sections,
    }
    return make_procedure(document)


@dataclass
class Desk:
    """Hanako in the middle of an application, her browser, the operator, and everybody's cards."""

    simulator: Running
    cards: Cards
    provider: Provider
    resident: Resident
    run: Run
    browser: Client

    @property
    def start(self) -> str:
        return f"/p/identity/start/{self.run.pk}/who/"

    def press(self) -> IdentityCheck:
        """Choose the operator on the page, and return the check that is open then."""
        answer = self.browser.post(self.start, {"provider": str(self.provider.public_id)})
        assert answer.status_code == 200, answer.content.decode()
        return self.check

    @property
    def check(self) -> IdentityCheck:
        newest = queries.newest_check(self.run, "who")
        assert newest is not None
        return newest

    def come_back(self, address: str, *, browser: Client | None = None) -> str:
        """Open the address that the operator sent the browser to, and return the page that is shown."""
        path = address.removeprefix(settings.PUBLIC_URL)
        answer: Any = (browser or self.browser).get(path, follow=True)
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    def prove(self, card: str = "hanako") -> str:
        """Go all the way with one card, and return the page that is shown in the end."""
        return self.come_back(self.cards.hold(self.press().handoff or "", card))


def browser_of(resident: Resident) -> Client:
    """Return a browser that is signed in as the resident."""
    browser = Client(HTTP_HOST="localhost")
    account = resident.accounts.get(detached_at=None)
    browser.cookies[COOKIE] = portal.sign_in(user_id=account.line_user_id)
    return browser


def make_desk(simulator: Running, cards: Cards, procedure: Procedure | None = None) -> Desk:
    resident = make_resident()
    provider = make_provider(settings=settings_of(simulator))  # before anything can be published
    run = procedures.begin(procedure=procedure or make_application(), resident=resident).run
    return Desk(simulator, cards, provider, resident, run, browser_of(resident))
