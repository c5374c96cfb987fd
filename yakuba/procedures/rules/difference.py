"""The difference of two definitions, in sentences for whoever publishes the second."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import BaseModel, JsonValue

from yakuba.conditions.tree import Clause
from yakuba.procedures.definition import Definition, Fee, FeeLine, Question, Section, Text
from yakuba.procedures.rules.linting.findings import called_section

Words = Callable[[Clause], str]

_LANGUAGES = {"ja": "", "easy": "（やさしい日本語）", "en": "（英語）"}
_PARTS = {
    "kind": "手続の種類",
    "title": "名称",
    "summary": "説明",
    "minutes": "かかる時間",
    "bring": "用意するもの",
    "languages": "使えることば",
    "opening": "受付期間",
    "capacity": "定員",
    "answers": "回答できる回数",
    "anonymous": "匿名かどうか",
    "confirm": "確認の画面",
    "unfinished_days": "途中の答えを残す日数",
    "correction": "あとからの修正",
    "retention": "保存期間",
    "contact": "問い合わせ先",
    "outcome": "受け取ったあとの扱い",
    "thanks": "お礼のことば",
    "go_on_to": "つづけて始められる手続",
    "mail": "お知らせのメール",
    "start_on": "開始のことば",
    "payment": "支払い方",
    "workflow": "審査の進め方",
}
_OPTIONS = {
    "least": "下限",
    "most": "上限",
    "letters": "使える文字",
    "decimals": "小数のけた数",
    "unit": "単位",
    "step": "きざみ",
    "kana": "ふりがな",
    "words": "ことばでの回答",
    "near": "受け付ける場所",
    "metres": "受け付ける距離",
    "keep_location": "撮影場所の保存",
    "types": "ファイルの種類",
    "text": "同意の文",
    "may_decline": "同意しない選択",
    "yes": "「はい」のことば",
    "no": "「いいえ」のことば",
    "low": "最小の意味",
    "high": "最大の意味",
}


def differences(
    before: Definition, after: Definition, *, condition: Words | None = None
) -> list[str]:
    """Say what is different in `after`; `condition` says a condition in words, if somebody can."""
    return [
        *_whole(before, after),
        *_fee(before.fee, after.fee, condition),
        *_sections(before, after, condition),
        *_questions(before, after, condition),
    ]


def _whole(before: Definition, after: Definition) -> Iterator[str]:
    for name, words in _PARTS.items():
        one, other = getattr(before, name), getattr(after, name)
        if one == other:
            continue
        if isinstance(one, Text) and isinstance(other, Text):
            yield from _text(words, one, other)
        elif one is None or one == ():
            yield f"{words}を決めました。"
        elif other is None or other == ():
            yield f"{words}をなくしました。"
        elif isinstance(one, BaseModel | tuple | bool) or name in ("kind", "answers", "outcome"):
            yield f"{words}を変えました。"
        else:
            yield f"{words}を「{one}」から「{other}」に変えました。"


def _fee(one: Fee | None, other: Fee | None, condition: Words | None) -> Iterator[str]:
    if one is None or other is None:
        if one != other:
            yield "手数料をなくしました。" if other is None else "手数料を決めました。"
        return
    earlier = {line.id: line for line in one.lines}
    later = {line.id: line for line in other.lines}
    for line in one.lines:
        if line.id not in later:
            yield f"{_called_line(line)}をなくしました。"
    for line in other.lines:
        name = _called_line(line)
        was = earlier.get(line.id)
        if was is None:
            yield f"{name}（{line.unit:,}円）を追加しました。"
            continue
        if was.label != line.label:
            yield from _text("手数料の名前", was.label, line.label)
        if was.unit != line.unit:
            yield f"{name}を{was.unit:,}円から{line.unit:,}円にしました。"
        if was.quantity_of != line.quantity_of:
            yield f"{name}の数え方を変えました。"
        if was.when != line.when:
            yield f"{name}がかかる条件を{_in_words(line.when, condition)}。"
    if _order([key for key in earlier if key in later], [key for key in later if key in earlier]):
        yield "手数料の順番を変えました。"
    if one.free_when != other.free_when:
        yield f"無料になる条件を{_in_words(other.free_when, condition)}。"
    if one.note != other.note:
        yield f"手数料の説明を{_made(one.note, other.note)}。"


def _called_line(line: FeeLine) -> str:
    return f"手数料「{line.label.pick('ja')}」"


def _in_words(when: Clause | None, condition: Words | None) -> str:
    if when is None:
        return "なくしました"
    return f"「{condition(when)}」にしました" if condition else "変えました"


def _sections(before: Definition, after: Definition, condition: Words | None) -> Iterator[str]:
    earlier = {section.id: section for section in before.sections}
    later = {section.id: section for section in after.sections}
    for section in before.sections:
        if section.id not in later:
            yield f"まとまり{called_section(section)}を削除しました。"
    for section in after.sections:
        if section.id not in earlier:
            yield f"まとまり{called_section(section)}を追加しました。"
            continue
        yield from _section(earlier[section.id], section, condition)
    if _order(list(earlier), list(later)):
        yield "まとまりの順番を変えました。"


def _section(one: Section, other: Section, condition: Words | None) -> Iterator[str]:
    name = f"まとまり{called_section(other)}"
    if one.title != other.title:
        yield from _text("まとまりの名前", one.title, other.title)
    if one.surface != other.surface:
        words = {"talk": "トーク", "page": "ページ", "either": "トークかページ"}
        yield f"{name}は{words[other.surface]}で聞くようになりました。"
    if one.repeat != other.repeat:
        yield f"{name}のくり返し方を変えました。"
    yield from _when(name, one.when, other.when, condition)


def _questions(before: Definition, after: Definition, condition: Words | None) -> Iterator[str]:
    earlier = {question.id: (section, question) for section, question in before.questions()}
    later = {question.id: (section, question) for section, question in after.questions()}
    numbers = _numbers(after)
    for question_id, name in _numbers(before).items():
        if question_id not in later:
            yield f"{name}を削除しました。"
    for question_id, (section, question) in later.items():
        if question_id not in earlier:
            yield f"{numbers[question_id]}を追加しました。"
            continue
        was_in, was = earlier[question_id]
        if was_in.id != section.id:
            yield f"{numbers[question_id]}を{called_section(section)}に移しました。"
        yield from _question(numbers[question_id], was, question, condition)
    stayed = [one for one in earlier if one in later]
    if _order(stayed, [one for one in later if one in earlier]):
        yield "質問の順番を変えました。"


def _question(name: str, one: Question, other: Question, condition: Words | None) -> Iterator[str]:
    if one.kind != other.kind:
        yield f"{name}の種類を変えました。"
    if one.label != other.label:
        yield from _text(f"{name}の文", one.label, other.label)
    if one.hint != other.hint:
        yield f"{name}の補足を{_made(one.hint, other.hint)}。"
    if one.required != other.required:
        yield f"{name}が{'必須になりました' if other.required else '任意になりました'}。"
    yield from _when(name, one.when, other.when, condition)
    if one.confidential != other.confidential or one.lift_confidential != other.lift_confidential:
        page = other.confidential and not other.lift_confidential
        yield f"{name}を{'ページだけで聞くように' if page else '聞く場所を'}変えました。"
    if one.keep_as != other.keep_as:
        if other.keep_as:
            yield f"{name}の答えを、住民の属性「{other.keep_as}」に残すようにしました。"
        else:
            yield f"{name}の答えを、住民の属性に残さないようにしました。"
    if one.kind == other.kind:
        yield from _options(name, one.options, other.options)


def _when(
    name: str, one: Clause | None, other: Clause | None, condition: Words | None
) -> Iterator[str]:
    if one == other:
        return
    if other is None:
        yield f"{name}は、いつも聞くようになりました。"
    elif condition is not None:
        yield f"{name}は、「{condition(other)}」のときに聞くようになりました。"
    else:
        yield f"{name}を聞く条件を{'決めました' if one is None else '変えました'}。"


def _options(
    name: str, one: Mapping[str, JsonValue], other: Mapping[str, JsonValue]
) -> Iterator[str]:
    for key in dict.fromkeys([*one, *other]):
        before, after = one.get(key), other.get(key)
        if before == after:
            continue
        if key == "choices":
            yield from _choices(name, _by_id(before), _by_id(after))
            continue
        words = _OPTIONS.get(key, key)
        if isinstance(before, str | int | float) and isinstance(after, str | int | float):
            yield f"{name}の{words}を「{_plain(before)}」から「{_plain(after)}」に変えました。"
        else:
            yield f"{name}の{words}を{_made(before, after)}。"


def _choices(
    name: str, before: dict[str, dict[str, JsonValue]], after: dict[str, dict[str, JsonValue]]
) -> Iterator[str]:
    for choice_id, choice in before.items():
        if choice_id not in after:
            yield f"{name}の選択肢『{_label(choice)}』を削除しました。"
    for choice_id, choice in after.items():
        if choice_id not in before:
            yield f"{name}に選択肢『{_label(choice)}』を追加しました。"
            continue
        was = before[choice_id]
        if _label(was) != _label(choice):
            yield f"{name}の選択肢『{_label(was)}』を『{_label(choice)}』に変えました。"
        elif bool(was.get("closed")) != bool(choice.get("closed")):
            closed = "選べないように" if choice.get("closed") else "また選べるように"
            yield f"{name}の選択肢『{_label(choice)}』を{closed}しました。"
        elif was != choice:
            yield f"{name}の選択肢『{_label(choice)}』の説明や読みを変えました。"
    if _order([one for one in before if one in after], [one for one in after if one in before]):
        yield f"{name}の選択肢の順番を変えました。"


def _text(name: str, one: Text, other: Text) -> Iterator[str]:
    for field, language in _LANGUAGES.items():
        before, after = getattr(one, field) or "", getattr(other, field) or ""
        if before == after:
            continue
        if before and after:
            yield f"{name}{language}を「{before}」から「{after}」に変えました。"
        elif after:
            yield f"{name}{language}を「{after}」にしました。"
        else:
            yield f"{name}{language}をなくしました。"


def _numbers(definition: Definition) -> dict[str, str]:
    """Return what each question is called: by its number, as the clerk sees it, and its text."""
    asked = [question for _section, question in definition.questions()]
    names: dict[str, str] = {}
    number = 0
    for question in asked:
        label = " ".join(question.label.pick("ja").split())[:20]
        if question.kind == "message":
            names[question.id] = f"お知らせ「{label}」"
            continue
        number += 1
        names[question.id] = f"問{number}「{label}」" if label else f"問{number}"
    return names


def _order(before: Sequence[str], after: Sequence[str]) -> bool:
    stayed = [one for one in before if one in after]
    return stayed != [one for one in after if one in before]


def _made(before: object, after: object) -> str:
    if before is None:
        return "加えました"
    return "なくしました" if after is None else "変えました"


def _by_id(choices: JsonValue) -> dict[str, dict[str, JsonValue]]:
    found: dict[str, dict[str, JsonValue]] = {}
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, dict):
            found[str(choice.get("id"))] = choice
    return found


def _label(choice: Mapping[str, JsonValue]) -> str:
    label = choice.get("label")
    return str(label.get("ja", "")) if isinstance(label, dict) else str(choice.get("id", ""))


def _plain(value: object) -> str:
    words = {True: "する", False: "しない", "any": "自由", "kana": "かな", "digits": "数字"}
    return str(words.get(value, value)) if isinstance(value, bool | str) else str(value)
