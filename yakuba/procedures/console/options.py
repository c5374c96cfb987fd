"""The controls of a kind's options, made from its model: a kind that is plugged in brings its form along."""

import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from yakuba.conditions.tree import Spot
from yakuba.procedures.console.controls import Control, Sort
from yakuba.procedures.definition import Text
from yakuba.procedures.sockets import Picking, QuestionKind

_DAY_HINT = "「2026-04-01」か「today」（今日）、「today+30」（30日後）のように書きます。"
# What an option is called; `<kind>.<option>` comes before `<option>`.
_WORDS: dict[str, tuple[str, str]] = {
    "choices": ("選択肢", ""),
    "least": ("いちばん小さい数", ""),
    "most": ("いちばん大きい数", ""),
    "short_text.least": ("最少の字数", ""),
    "short_text.most": ("最多の字数", ""),
    "long_text.least": ("最少の字数", ""),
    "long_text.most": ("最多の字数", ""),
    "choices.least": ("選ぶ数（最少）", ""),
    "choices.most": ("選ぶ数（最多）", "空けておくと、いくつでも選べます。"),
    "photo.least": ("写真の枚数（最少）", ""),
    "photo.most": ("写真の枚数（最多）", ""),
    "file.least": ("ファイルの数（最少）", ""),
    "file.most": ("ファイルの数（最多）", ""),
    "date.least": ("いちばん早い日", _DAY_HINT),
    "date.most": ("いちばん遅い日", _DAY_HINT),
    "money.least": ("いちばん少ない金額（円）", ""),
    "money.most": ("いちばん多い金額（円）", ""),
    "time.least": ("いちばん早い時刻", "「09:00」のように書きます。"),
    "time.most": ("いちばん遅い時刻", "「17:00」のように書きます。"),
    "rating.most": ("何段階で聞くか", ""),
    "letters": ("使える文字", ""),
    "decimals": ("小数のけた数", "0なら整数だけを受け付けます。"),
    "unit": ("単位", "例：人、kg"),
    "step": ("きざみ（分）", ""),
    "kana": ("よみがなも聞く", ""),
    "words": ("地図のかわりに言葉でも答えられる", ""),
    "near": ("受け付ける場所の中心", "ここから離れた場所は受け付けません。"),
    "metres": ("受け付ける距離（m）", ""),
    "keep_location": ("写真の撮影場所を残す", "消しておくと、撮影場所は受け取ったときに消えます。"),
    "types": ("受け付けるファイルの種類", ""),
    "text": ("同意していただく文", ""),
    "may_decline": ("同意しなくても先へ進める", ""),
    "yes": ("「はい」のことば", ""),
    "no": ("「いいえ」のことば", ""),
    "low": ("いちばん低い評価のことば", "例：よくない"),
    "high": ("いちばん高い評価のことば", "例：とてもよい"),
}
_CHOSEN = {
    "any": "自由",
    "kana": "カタカナ・ひらがな",
    "digits": "数字",
    "ascii": "英数字",
    "pdf": "PDF",
    "image": "写真・画像",
    "word": "Word",
    "excel": "Excel",
    "authenticate": "だれかを確かめる（本人確認）",
    "sign": "内容に署名してもらう（電子署名）",
    "stop": "お断りする",
    "go_on": "先へ進んでもらう",
}
_LONG = frozenset({"text"})


def controls_of(kind: QuestionKind, picking: Picking | None = None) -> list[Control]:
    """Return one control for each option of `kind`; a type that no control can hold is left to the file."""
    return list(_controls(kind, picking))


