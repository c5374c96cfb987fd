"""Which settings a part has: the whole procedure, a section, a question; in the order in which a clerk thinks."""

from collections.abc import Sequence
from dataclasses import dataclass

from yakuba.procedures import sockets
from yakuba.procedures.console import charging
from yakuba.procedures.console.controls import Control, Group
from yakuba.procedures.console.documents import WHOLE, Document, Part, parts
from yakuba.procedures.console.options import controls_of
from yakuba.townhall.models import StaffMember

_KINDS = (
    ("survey", "アンケート"),
    ("application", "申請"),
    ("report", "通報"),
    ("registration", "登録（受信設定）"),
)
_ANSWERS = (("any", "何回でも"), ("once", "1人1回まで"), ("overwrite", "答え直すと上書き"))
_CLOSED = (
    ("accept", "いつもどおり受け付ける"),
    ("announce", "受け付けるが、閉庁日だと伝える"),
    ("refuse", "受け付けない"),
)
_SURFACES = (("either", "トークでもページでも"), ("talk", "トークだけ"), ("page", "ページだけ"))
_LANGUAGES = (("ja-easy", "やさしい日本語"), ("en", "英語"))


@dataclass(frozen=True, slots=True)
class Around:
    """What decides which settings there are, besides the part itself."""

    is_administrator: bool
    published: frozenset[str]  # ids of questions that have been published: their kind is settled
    attributes: tuple[tuple[str, str], ...]  # key, label
    others: tuple[tuple[str, str], ...] = ()  # link name and title of other procedures
    staff: StaffMember | None = None  # who draws; kinds offer what this person may use


def groups_of(part: Part, whole: Document, around: Around) -> list[Group]:
    """Return the settings of `part`."""
    if part.key == WHOLE:
        return _whole(whole, around)
    if part.key.startswith("s-"):
        return _section(part.document)
    return _question(part.document, around, whole)


def _question(question: Document, around: Around, whole: Document) -> list[Group]:
    is_message = question.get("kind") == "message"
    is_found = _is_found(question)
    kinds = tuple((kind.key, str(kind.label)) for kind in sockets.question_kinds)
    settled = "公開した質問の種類は変えられません。変えるときは、質問を新しく作ってください。"
    first = [
        Control(
            "kind",
            "種類",
            "choice",
            choices=kinds,
            is_required=True,
            locked=settled if question["id"] in around.published else "",
        ),
        Control(
            "label",
            "お知らせの文" if is_message else "確認の画面での呼び名" if is_found else "質問の文",
            "text",
            "ふりがなは、上市町《かみいちまち》のように書きます。",
            is_long=is_message,
            wraps=True,
            is_required=True,
        ),
    ]
    if not is_message and not is_found:
        first += [
            Control("hint", "補足", "text", "質問のすぐ下に小さく表示します。", wraps=True),
            Control("required", "かならず答えてもらう", "check", usual=True),
        ]
    groups = [Group("聞き方", first)]
    options = _options(question, around, whole)
    if options:
        groups.append(Group("答え方", options))
    groups.append(Group("聞く条件", [Control("when", "この質問を聞くとき", "condition")]))
    if not is_message:
        groups.append(Group("そのほか", _rest(around), is_rare=True))
    return groups


def _is_found(question: Document) -> bool:
    """Whether nobody is asked: the answer is looked up."""
    if question.get("kind") not in sockets.question_kinds:
        return False
    kind = sockets.question_kinds[question["kind"]]
    return kind.is_automatic and not kind.gathers


def _options(question: Document, around: Around, whole: Document) -> list[Control]:
    if question.get("kind") not in sockets.question_kinds:
        return []
    kind = sockets.question_kinds[question["kind"]]
    if around.staff is None:
        return controls_of(kind)
    asked = [one.document for one in parts(whole) if one.key.startswith("q-")]
    here = next((at for at, one in enumerate(asked) if one["id"] == question["id"]), len(asked))
    named = [(str(one["id"]), _called(number, one)) for number, one in enumerate(asked, 1)]
    options = question.get("options") or {}
    kinds = {str(one["id"]): str(one.get("kind")) for one in asked}
    picking = sockets.Picking(around.staff, options, named[:here], named[here + 1 :], kinds)
    return controls_of(kind, picking)


