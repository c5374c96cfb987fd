"""LINE Login and LIFF: who it is, proven in the way that LINE proves it."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running
from tests.simulators.line.conftest import Api

VERIFIER = "v" * 64


def challenge() -> str:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def authorize(sim: Running, person: str, **more: str) -> str:
    """Choose a person on the authorize page and return the code that comes back."""
    asked = {
        "response_type": "code",
        "client_id": sim.settings.login_channel_id,
        "redirect_uri": "https://town.example/back",
        "state": "s1",
        "scope": "openid profile",
        "nonce": "n1",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        "person": person,
        **more,
    }
    answer = httpx.get(f"{sim.base}/oauth2/v2.1/authorize", params=asked, trust_env=False)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


def exchange(sim: Running, code: str, **more: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "https://town.example/back",
        "client_id": sim.settings.login_channel_id,
        "client_secret": sim.settings.login_channel_secret,
        "code_verifier": VERIFIER,
        **more,
    }
    return httpx.post(f"{sim.base}/oauth2/v2.1/token", data=form, trust_env=False)


def verify(sim: Running, token: str, **more: str) -> httpx.Response:
    form = {"id_token": token, "client_id": sim.settings.login_channel_id, **more}
    return httpx.post(f"{sim.base}/oauth2/v2.1/verify", data=form, trust_env=False)


def test_an_id_token_of_liff_is_proven_by_the_published_keys(
    sim: Running, hanako: Resident
) -> None:
    token = hanako.id_token()
    keys = httpx.get(f"{sim.base}/oauth2/v2.1/certs", trust_env=False).json()

    header = jwt.get_unverified_header(token)
    key = next(one for one in jwt.PyJWKSet.from_dict(keys).keys if one.key_id == header["kid"])
    claims = jwt.decode(
        token,
        key,
        algorithms=["ES256"],
        audience=sim.settings.login_channel_id,
        issuer=sim.base,
    )

    assert header["alg"] == "ES256"
    assert claims["sub"] == hanako.id
    assert claims["exp"] - claims["iat"] == 3600
    assert "name" not in claims


def test_line_verifies_an_id_token(sim: Running, hanako: Resident) -> None:
    answer = verify(sim, hanako.id_token(), user_id=hanako.id)

    assert answer.status_code == 200
    assert answer.json()["sub"] == hanako.id


@pytest.mark.parametrize(
    ("fault", "more", "said"),
    [
        ("", {"id_token": "x.y.z"}, "Invalid IdToken."),
        ("signature", {}, "Invalid IdToken."),
        ("expired", {}, "IdToken expired."),
        ("audience", {}, "Invalid IdToken Audience."),
        ("", {"client_id": "1"}, "Invalid IdToken Audience."),
        ("", {"nonce": "other"}, "Invalid IdToken Nonce."),
        ("", {"user_id": "Uother"}, "Invalid IdToken Subject Identifier."),
    ],
)
def test_line_says_why_an_id_token_is_bad(
    sim: Running, phone: Phone, hanako: Resident, fault: str, more: dict[str, str], said: str
) -> None:
    if fault:
        phone.faults(id_token=fault)

    answer = verify(sim, hanako.id_token(), **more)

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_request", "error_description": said}


def test_a_code_becomes_tokens_once(sim: Running, hanako: Resident) -> None:
    code = authorize(sim, hanako.id)

    tokens = exchange(sim, code).json()
    again = exchange(sim, code)

    claims = jwt.decode(
        tokens["id_token"],
        sim.settings.login_channel_secret,
        algorithms=["HS256"],
        audience=sim.settings.login_channel_id,
    )
    assert (claims["sub"], claims["nonce"], claims["name"]) == (hanako.id, "n1", "山田 花子")
    assert verify(sim, tokens["id_token"], nonce="n1").status_code == 200
    assert again.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "w" * 64},
        {"redirect_uri": "https://evil.example/"},
        {"client_secret": "guess"},
    ],
)
def test_a_code_is_only_for_who_asked(
    sim: Running, hanako: Resident, wrong: dict[str, str]
) -> None:
    answer = exchange(sim, authorize(sim, hanako.id), **wrong)

    assert answer.status_code == 400
    assert "access_token" not in answer.json()


def test_an_access_token_tells_name_and_friendship(sim: Running, hanako: Resident) -> None:
    http = httpx.Client(base_url=sim.base, trust_env=False)
    tokens = exchange(sim, authorize(sim, hanako.id)).json()
    allowed = {"Authorization": f"Bearer {tokens['access_token']}"}

    assert http.get("/v2/profile", headers=allowed).json()["displayName"] == "山田 花子"
    assert http.get("/friendship/v1/status", headers=allowed).json() == {"friendFlag": True}
    about = http.get("/oauth2/v2.1/verify", params={"access_token": tokens["access_token"]}).json()
    assert about["client_id"] == sim.settings.login_channel_id
    assert about["expires_in"] > 0
    assert http.get("/v2/profile", headers={"Authorization": "Bearer x"}).status_code == 401


def test_only_openid_is_given_silently(sim: Running, phone: Phone) -> None:
    http = httpx.Client(base_url=sim.base, trust_env=False)
    taro = phone.person("太郎")
    token = taro.liff(f"{sim.base}/liff/{sim.settings.liff_id}")["accessToken"]
    bearer = {"Authorization": f"Bearer {token}"}

    before = http.get("/v2/profile", headers=bearer)
    http.post("/liff/permission", headers=bearer)
    after = http.get("/v2/profile", headers=bearer)

    assert before.status_code == 403
    assert after.json()["displayName"] == "佐藤 太郎"


def test_deauthorizing_takes_everything_back(sim: Running, api: Api, hanako: Resident) -> None:
    tokens = exchange(sim, authorize(sim, hanako.id)).json()
    body = {"userAccessToken": tokens["access_token"]}

    first = api("POST", "/user/v1/deauthorize", body)
    second = api("POST", "/user/v1/deauthorize", body)

    assert (first.status_code, second.status_code) == (204, 400)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert api.http.get("/v2/profile", headers=bearer).status_code == 401


def test_the_authorize_page_offers_the_people(sim: Running) -> None:
    asked = {
        "response_type": "code",
        "client_id": sim.settings.login_channel_id,
        "redirect_uri": "https://town.example/back",
        "state": "s",
        "scope": "openid",
    }

    page = httpx.get(f"{sim.base}/oauth2/v2.1/authorize", params=asked, trust_env=False)

    assert "山田 花子" in page.text
    assert "person=U" in page.text


def test_a_liff_link_leads_to_the_endpoint_with_state_and_token(
    sim: Running, hanako: Resident
) -> None:
    link = f"{sim.base}/liff/{sim.settings.liff_id}/apply/12?from=talk"

    src = hanako.liff(link)["src"]
    first = httpx.get(src, trust_env=False)
    again = httpx.get(src, trust_env=False)

    target = urlsplit(first.headers["location"])
    assert first.status_code == 302
    assert f"{target.scheme}://{target.netloc}{target.path}" == sim.settings.liff_endpoint
    assert parse_qs(target.query) == {"liff.state": ["/apply/12?from=talk"]}
    assert parse_qs(target.fragment)["access_token"][0]
    assert "access_token" not in again.headers["location"], "a ticket opens one page"


def test_an_outside_browser_gets_no_token(sim: Running) -> None:
    answer = httpx.get(f"{sim.base}/liff/{sim.settings.liff_id}/me", trust_env=False)

    assert answer.headers["location"].endswith("?liff.state=%2Fme")


def test_other_addresses_are_opened_as_they_are(hanako: Resident) -> None:
    assert hanako.liff("https://town.example/x") == {"src": "https://town.example/x"}


def test_the_script_of_liff_knows_its_place(sim: Running) -> None:
    script = httpx.get(f"{sim.base}/liff/sdk.js", trust_env=False)

    assert script.headers["content-type"].startswith("text/javascript")
    assert sim.settings.liff_id in script.text
    assert "__PLACE__" not in script.text


def test_stateless_tokens_need_the_secret(sim: Running, api: Api) -> None:
    form = {"grant_type": "client_credentials", "client_id": sim.settings.channel_id}

    refused = api.http.post("/oauth2/v3/token", data={**form, "client_secret": "guess"})

    assert refused.status_code == 400
    assert refused.json() == {
        "error": "invalid_request",
        "error_description": "Invalid 'client_credentials'.",
    }


def test_stateless_tokens_live_a_quarter_of_an_hour(sim: Running, api: Api) -> None:
    form = {"grant_type": "client_credentials", "client_id": sim.settings.channel_id}
    secret = {"client_secret": sim.settings.channel_secret}

    issued = api.http.post("/oauth2/v3/token", data={**form, **secret}).json()

    assert (issued["token_type"], issued["expires_in"]) == ("Bearer", 900)


def test_service_messages_run_out_after_five(sim: Running, api: Api, hanako: Resident) -> None:
    access = hanako.liff(f"{sim.base}/liff/{sim.settings.liff_id}")["accessToken"]
    path = "/message/v3/notifier"
    token = api("POST", f"{path}/token", {"liffAccessToken": access}).json()
    left = []

    while "notificationToken" in token:
        body = {
            "templateName": "receipt_ja",
            "params": {"number": "12"},
            "notificationToken": token["notificationToken"],
        }
        token = api("POST", f"{path}/send?target=service", body).json()
        left.append(token["remainingCount"])
    again = api("POST", f"{path}/send?target=service", body)

    assert left == [4, 3, 2, 1, 0]
    assert (again.status_code, again.json()) == (401, {"message": "Invalid notifier token"})
    assert "receipt_ja" in hanako.talk()[-1]["text"]
