"""What is wrong with a document (a file, a form), in sentences for whoever wrote it."""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

_UNKNOWN = "この書き方は読み取れません。書き出したファイルと見くらべてください。"
_SENTENCES = {
    "missing": "必要な項目がありません。",
    "extra_forbidden": "この項目は使えません。つづりを確かめてください。",
    "string_pattern_mismatch": "使えない文字が入っています。",
    "string_too_long": "長すぎます（{max_length}字まで）。",
    "string_too_short": "空にはできません。",
    "string_type": "文字で書いてください。",
    "int_type": "整数で書いてください。",
    "bool_type": "true か false で書いてください。",
    "float_type": "数で書いてください。",
    "finite_number": "数で書いてください。",
    "dict_type": "「項目: 内容」の形で書いてください。",
    "model_type": "「項目: 内容」の形で書いてください。",
    "model_attributes_type": "「項目: 内容」の形で書いてください。",
    "list_type": "「- 」で始まる一覧で書いてください。",
    "tuple_type": "「- 」で始まる一覧で書いてください。",
    "literal_error": "{expected} のどれかにしてください。",
    "greater_than_equal": "{ge}以上にしてください。",
    "greater_than": "{gt}より大きくしてください。",
    "less_than_equal": "{le}以下にしてください。",
    "less_than": "{lt}より小さくしてください。",
    "too_short": "少なすぎます（{min_length}個から）。",
    "too_long": "多すぎます（{max_length}個まで）。",
    "timezone_aware": "日時には時差（+09:00）をつけてください。",
    "datetime_from_date_parsing": "日時は「2026-04-01T09:00:00+09:00」のように書いてください。",
    "datetime_parsing": "日時は「2026-04-01T09:00:00+09:00」のように書いてください。",
    "datetime_type": "日時は「2026-04-01T09:00:00+09:00」のように書いてください。",
}


def complaints(
    error: ValidationError, *, also: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield where (`sections.2.title`) and why, for everything that pydantic found wrong.

    `also` has sentences of the document's own, by pydantic's type of error.
    """
    known = {**_SENTENCES, **(also or {})}
    for found in error.errors(include_url=False):
        sentence = known.get(found["type"], "")
        if sentence:
            sentence = sentence.format(**found.get("ctx", {}))
        else:
            # A check of our own speaks Japanese; what pydantic says is for programmers.
            sentence = _UNKNOWN if found["msg"].isascii() else found["msg"]
        yield ".".join(str(step) for step in found["loc"]), sentence