def _called(number: int, question: Document) -> str:
    label = question.get("label")
    words = label.get("ja") if isinstance(label, dict) else label
    return f"問{number}　{words or question['id']}"


def _rest(around: Around) -> list[Control]:
    keys = (("", "残さない"), *around.attributes)
    return [
        Control("short", "短い名前", "text", "一覧や書き出しで、質問の文のかわりに使います。"),
        Control(
            "keep_as",
            "住民の情報として残す",
            "choice",
            "答えを受信設定の項目にも残し、配信の条件に使えるようにします。",
            choices=keys,
        ),
        Control(
            "confidential",
            "個人情報として扱う",
            "check",
            "トークでは聞かず、町の入力画面だけで聞きます。名前や住所などは、選ばなくてもそうなります。",
        ),
        Control(
            "lift_confidential",
            "トークで聞くことを許す（管理者のみ）",
            "check",
            "答えがLINEのサーバーに残ります。個人情報には使わないでください。",
            usual=False,
            locked="" if around.is_administrator else "管理者だけが変えられます。",
        ),
    ]


def _section(section: Document) -> list[Group]:
    groups = [
        Group(
            "まとまり",
            [
                Control(
                    "title",
                    "名前",
                    "text",
                    "ページの見出しになります。例：あなたのこと",
                    is_required=True,
                ),
                Control(
                    "surface",
                    "聞く場所",
                    "choice",
                    "個人情報の質問は、どれを選んでもページで聞きます。",
                    choices=_SURFACES,
                    usual="either",
                ),
            ],
        ),
        Group("聞く条件", [Control("when", "このまとまりを聞くとき", "condition")]),
    ]
    repeat = [
        Control(
            "repeat.each",
            "くり返し",
            "choice",
            "お子さんや世帯の人など、1人ずつ同じことを聞くときに使います。",
            choices=(
                ("", "くり返さない"),
                ("person", "1人ずつくり返す"),
                ("child", "子ども1人ずつくり返す"),
            ),
            usual=None if section.get("repeat") is None else "person",
        )
    ]
    if section.get("repeat") is not None:
        repeat += [
            Control("repeat.min", "最少の人数", "number", usual=0),
            Control("repeat.max", "最多の人数", "number", usual=10),
            Control(
                "repeat.item",
                "1人ずつの呼び方",
                "text",
                "{number} のところに数が入ります。例：{number}人目のお子さん",
                usual={"ja": "{number}人目"},
            ),
            Control("repeat.more", "もう1人いるかの聞き方", "text"),
        ]
    return [*groups, Group("くり返し", repeat, is_rare=section.get("repeat") is None)]


def _whole(whole: Document, around: Around) -> list[Group]:
    outcomes = tuple((one.key, str(one.label)) for one in sockets.outcomes)
    return [
        Group(
            "手続の紹介",
            [
                Control("title", "名称", "text", is_required=True),
                Control("kind", "種類", "choice", choices=_KINDS, is_required=True),
                Control(
                    "summary",
                    "はじめの説明",
                    "text",
                    "何の手続かを、1〜3文で書きます。",
                    is_long=True,
                ),
                Control("minutes", "かかる時間（分）", "number"),
                Control("bring", "用意するもの", "texts", "1つずつ書きます。例：母子手帳"),
                Control("thanks", "送ったあとのお礼", "text", is_long=True),
                _next(whole, around),
                Control("languages", "日本語のほかに用意することば", "checks", choices=_LANGUAGES),
            ],
        ),
        Group("保存と問い合わせ", [*_keeping(), *_contact()]),
        Group("受け付け", _opening()),
        Group("回答のしかた", _answering(outcomes)),
        Group("始め方とお知らせ", _starting(whole)),
        *charging.groups(whole),
    ]


