"""The settings of what an application costs, how it is paid and how it is decided."""

from yakuba.procedures.console.controls import Control, Group
from yakuba.procedures.console.documents import Document
from yakuba.procedures.console.prices import charges_control, fee_control
from yakuba.procedures.sockets import payment_ways

_KEEP = (("keep", "そのままにする（職員が決める）"), ("withdraw", "取下げにする"))


def groups(whole: Document) -> list[Group]:
    """Return the groups; a survey has none of them, unless somebody wrote them into its file."""
    has_any = any(whole.get(part) for part in ("fee", "payment", "workflow"))
    if whole.get("kind") != "application" and not has_any:
        return []
    return [
        Group("手数料", [fee_control(whole)], is_rare=not whole.get("fee")),
        Group("支払い", _payment(whole), is_rare=not whole.get("payment")),
        Group("審査の進め方", _workflow(whole), is_rare=not whole.get("workflow")),
    ]


def _payment(whole: Document) -> list[Control]:
    first = Control(
        "payment.timing",
        "いつ支払ってもらうか",
        "choice",
        "「職員が請求したとき」は、中身を見てから金額を確かめて請求します。",
        choices=(
            ("", "オンラインでは支払わない"),
            ("on_submit", "送ったあと、すぐに"),
            ("on_request", "職員が請求したとき"),
        ),
        usual=None if whole.get("payment") is None else "on_submit",
    )
    if whole.get("payment") is None:
        return [first]
    return [
        first,
        Control("payment.due_days", "支払いの期限（日）", "number", usual=7),
        Control(
            "payment.remind_days",
            "期限の何日前に知らせるか",
            "number",
            "0にすると知らせません。",
            usual=2,
        ),
        Control(
            "payment.unpaid", "期限までに支払われないとき", "choice", choices=_KEEP, usual="keep"
        ),
        *_ways(whole["payment"]),
    ]


def _ways(payment: Document) -> list[Control]:
    """Offer what the town has connected; one that is named and not there is shown, so that it can be taken out."""
    known = payment_ways.all()
    gone = {str(key) for key in payment.get("connections", [])} - {key for key, _name in known}
    choices = (*known, *((key, f"{key}（見つかりません）") for key in sorted(gone)))
    hint = "選ばないと、住民に出しているものすべてで支払えます。"
    if not choices:
        return []
    return [
        Control("payment.connections", "支払いに使う決済サービス", "checks", hint, choices=choices)
    ]


def _workflow(whole: Document) -> list[Control]:
    return [
        Control(
            "workflow.days_to_decide",
            "標準処理期間（開庁日）",
            "number",
            "届いてから決定までの目安です。一覧で、遅れそうな申請に色が付きます。",
        ),
        Control("workflow.checklist", "確認すること", "texts", "承認の前に、1つずつ確かめます。"),
        Control(
            "workflow.return_templates",
            "補正をお願いする文",
            "texts",
            "よく使う文です。選んでから直せます。",
        ),
        Control("workflow.return_days", "補正の期限（日）", "number", usual=14),
        Control(
            "workflow.remind_days",
            "補正の期限の何日前に知らせるか",
            "number",
            "0にすると知らせません。",
            usual=3,
        ),
        Control(
            "workflow.lapse", "期限までに補正されないとき", "choice", choices=_KEEP, usual="keep"
        ),
        Control("workflow.rejection_templates", "不承認の理由の文", "texts"),
        Control(
            "workflow.appeal",
            "教示文",
            "text",
            "不承認の通知に書きます。いつまでに、どこへ不服を申し立てられるか。",
            is_long=True,
        ),
        charges_control(whole),
        Control(
            "workflow.withdrawing",
            "審査中の取下げ",
            "choice",
            choices=(("free", "本人がすぐに取り下げられる"), ("ask", "職員の確認がいる")),
            usual="free",
        ),
        Control(
            "workflow.proof_days",
            "本人確認の再確認（日）",
            "number",
            "証明書を確かめてからこの日数がたっていたら、決定の前にもう一度確かめます。",
            usual=1,
        ),
    ]
