"""The linter's look at the whole: is it complete, can it be kept, are ids used once."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from yakuba.procedures.definition import Definition, Text
from yakuba.procedures.rules.linting.findings import (
    Finding,
    called,
    called_section,
    red,
    yellow,
)
from yakuba.procedures.rules.wording import COMMANDS

MOST_TITLE = 100
_NEXT = "つづけて始められる手続"
_LANGUAGES = {"ja-easy": "やさしい日本語", "en": "英語"}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def look(definition: Definition, previous: Definition | None) -> list[Finding]:
    """Return what is wrong with the procedure as a whole."""
    return [
        *_completeness(definition),
        *_keeping(definition),
        *_opening(definition),
        *_sections(definition),
        *_ids(definition, previous),
        *_starting(definition),
        *_translations(definition),
    ]


def look_at_next(definition: Definition, others: Mapping[str, bool]) -> list[Finding]:
    """Return what is wrong with the procedures that are offered once this one is handed in."""
    found = []
    for number, slug in enumerate(definition.go_on_to):
        press = f"go_on_to.{number}"
        if slug not in others:
            sentence = f"「{slug}」という手続は、ほかにありません。別の手続を選んでください。"
            found.append(red(_NEXT, sentence, press))
        elif not others[slug]:
            sentence = f"「{slug}」は、いま受け付けていません。受付中の間だけボタンが出ます。"
            found.append(yellow(_NEXT, sentence, press))
        if slug in definition.go_on_to[:number]:
            found.append(yellow(_NEXT, f"「{slug}」が2回選ばれています。", press))
    return found


def texts_of(definition: Definition) -> Iterator[tuple[str, str, Text]]:
    """Go through the texts of a definition but those in options: where, place, text."""
    contact, opening = definition.contact, definition.opening
    whole: list[tuple[str, str, Text | None]] = [
        ("名称", "title", definition.title),
        ("説明", "summary", definition.summary),
        ("お礼のことば", "thanks", definition.thanks),
        ("受付時間外のことば", "opening.closed_message", opening.closed_message),
        ("閉庁日のことば", "opening.closed_day_message", opening.closed_day_message),
        ("問い合わせ先", "contact.name", contact.name),
        ("問い合わせの時間", "contact.hours", contact.hours),
    ]
    whole += [
        ("用意するもの", f"bring.{number}", text) for number, text in enumerate(definition.bring)
    ]
    for place, section in enumerate(definition.sections):
        where = called_section(section)
        whole.append((where, f"sections.{place}.title", section.title))
        if section.repeat is not None:
            whole.append((where, f"sections.{place}.repeat.item", section.repeat.item))
            whole.append((where, f"sections.{place}.repeat.more", section.repeat.more))
        for number, question in enumerate(section.questions):
            press = f"sections.{place}.questions.{number}"
            whole.append((called(question), f"{press}.label", question.label))
            whole.append((called(question), f"{press}.hint", question.hint))
    yield from ((where, press, text) for where, press, text in whole if text is not None)


def missing_translations(
    where: str, press: str, text: Text, languages: tuple[str, ...]
) -> list[Finding]:
    """Return one finding for each offered language in which `text` is not written."""
    if not text.ja:
        return []
    return [
        yellow(where, f"{_LANGUAGES[language]}の文がありません。日本語のまま表示されます。", press)
        for language in dict.fromkeys(languages)
        if not text.written_in(language)
    ]


def _completeness(definition: Definition) -> Iterator[Finding]:
    if not definition.title.ja:
        yield red("名称", "手続の名称がありません。", "title")
    if len(definition.title.pick("ja")) > MOST_TITLE:
        yield red("名称", f"名称は{MOST_TITLE}字までにしてください。", "title")
    asked = [
        question for _section, question in definition.questions() if question.kind != "message"
    ]
    if not asked:
        yield red("質問", "質問がひとつもありません。", "sections")
    elif all(
        question.when is not None or section.when is not None
        for section, question in definition.questions()
        if question.kind != "message"
    ):
        yield yellow(
            "質問", "必ず聞く質問がありません。何も聞かずに終わることがあります。", "sections"
        )
    if not definition.confirm and len(asked) > 1:
        yield red("確認の画面", "確認を省けるのは、質問が1つのときだけです。", "confirm")
    if definition.anonymous:
        for place, section in enumerate(definition.sections):
            for number, question in enumerate(section.questions):
                press = f"sections.{place}.questions.{number}"
                if question.keep_as:
                    sentence = "匿名の手続なので、答えを住民の属性として残せません。"
                    yield red(called(question), sentence, f"{press}.keep_as")
                elif question.kind in ("name", "telephone", "email", "address"):
                    sentence = "匿名の手続ですが、だれなのか分かる質問があります。"
                    yield yellow(called(question), sentence, press)
        if definition.correction is not None:
            yield red("修正", "匿名の手続では、あとから修正できません。", "correction")
        if definition.answers == "overwrite":
            yield red("回答の回数", "匿名の手続では、前の回答を上書きできません。", "answers")


def _keeping(definition: Definition) -> Iterator[Finding]:
    retention = definition.retention
    if retention is None or (retention.days is None and retention.months is None):
        yield red("保存期間", "答えをいつまで保存するかが決まっていません。", "retention")
    elif retention.days is not None and retention.months is not None:
        yield red("保存期間", "日数か月数の、どちらか一方だけにしてください。", "retention")
    mail = definition.mail
    for number, address in enumerate(mail.addresses if mail else ()):
        if not _ADDRESS.fullmatch(address):
            yield red(
                "メール",
                f"「{address}」はメールアドレスではありません。",
                f"mail.addresses.{number}",
            )


def _opening(definition: Definition) -> Iterator[Finding]:
    opening = definition.opening
    if opening.opens_at and opening.closes_at and opening.opens_at >= opening.closes_at:
        yield red(
            "受付期間", "終わりが始まりより前になっています。だれも始められません。", "opening"
        )
    correction = definition.correction
    if correction and not correction.until and not correction.days and not correction.while_status:
        yield yellow("修正", "いつまで修正できるかが決まっていません。", "correction")


def _sections(definition: Definition) -> Iterator[Finding]:
    if not definition.sections:
        return
    for place, section in enumerate(definition.sections):
        where, press = called_section(section), f"sections.{place}"
        if not section.questions:
            yield red(
                where,
                "質問が入っていません。質問を加えるか、このまとまりを削除してください。",
                press,
            )
        if section.repeat is None:
            continue
        if section.repeat.min > section.repeat.max:
            yield red(where, "くり返しの最少が最多より多くなっています。", f"{press}.repeat")
        if "{number}" not in section.repeat.item.ja and section.repeat.max > 1:
            sentence = "だれの質問か見分けられません。呼び名に {number} を入れてください。"
            yield yellow(where, sentence, f"{press}.repeat.item")


def _ids(definition: Definition, previous: Definition | None) -> Iterator[Finding]:
    before = {q.id: q for _section, q in previous.questions()} if previous else {}
    retired = {*definition.retired_ids, *(previous.retired_ids if previous else ())}
    counted = Counter(question.id for _section, question in definition.questions())
    sections = Counter(section.id for section in definition.sections)
    for place, section in enumerate(definition.sections):
        if sections[section.id] > 1:
            sentence = f"ID「{section.id}」のまとまりが2つ以上あります。"
            yield red(called_section(section), sentence, f"sections.{place}.id")
        for number, question in enumerate(section.questions):
            press = f"sections.{place}.questions.{number}"
            where = called(question)
            if counted[question.id] > 1:
                yield red(where, f"ID「{question.id}」の質問が2つ以上あります。", f"{press}.id")
            if question.id in retired:
                sentence = (
                    f"ID「{question.id}」は、削除した質問が使っていました。別のIDにしてください。"
                )
                yield red(where, sentence, f"{press}.id")
            earlier = before.get(question.id)
            if earlier is not None and earlier.kind != question.kind:
                sentence = "公開中の質問の種類は変えられません。新しい質問を作ってください。"
                yield red(where, sentence, f"{press}.kind")
            if not question.label.ja:
                yield red(where, "質問の文がありません。", f"{press}.label")
    present = {question.id for _section, question in definition.questions()}
    for gone in before:
        if gone not in present and gone not in retired:
            sentence = f"削除した質問のID「{gone}」が、使用済みの一覧に入っていません。"
            yield yellow(called(before[gone]), sentence, "retired_ids")


def _starting(definition: Definition) -> Iterator[Finding]:
    commands = {word for words in COMMANDS.values() for word in words}
    for number, word in enumerate(definition.start_on):
        if word.strip().casefold() in commands:
            sentence = f"「{word}」は、どの手続でも使うことばなので、開始のことばにできません。"
            yield red("開始のことば", sentence, f"start_on.{number}")


def _translations(definition: Definition) -> Iterator[Finding]:
    for where, press, text in texts_of(definition):
        yield from missing_translations(where, press, text, definition.languages)
