"""A procedure with every kind of question, opened to residents."""

from pydantic import JsonValue

from tests.cast import make_department, make_town
from tests.procedures.making import Document, make_document, make_question, make_section
from yakuba.procedures import operations
from yakuba.procedures.models import Procedure

_FRUIT: JsonValue = {
    "choices": [
        {"id": "apple", "label": {"ja": "りんご", "en": "Apples"}},
        {"id": "pear", "label": {"ja": "なし", "en": "Pears"}},
        {"id": "grape", "label": {"ja": "ぶどう", "en": "Grapes"}},
    ]
}
_DISTRICTS: JsonValue = {
    "choices": [{"id": f"d{n}", "label": {"ja": f"{n}区"}} for n in range(1, 13)]
}


def ask(id: str, kind: str, label: str, **fields: JsonValue) -> Document:
    return make_question(id, kind, label={"ja": label}, **fields)


CHOOSING = make_section(
    "choosing",
    ask("hello", "message", "はじめに、お読みください。\n3分ほどで終わります。"),
    ask("fruit", "choice", "好きな果物はどれですか。", options=_FRUIT),
    ask("sold", "choices", "買ったことがあるものを、すべて選んでください。", options=_FRUIT, hint={"ja": "いくつでも選べます。"}),
    ask("district", "choice", "お住まいの地区", options=_DISTRICTS),
    ask("car", "yes_no", "車を使いますか。"),
    ask("stars", "rating", "町の広報はいかがですか。", options={"low": {"ja": "よくない"}, "high": {"ja": "よい"}}),
    ask("agree", "consent", "個人情報の取り扱い", options={"text": {"ja": "お答えは、町の計画づくりだけに使います。\n\nほかの人には見せません。"}}),
)  # fmt: skip
WRITING = make_section(
    "writing",
    ask("short", "short_text", "好きな場所"),
    ask("long", "long_text", "ご意見", required=False, hint={"ja": "何でも書いてください。"}),
    ask("people", "number", "家族の人数", options={"least": 1, "most": 20, "unit": "人"}),
    ask("yen", "money", "ひと月に払える金額"),
    ask("day", "date", "来られる日", options={"least": "today"}),
    ask("born", "birth_date", "生年月日"),
    ask("hour", "time", "来られる時刻"),
    ask("phone", "telephone", "電話番号"),
    ask("mail", "email", "メールアドレス", required=False),
    ask("who", "name", "お名前"),
    ask("home", "address", "ご住所"),
)
SHOWING = make_section(
    "showing",
    ask("photo", "photo", "壊れたところの写真", options={"most": 2}),
    ask("spot", "location", "場所"),
    ask("paper", "file", "証明書", required=False),
)
CHILDREN = make_section(
    "children",
    ask("called", "short_text", "呼び名"),
    ask("age", "number", "年齢", required=False, options={"unit": "歳"}),
    repeat={"each": "child", "min": 1, "max": 3, "item": {"ja": "{number}人目のお子さん"}},
)

# What a form of each section posts.
CHOSEN: dict[str, str | list[str]] = {
    "fruit": "pear", "sold": ["apple", "grape"], "district": "d7", "car": "yes", "stars": "4",
    "agree": "yes",
}  # fmt: skip
WRITTEN: dict[str, str | list[str]] = {
    "short": "上市川の土手", "long": "ベンチがほしい", "people": "３", "yen": "1,500円",
    "day": "令和9年4月1日", "born": "S25.4.1", "hour": "午後3時", "phone": "０７６－４７２－１１１１",
    "mail": "hanako@example.jp", "who:family": "山田", "who:given": "花子",
    "who:family_kana": "やまだ", "who:given_kana": "ハナコ", "home:postal": "930-0393",
    "home:town": "富山県中新川郡上市町法音寺", "home:house": "1", "home:building": "",
}  # fmt: skip


def make_open_procedure(
    *sections: Document, slug: str = "everything", **fields: JsonValue
) -> Procedure:
    """Publish a procedure of these sections; residents find it at /p/x/<slug>/."""
    make_town("上市町")
    document = make_document(*sections, **fields)
    procedure = operations.make(
        department=make_department("町民課"), slug=slug, document=document, staff=None
    )
    operations.publish(procedure, staff=None)
    procedure.refresh_from_db()
    return procedure