def _controls(kind: QuestionKind, picking: Picking | None) -> Iterator[Control]:
    for name, field in kind.options.model_fields.items():
        plain = _plain(field.annotation)
        sort, choices = _sort_of(plain)
        columns: tuple[Control, ...] = ()
        offered: tuple[tuple[str, str], ...] = ()
        if sort == "line" and (offered := _offered(kind, name, picking)):
            sort, choices = "choice", offered
        if inner := _row_of(plain):
            sort, columns = "rows", tuple(_columns(kind, name, inner, picking))
        if sort is None or (sort == "choice" and not offered and len(choices) < 2):
            continue
        label, hint = _WORDS.get(f"{kind.key}.{name}") or _WORDS.get(
            name, (field.title or name, field.description or "")
        )
        yield Control(
            name=f"options.{name}",
            label=label,
            sort=sort,
            hint=hint,
            choices=choices,
            usual=_usual(field),
            is_long=name in _LONG,
            is_whole=float not in _types_in(field.annotation),
            several=kind.key == "choices",
            columns=columns,
        )


def _offered(kind: QuestionKind, name: str, picking: Picking | None) -> tuple[tuple[str, str], ...]:
    """Return what can be picked; what is set and no longer offered stays, until somebody picks anew."""
    offered = kind.picks(name, picking) if picking is not None else None
    if picking is None or offered is None:
        return ()
    known = {value for value, _words in offered}
    kept = dict.fromkeys(one for one in _set_at(name, picking.options) if one not in known)
    return (
        ("", "（選ばない）"),
        *offered,
        *((value, "いまの設定（一覧にはありません）") for value in kept),
    )


def _set_at(name: str, options: Mapping[str, object]) -> Iterator[str]:
    option, _dot, column = name.partition(".")
    value = options.get(option)
    rows = value if isinstance(value, list) else []
    for one in [row.get(column) for row in rows if isinstance(row, dict)] if column else [value]:
        if isinstance(one, str) and one:
            yield one


def _row_of(plain: Any) -> type[BaseModel] | None:
    """Return what one row of an option is made of, if it is several rows of a few words each."""
    if get_origin(plain) is not tuple:
        return None
    inner = _plain(get_args(plain)[0])
    if not isinstance(inner, type) or not issubclass(inner, BaseModel):
        return None
    return None if {"id", "label"} <= set(inner.model_fields) else inner


def _columns(
    kind: QuestionKind, option: str, row: type[BaseModel], picking: Picking | None
) -> Iterator[Control]:
    for name, field in row.model_fields.items():
        label, hint = _WORDS.get(f"{kind.key}.{option}.{name}") or (
            field.title or name,
            field.description or "",
        )
        if field.annotation is bool:
            yield Control(name, label, "check", hint, usual=False)
        else:
            offered = _offered(kind, f"{option}.{name}", picking)
            yield Control(name, label, "choice" if offered else "line", hint, choices=offered)


def _sort_of(plain: Any) -> tuple[Sort | None, tuple[tuple[str, str], ...]]:
    if get_origin(plain) is Literal:
        return "choice", tuple(
            (str(one), _CHOSEN.get(str(one), str(one))) for one in get_args(plain)
        )
    if get_origin(plain) is tuple:
        inner = _plain(get_args(plain)[0])
        if get_origin(inner) is Literal:
            return "checks", _sort_of(inner)[1]
        if isinstance(inner, type) and {"id", "label"} <= set(getattr(inner, "model_fields", ())):
            return "choices", ()
        return None, ()
    sorts: dict[Any, Sort] = {Text: "text", Spot: "spot", bool: "check", int: "number"}
    return sorts.get(plain) or {float: "number", str: "line"}.get(plain), ()  # type: ignore[return-value]


def _plain(annotation: Any) -> Any:
    """Return the type itself, without what limits it and without None."""
    while get_origin(annotation) in (Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        inner = [one for one in get_args(annotation) if one is not type(None)]
        annotation = inner[0]
    return annotation


def _types_in(annotation: Any) -> set[Any]:
    found = {annotation}
    for one in get_args(annotation):
        found |= _types_in(one) if not isinstance(one, str) else set()
    return found


def _usual(field: FieldInfo) -> object:
    """Return what holds while the option is unsaid, as the document would say it."""
    value = field.get_default(call_default_factory=True)
    if field.is_required():
        return None
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return list(value) if isinstance(value, tuple) else value
