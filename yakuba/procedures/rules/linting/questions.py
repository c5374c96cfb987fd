"""The linter's look at each question: can it be asked, may it be, does it fit into LINE."""

import re
from collections.abc import Iterator

from yakuba.kit import furigana
from yakuba.kit.text import cut_graphemes, grapheme_length, utf16_length
from yakuba.procedures.definition import Definition, Fault, Text
from yakuba.procedures.rules.linting.findings import (
    Finding,
    called,
    called_section,
    red,
    yellow,
)
from yakuba.procedures.rules.linting.structure import missing_translations, texts_of
from yakuba.procedures.rules.plans import Plan, Step

# LINE's limits (Messaging API reference): 5,000 UTF-16 units of a text, 20 letters of a quick reply.
MOST_OF_A_TEXT = 5_000
MOST_OF_A_BUTTON = 20
LONG_QUESTION = 300  # more than a reader of the talk takes in at once

_FORBIDDEN = re.compile(
    r"マイナンバー(?!カード(を|は|が))|個人番号|クレジットカード|カード番号|暗証番号|セキュリティコード"
    r"|my\s?number|card\s?number",
    re.IGNORECASE,
)
_COPIED = frozenset({"short_text", "long_text", "number", "photo", "file"})


def look(ready: Plan) -> list[Finding]:
    """Return what is wrong with the questions of a plan."""
    found = [
        *_too_long(ready.definition),
        *_mail(ready),
    ]
    kept: dict[str, str] = {}
    for press, step in placed(ready):
        found += _one(ready.definition, step, press)
        attribute = step.question.keep_as
        if attribute and attribute in kept:
            sentence = f"{kept[attribute]}の答えと同じ属性に残します。あとの答えだけが残ります。"
            found.append(yellow(called(step.question), sentence, f"{press}.keep_as"))
        if attribute:
            kept[attribute] = called(step.question)
    return found


def placed(ready: Plan) -> Iterator[tuple[str, Step]]:
    """Go through the questions with their places in the document."""
    for place, (_section, steps) in enumerate(ready.sections):
        for number, step in enumerate(steps):
            yield f"sections.{place}.questions.{number}", step


def unreadable(definition: Definition, fault: Fault) -> Finding:
    """Say that a kind is not known, or its options are not its own."""
    steps = fault.where.split(".")
    question = definition.sections[int(steps[1])].questions[int(steps[3])]
    return red(called(question), fault.sentence, fault.where)


def _one(definition: Definition, step: Step, press: str) -> Iterator[Finding]:
    question, section, kind = step.question, step.section, step.kind
    where = called(question)
    for fault in step.answering.faults():
        make = red if fault.is_red else yellow
        yield make(where, fault.sentence, f"{press}.options.{fault.where}")
    if section.surface == "talk" and step.is_confidential:
        sentence = (
            f"個人情報の質問なので、トークでは聞けません。{called_section(section)}を"
            "「ページで聞く」か「どちらでもよい」にしてください。"
        )
        yield red(where, sentence, f"{press.rpartition('.questions')[0]}.surface")
    if section.surface == "talk" and not kind.in_talk:
        yield red(where, "この種類の質問は、トークでは聞けません。", press)
    if question.lift_confidential:
        yield yellow(
            where,
            "トークで聞く設定です。答えがLINEのサーバーに残ります。",
            f"{press}.lift_confidential",
        )
    if question.confidential and question.lift_confidential:
        sentence = "「ページだけで聞く」と「トークで聞く」の両方が選ばれています。"
        yield red(where, sentence, f"{press}.confidential")
    if kind.is_message and question.keep_as:
        yield red(where, "お知らせには答えがないので、属性に残せません。", f"{press}.keep_as")
    if (
        not kind.is_choosing
        and not kind.is_message
        and _FORBIDDEN.search(question.label.pick("ja"))
    ):
        sentence = "マイナンバーやカードの番号は、受け取ってはいけません。聞き方を変えてください。"
        make = red if question.kind in _COPIED else yellow
        yield make(where, sentence, f"{press}.label")
    for place, text in step.answering.texts():
        whole = f"{press}.options.{place}"
        yield from missing_translations(where, whole, text, definition.languages)
        yield from _text_too_long(where, whole, text)
    yield from _buttons(step, press)


def _buttons(step: Step, press: str) -> Iterator[Finding]:
    """Say which choices a button would cut short, and which would then look alike."""
    if step.needs_page:
        return
    labels = [
        (place, text)
        for place, text in step.answering.texts()
        if place.endswith((".label", "yes", "no"))
    ]
    shown = [cut_graphemes(text.pick("ja"), MOST_OF_A_BUTTON) for _place, text in labels]
    for number, (place, text) in enumerate(labels):
        if grapheme_length(text.pick("ja")) <= MOST_OF_A_BUTTON:
            continue
        alike = shown.count(shown[number]) > 1
        sentence = (
            f"「{text.pick('ja')}」は長いので、ボタンでは「{shown[number]}」になります"
            f"（{MOST_OF_A_BUTTON}字まで）。"
        )
        if alike:
            sentence += "ほかの選択肢と見分けられません。"
        make = red if alike else yellow
        yield make(called(step.question), sentence, f"{press}.options.{place}")


def _too_long(definition: Definition) -> Iterator[Finding]:
    for where, press, text in texts_of(definition):
        yield from _text_too_long(where, press, text)
    for place, section in enumerate(definition.sections):
        for number, question in enumerate(section.questions):
            letters = grapheme_length(question.label.pick("ja"))
            if question.kind != "message" and letters > LONG_QUESTION:
                sentence = f"質問が長すぎます（{letters}字）。{LONG_QUESTION}字までにすると読みやすくなります。"
                yield yellow(
                    called(question), sentence, f"sections.{place}.questions.{number}.label"
                )


def _text_too_long(where: str, press: str, text: Text) -> Iterator[Finding]:
    for language, words in text.words().items():
        length = utf16_length(furigana.told(words))
        # The number, the hint and the present answer stand in the same message.
        if length > MOST_OF_A_TEXT - 500:
            sentence = f"長すぎて、LINEで送れません（{length}字、{MOST_OF_A_TEXT - 500}字まで）。"
            yield red(where, sentence, press if language == "ja" else f"{press}.{language}")
        for wrong in furigana.unreadable(words):
            sentence = (
                f"「{wrong}」は、ふりがなとして読めません。読みはかなで書き、漢字だけでないことばの前には｜を置きます。"
                "例：上市町《かみいちまち》、｜明日の会《あしたのかい》"
            )
            yield yellow(where, sentence, press if language == "ja" else f"{press}.{language}")


def _mail(ready: Plan) -> Iterator[Finding]:
    mail = ready.definition.mail
    for number, question_id in enumerate(mail.answers if mail else ()):
        press = f"mail.answers.{number}"
        step = ready.steps.get(question_id)
        if step is None:
            yield red("メール", f"「{question_id}」という質問はありません。", press)
        elif step.is_confidential or step.kind.is_confidential:
            sentence = f"{called(step.question)}の答えは個人情報なので、メールに書けません。"
            yield red("メール", sentence, press)
        elif not step.kind.is_choosing:
            sentence = f"{called(step.question)}の答えに、個人情報が書かれることがあります。"
            yield yellow("メール", sentence, press)
