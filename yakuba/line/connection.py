"""Is the town connected to LINE as it should be? Asked of LINE, and said in sentences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yakuba.kit import http, wareki
from yakuba.kit.clock import JAPAN
from yakuba.kit.errors import OutsideFailure
from yakuba.line import client, queries
from yakuba.line.models import ConnectionCheck

Kind = Literal["good", "info", "caution", "danger"]
MANAGER = "https://manager.line.biz/"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked, in a sentence, with what to do and a button if there is one."""

    kind: Kind
    title: str
    sentence: str
    remedy: str = ""
    press: str = ""  # register, test
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that LINE does not disclose: a person looks, and ticks it off."""

    key: str
    title: str
    how: str
    ticked_at: datetime | None = None


def webhook_url() -> str:
    return f"{settings.PUBLIC_URL}/line/webhook"


def page_url() -> str:
    return f"{settings.PUBLIC_URL}/p/"


def findings() -> list[Finding]:
    """Ask LINE everything that it tells. Never inside a transaction."""
    try:
        client.access_token()
    except OutsideFailure as no:
        return [_no_token(no)]
    checks: list[Callable[[], Iterator[Finding]]] = [
        _account,
        _webhook,
        _arrivals,
        _quota,
        _default_menu,
        _page,
    ]
    found: list[Finding] = []
    for check in checks:
        try:
            found += check()
        except OutsideFailure as no:
            found.append(_unanswered(no))
    return found


def _no_token(no: OutsideFailure) -> Finding:
    if no.status in (400, 401):
        return Finding(
            "danger",
            _("LINEに接続できません"),
            _("チャネルIDとチャネルシークレットの組み合わせを、LINEが受け付けませんでした。"),
            _(
                "LINE Developersコンソールの「チャネル基本設定」を開き、"
                "LINE_CHANNEL_ID と LINE_CHANNEL_SECRET の設定と同じか確かめてください。"
            ),
            link="https://developers.line.biz/console/",
        )
    return _unanswered(no)


def _unanswered(no: OutsideFailure) -> Finding:
    status = f"（{no.status}）" if no.status else ""
    return Finding(
        "danger",
        _("LINEから返事がありません"),
        _("いま、LINEに確かめることができませんでした{status}。").format(status=status),
        _(
            "数分待って、このページを開き直してください。続くときは、LINEの障害情報を確かめてください。"
        ),
        link="https://api.line-status.info/",
    )


def _account() -> Iterator[Finding]:
    info = client.bot_info()
    name, account = info.get("displayName", ""), info.get("basicId", "")
    yield Finding(
        "good",
        _("公式アカウント"),
        _("「{name}」（{account}）に接続しています。").format(name=name, account=account),
    )
    if info.get("chatMode") == "chat":
        yield Finding(
            "info",
            _("チャット：オン"),
            _("職員がOfficial Account Managerのチャットで、住民と直接やりとりできます。"),
            _(
                "職員がチャットするときは、その人への自動応答を先に止めてください。"
                "止めないと、職員の返事と役場システムの返事が両方届きます。"
            ),
        )
    else:
        yield Finding(
            "info",
            _("チャット：オフ"),
            _("職員がOfficial Account Managerのチャットで返事をすることはできません。"),
            _(
                "職員が直接やりとりしたいときは、Managerの「応答設定」でチャットをオンにしてください。"
            ),
            link=MANAGER,
        )
    if info.get("markAsReadMode") == "manual":
        sentence = _("住民のメッセージは、職員がチャットを開くまで「既読」になりません。")
    else:
        sentence = _("住民のメッセージには、自動で「既読」が付きます。")
    yield Finding("info", _("既読の付き方"), sentence)


def _webhook() -> Iterator[Finding]:
    title = _("Webhook（LINEからの知らせの届け先）")
    known = client.webhook_endpoint() or {}
    url, wanted = known.get("endpoint", ""), webhook_url()
    if not url:
        yield Finding(
            "danger",
            title,
            _("届け先がLINEに登録されていません。住民が話しかけても、役場に届きません。"),
            _("「この役場のアドレスを登録する」を押してください。"),
            press="register",
        )
    elif url != wanted:
        yield Finding(
            "danger",
            title,
            _("届け先が別のアドレス（{url}）になっています。").format(url=url),
            _("この役場（{wanted}）で受けるなら、登録し直してください。").format(wanted=wanted),
            press="register",
        )
    elif not known.get("active"):
        yield Finding(
            "danger",
            title,
            _("アドレスは正しく登録されていますが、「Webhookの利用」がオフです。"),
            _("Managerの「応答設定」でWebhookをオンにしてください。"),
            link=MANAGER,
        )
    else:
        sentence = _("正しく登録され、オンになっています（{url}）。").format(url=url)
        yield Finding("good", title, sentence, press="test")


def _arrivals() -> Iterator[Finding]:
    title = _("最後に届いた知らせ")
    newest = queries.newest_arrival()
    if newest is None:
        yield Finding(
            "caution",
            title,
            _("まだ一度も届いていません。"),
            _("ご自分のLINEで友だち追加をするか、何か話しかけて確かめてください。"),
        )
    else:
        moment = wareki.moment(newest.astimezone(JAPAN))
        yield Finding("good", title, _("{moment}に届きました。").format(moment=moment))
    rejected = queries.rejected_bodies()
    if rejected:
        yield Finding(
            "caution",
            _("読み取れなかった知らせ"),
            _("署名は正しいのに読み取れなかった知らせが{count}件あります。").format(count=rejected),
            _("LINEの仕様が変わったかもしれません。保守担当に知らせてください。"),
        )


def _quota() -> Iterator[Finding]:
    title = _("今月送れるメッセージ")
    allowed, used = client.quota()
    if allowed is None:
        sentence = _("上限はありません。今月はこれまでに{used}通を送りました。")
        yield Finding("good", title, sentence.format(used=f"{used:,}"))
        return
    left = max(0, allowed - used)
    kind: Kind = "good" if left > allowed / 5 else "caution" if left else "danger"
    sentence = _("上限は{allowed}通で、あと{left}通送れます（これまでに{used}通）。")
    numbers = {"allowed": f"{allowed:,}", "left": f"{left:,}", "used": f"{used:,}"}
    remedy = (
        ""
        if kind == "good"
        else _(
            "返事（リプライ）は数えられませんが、お知らせや配信は止まります。"
            "地方公共団体プランなら上限はありません。プランを確かめてください。"
        )
    )
    yield Finding(kind, title, sentence.format(**numbers), remedy)


def _default_menu() -> Iterator[Finding]:
    title = _("基本のリッチメニュー")
    try:
        menu = client.default_rich_menu()
    except OutsideFailure as no:
        if no.status != 403:
            raise
        yield Finding(
            "caution",
            title,
            _("Official Account Managerで作ったメニューが表示されています。"),
            _("この役場で作ったメニューを公開すると、そちらが優先して表示されます。"),
            link=MANAGER,
        )
        return
    if menu is None:
        yield Finding(
            "info",
            title,
            _("この役場が作った基本のメニューはありません。"),
            _("Managerで作ったメニューがあれば、それが表示されています。"),
        )
    else:
        yield Finding("good", title, _("この役場が作ったメニューが表示されています。"))


def _page() -> Iterator[Finding]:
    title = _("LINEの中で開くページ")
    url = page_url()
    if settings.PUBLIC_URL.startswith("http:") and settings.ENVIRONMENT == "production":
        yield Finding(
            "danger", title, _("PUBLIC_URL が https ではありません。LINEの中で開けません。")
        )
        return
    try:
        answer = http.call("GET", url, timeout=5.0)
    except OutsideFailure:
        yield Finding(
            "caution",
            title,
            _("役場のサーバーから{url}を開けませんでした。").format(url=url),
            _("外からは開ける場合もあります。スマートフォンで開けるか確かめてください。"),
            link=url,
        )
        return
    if answer.status == 200:
        yield Finding("good", title, _("{url}が開けます。").format(url=url))
    elif 300 <= answer.status < 400:
        yield Finding(
            "danger",
            title,
            _("{url}が別のアドレスへ転送されています。").format(url=url),
            _("転送があるとLINEの中で開けません。前に置いたサーバーの設定を直してください。"),
        )
    else:
        sentence = _("{url}が開けません（{status}）。").format(url=url, status=answer.status)
        yield Finding("danger", title, sentence)


_TICKS: tuple[tuple[str, Any, Any], ...] = (
    (
        "redelivery",
        gettext_lazy("Webhookの再送がオンになっている"),
        gettext_lazy(
            "LINE Developersコンソールの「Messaging API設定」で「Webhookの再送」をオンにします。"
            "役場のサーバーが止まっていた間の知らせが、あとで届くようになります。"
        ),
    ),
    (
        "greeting",
        gettext_lazy("あいさつメッセージがオフになっている"),
        gettext_lazy(
            "Managerの「応答設定」で「あいさつメッセージ」をオフにします。"
            "オンのままだと、友だち追加のときにあいさつが二重に届きます。"
        ),
    ),
    (
        "auto_reply",
        gettext_lazy("応答メッセージ（自動応答）がオフになっている"),
        gettext_lazy(
            "Managerの「応答設定」で「応答メッセージ」をオフにします。"
            "オンのままだと、住民の言葉に返事が二重に届きます。"
        ),
    ),
    (
        "provider",
        gettext_lazy("二つのチャネルが同じプロバイダーにある"),
        gettext_lazy(
            "LINE Developersコンソールで、Messaging APIのチャネルと、LINEミニアプリ（またはLINEログイン）の"
            "チャネルが、町が持つ同じプロバイダーの下にあることを確かめます。違うと同じ人だと分かりません。"
        ),
    ),
    (
        "page_endpoint",
        gettext_lazy("ページの「エンドポイントURL」が正しい"),
        gettext_lazy(
            "LINEミニアプリ（またはLIFF）の「エンドポイントURL」に、この役場のページのアドレスを登録します。"
        ),
    ),
    (
        "linked_account",
        gettext_lazy("ページのチャネルに公式アカウントがリンクされている"),
        gettext_lazy(
            "ページのチャネルの「リンクされたLINE公式アカウント」で、この公式アカウントを選びます。"
        ),
    ),
    (
        "error_statistics",
        gettext_lazy("「エラーの統計情報」がオンになっている"),
        gettext_lazy(
            "LINE Developersコンソールの「Messaging API設定」で「エラーの統計情報」をオンにします。"
            "届かなかった知らせの理由を、あとで調べられます。"
        ),
    ),
    (
        "verified",
        gettext_lazy("認証済アカウントで、地方公共団体プランになっている"),
        gettext_lazy(
            "Managerの「設定」で確かめます。プランによって、送れる数の上限がなくなります。"
        ),
    ),
)


def ticks() -> list[Tick]:
    """Return what a person has to look at, and when somebody last did."""
    ticked = dict(ConnectionCheck.objects.values_list("key", "ticked_at"))
    return [Tick(key, str(title), str(how), ticked.get(key)) for key, title, how in _TICKS]


def is_tick(key: str) -> bool:
    return any(key == known for known, _title, _how in _TICKS)


def how_it_went(answer: dict[str, Any]) -> Finding:
    """Say how the delivery went that LINE has just tried."""
    title = _("LINEからの試し送り")
    if answer.get("success"):
        return Finding("good", title, _("LINEから役場に届きました。"))
    reason = {
        "COULD_NOT_CONNECT": _("LINEが役場のサーバーにつながりませんでした。"),
        "REQUEST_TIMEOUT": _("役場のサーバーの返事が遅すぎました。"),
        "ERROR_STATUS_CODE": _("役場のサーバーが受け取りを断りました（{status}）。"),
    }.get(str(answer.get("reason", "")).upper(), _("LINEから役場に届きませんでした（{status}）。"))
    return Finding(
        "danger",
        title,
        reason.format(status=answer.get("statusCode", "")),
        _("チャネルシークレットの設定と、役場のサーバーが動いているかを確かめてください。"),
    )