def _next(whole: Document, around: Around) -> Control:
    """Offer the other procedures; one that is named and not there is shown, so that it can be taken out."""
    known = {slug for slug, _title in around.others}
    gone = [slug for slug in whole.get("go_on_to", []) if slug not in known]
    return Control(
        "go_on_to",
        "つづけて始められる手続",
        "checks",
        "送ったあとに「つづけて…を始める」のボタンが出ます。5つまで。受け付けていない手続は出ません。",
        choices=(*around.others, *((slug, f"{slug}（見つかりません）") for slug in gone)),
    )


def _keeping() -> Sequence[Control]:
    return [
        Control("retention.months", "答えの保存期間（月）", "number", "過ぎると自動で消します。"),
        Control(
            "retention.days", "または保存期間（日）", "number", "月で決めたときは空けておきます。"
        ),
        Control("unfinished_days", "途中の答えを残す日数", "number", usual=14),
    ]


def _contact() -> Sequence[Control]:
    hint = "空けておくと、担当課のものを使います。"
    return [
        Control("contact.name", "問い合わせ先", "text", hint),
        Control("contact.telephone", "電話", "line", hint),
        Control("contact.hours", "受付時間", "text", hint),
    ]


def _opening() -> Sequence[Control]:
    return [
        Control(
            "opening.opens_at", "受付のはじめ", "moment", "空けておくと、公開したときからです。"
        ),
        Control(
            "opening.closes_at", "受付のおわり", "moment", "空けておくと、終わりはありません。"
        ),
        Control(
            "opening.grace_minutes",
            "途中の人を待つ時間（分）",
            "number",
            "おわりの時刻に入力中だった人は、この時間だけ長く送れます。",
            usual=30,
        ),
        Control("opening.closed_message", "受付時間の外に表示する文", "text", is_long=True),
        Control("opening.on_closed_days", "閉庁日", "choice", choices=_CLOSED, usual="accept"),
        Control("opening.closed_day_message", "閉庁日に表示する文", "text", is_long=True),
        Control("capacity", "定員", "number", "達すると、受付を自動で終わります。"),
    ]


def _answering(outcomes: tuple[tuple[str, str], ...]) -> Sequence[Control]:
    return [
        Control("answers", "回答できる回数", "choice", choices=_ANSWERS, usual="any"),
        Control(
            "anonymous",
            "匿名にする",
            "check",
            "だれが答えたかを残しません。あとから本人が直すこともできません。",
            usual=False,
        ),
        Control("confirm", "送る前に確認の画面を出す", "check", usual=True),
        Control("correction.days", "送ったあとに直せる日数", "number", "空けておくと直せません。"),
        Control("correction.until", "または、いつまで直せるか", "moment"),
        Control("outcome", "受け取ったあと", "choice", choices=outcomes, usual="submission"),
    ]


def _starting(whole: Document) -> Sequence[Control]:
    known = sockets.question_kinds
    tellable = [
        (question["id"], str(question.get("label", {}).get("ja", ""))[:30] or question["id"])
        for section in whole.get("sections", [])
        for question in section.get("questions", [])
        if question["kind"] in known
        and not known[question["kind"]].is_confidential
        and not known[question["kind"]].is_message
    ]
    answers = Control(
        "mail.answers",
        "メールに書く答え",
        "checks",
        "個人情報の答えは、選んでもメールには書かれません。",
        choices=tuple(tellable),
    )
    return [
        Control(
            "start_on",
            "合言葉",
            "lines",
            "トークでこのことばを送ると始まります。1行に1つ書きます。",
        ),
        Control(
            "mail.addresses",
            "お知らせのメールの宛先",
            "lines",
            "1件届くたびに、受付番号とリンクだけを送ります。1行に1つ。空けておくと、担当課の宛先に送ります。",
        ),
        Control("mail.text", "メールに書きそえる文", "line"),
        *([answers] if tellable else []),
    ]
