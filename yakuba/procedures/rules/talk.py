"""What is heard in the talk: an answer, a way out, an old button, a sticker."""

import unicodedata

from yakuba.kit.numbers import counted
from yakuba.procedures.rules import patterns, wording
from yakuba.procedures.rules.answering import Given, More, Wrong
from yakuba.procedures.rules.asking import Place
from yakuba.procedures.rules.flow import ask, ask_for_more, gates, go_on, repeat, say_ways_out
from yakuba.procedures.rules.handing import rows_of
from yakuba.procedures.rules.inputs import Photo, Picked, Press, Pressed, Sent, Typed
from yakuba.procedures.rules.says import Confirm, Noted, NumberMasked, OpenPage, Problem
from yakuba.procedures.rules.state import LastPress
from yakuba.procedures.rules.turn import SUMMARY, Turn

CONTINUE, STOP, PERSON = ".continue", ".stop", ".person"
AGAIN = ".again"  # ask the present question once more
AT_LARGE = (CONTINUE, STOP, PERSON)  # buttons that hang under no question, and have no nonce
PATIENCE = 2  # how often the question is simply asked again
_YES = (
    "はい",
    "うん",
    "ok",
    "yes",
    "お願いします",
    "よい",
    "よろしい",
    "いいです",
    "大丈夫",
    "送る",
)


def hear(turn: Turn, sent: Sent) -> None:
    """Take what was sent while this run has the talk: a way out, or else an answer."""
    if turn.state.mode == "new":
        patterns.start(turn)
        return
    command = _command(sent)
    if turn.state.mode in ("stopping", "restarting"):
        if _says_yes(sent):
            _confirmed(turn)
            return
        turn.change(mode="asking", nonce="")
    elif turn.state.mode == "paused":
        turn.change(mode="asking", nonce="")
    if command is not None and not _is_an_answer(turn, sent):
        _do(turn, command)
        return
    focus = turn.state.focus
    if focus == SUMMARY:
        _hear_at_summary(turn, sent)
        return
    gate = next((one for one in gates(turn) if one.path == focus), None)
    if gate is not None:
        if _says_yes(sent):
            _do(turn, ".add")
        elif _says_no(sent):
            _do(turn, ".enough")
        else:
            turn.says.append(Problem("", wording.unexpected(sent, turn.language)))
            ask_for_more(turn, gate)
        return
    place = turn.route.place(focus)
    if place is None or place.standing != "asked" or not place.is_question:
        go_on(turn)
        return
    _answer(turn, place, sent)


def press(turn: Turn, pressed: Press) -> None:
    """Take a button. One of an earlier question changes nothing and brings the present question."""
    state = turn.state
    if state.mode == "new":
        patterns.start(turn)
        return
    is_at_large = not pressed.nonce and pressed.token in AT_LARGE
    if not is_at_large and (pressed.nonce != state.nonce or not state.nonce):
        _old_button(turn, pressed)
        return
    turn.change(last=LastPress(nonce=pressed.nonce, token=pressed.token), misses=0)
    if state.mode in ("stopping", "restarting") and pressed.token == ".yes":
        _confirmed(turn)
        return
    if pressed.token == CONTINUE:
        patterns.resume(turn)
        return
    if state.mode != "asking" and pressed.token not in (".later", ".stop"):
        # A paused run goes on with its own buttons, and "no" to stopping means going on.
        turn.change(mode="asking")
    if pressed.token.startswith("."):
        _do(turn, pressed.token)
        return
    place = turn.route.place(turn.state.focus)
    if place is None or place.standing != "asked" or place.step.needs_page:
        repeat(turn)
        return
    _answer(turn, place, Picked(pressed.picked) if pressed.picked else Pressed(pressed.token))


def _answer(turn: Turn, place: Place, sent: Sent) -> None:
    if _is_left_over_photo(turn, place, sent):
        return
    if place.step.needs_page:
        turn.says.append(Problem(place.path, turn.words(wording.NOT_HERE)))
        ask(turn, place)
        return
    at = turn.at(place.step.question.id)
    so_far = turn.state.partial.get(place.path)
    reading = place.step.answering.read_talk(sent, at, so_far)
    if isinstance(reading, Given):
        wrong = place.step.answering.check(reading.value, at)
        if wrong is None:
            _take(turn, place, sent, reading)
            return
        reading = wrong
    if isinstance(reading, More):
        _remember_photos(turn, place, sent)
        turn.put_half(place.path, reading.so_far)
        if reading.note:
            turn.says.append(Noted(place.path, "", reading.note))
        if turn.route.place(place.path) is not None:
            ask(turn, place)
        return
    _not_understood(turn, place, sent, reading)


def _take(turn: Turn, place: Place, sent: Sent, reading: Given) -> None:
    turn.put(place.path, "given", reading.value)
    _remember_photos(turn, place, sent)
    shown = place.step.answering.show(reading.value, turn.language)
    turn.says.append(Noted(place.path, shown, reading.note))
    go_on(turn)


def _not_understood(turn: Turn, place: Place, sent: Sent, wrong: Wrong) -> None:
    """Ask again with how to answer; from the third time on offer the page or a person."""
    turn.change(misses=turn.state.misses + 1)
    question_id = place.step.question.id
    sentence = wrong.sentence
    if not wrong.understood:
        sentence = wording.unexpected(sent, turn.language)
    mend = wrong.mend or place.step.answering.view(turn.at(question_id)).how
    turn.says.append(Problem(place.path, sentence, mend))
    if wrong.is_forbidden:
        turn.effects.append(NumberMasked(place.path))
    if turn.state.misses <= PATIENCE:
        ask(turn, place)
        return
    turn.says.append(
        Confirm(
            turn.words(wording.HELP),
            (
                turn.button(".page", wording.BY_PAGE),
                turn.button(".person", wording.PERSON),
                turn.button(AGAIN, wording.ONCE_MORE),
                turn.button(".later", wording.LATER),
                turn.button(STOP, wording.STOP),
            ),
            turn.state.nonce,
        )
    )


def _old_button(turn: Turn, pressed: Press) -> None:
    last = turn.state.last
    if last is not None and (last.nonce, last.token) == (pressed.nonce, pressed.token):
        turn.say_words(wording.PRESSED_TWICE)
    else:
        turn.say_words(wording.OLD_BUTTON)
    if turn.state.mode != "asking":
        turn.change(mode="asking", nonce="")
    repeat(turn)


def _do(turn: Turn, token: str) -> None:
    """Do what a button of the engine says."""
    match token:
        case ".back":
            patterns.back(turn)
        case ".skip":
            patterns.skip(turn)
        case ".all":
            patterns.show_all(turn)
        case ".more":
            say_ways_out(turn)
        case ".later":
            patterns.later(turn)
        case ".stop":
            patterns.stop(turn, sure=False)
        case ".continue":
            patterns.resume(turn)
        case ".person":
            patterns.ask_person(turn)
        case ".restart":
            patterns.restart(turn, sure=False)
        case ".submit":
            patterns.submit(turn)
        case ".page":
            _by_page(turn)
        case ".add" | ".enough":
            _at_gate(turn, token)
        case _ if token.startswith(".fix"):
            _correct_row(turn, token.removeprefix(".fix"))
        case _:
            repeat(turn)


def _at_gate(turn: Turn, token: str) -> None:
    gate = next((one for one in gates(turn) if one.path == turn.state.focus), None)
    if gate is None:
        repeat(turn)
    elif token == ".add":
        patterns.add_item(turn, gate.section.id)
    else:
        turn.close(gate)
        go_on(turn)


def _correct_row(turn: Turn, number: str) -> None:
    rows = rows_of(turn.route)
    place = counted(number)
    if 0 <= place < len(rows):
        patterns.correct(turn, rows[place].path)
    else:
        repeat(turn)


def _by_page(turn: Turn) -> None:
    place = turn.route.place(turn.state.focus)
    if place is None:
        repeat(turn)
        return
    number, count = turn.route.number_of(place.path)
    turn.says.append(
        OpenPage(
            section=place.step.section.id,
            title=turn.section_title(place.step.section) or turn.words(place.step.question.label),
            path=place.path,
            number=number,
            count=count,
            buttons=(turn.button(AGAIN, wording.ONCE_MORE),),
            nonce=turn.state.nonce,
        )
    )


def _hear_at_summary(turn: Turn, sent: Sent) -> None:
    if _says_yes(sent):
        patterns.submit(turn)
        return
    turn.says.append(Problem("", wording.unexpected(sent, turn.language)))
    repeat(turn)


def _confirmed(turn: Turn) -> None:
    if turn.state.mode == "stopping":
        patterns.stop(turn, sure=True)
    else:
        patterns.restart(turn, sure=True)


def _remember_photos(turn: Turn, place: Place, sent: Sent) -> None:
    if isinstance(sent, Photo) and sent.sent_with:
        turn.change(photos=(sent.sent_with, place.path))


def _is_left_over_photo(turn: Turn, place: Place, sent: Sent) -> bool:
    """Whether this photo came together with one that was taken for an earlier question.

    Said once; without this, the second of two photos would be the answer to the next question.
    """
    if not isinstance(sent, Photo) or not sent.sent_with:
        return False
    taken, path = turn.state.photos
    if taken != sent.sent_with or path == place.path:
        return False
    if path:
        turn.change(photos=(taken, ""))
        turn.say_words(wording.ONLY_FIRST_PHOTO)
        repeat(turn)
    return True


def _command(sent: Sent) -> str | None:
    if not isinstance(sent, Typed):
        return None
    plain = _plain(sent.text)
    return next((token for token, words in wording.COMMANDS.items() if plain in words), None)


def is_going_on(text: str) -> bool:
    """Whether somebody wrote "続ける" or the like."""
    return _plain(text) in wording.COMMANDS[CONTINUE]


def _is_an_answer(turn: Turn, sent: Sent) -> bool:
    """Whether a word that is also a way out is one of the choices of the present question."""
    place = turn.route.place(turn.state.focus)
    if place is None or place.step.needs_page or not place.step.kind.is_choosing:
        return False
    at = turn.at(place.step.question.id)
    so_far = turn.state.partial.get(place.path)
    return not isinstance(place.step.answering.read_talk(sent, at, so_far), Wrong)


def _says_yes(sent: Sent) -> bool:
    return isinstance(sent, Typed) and _plain(sent.text) in _YES


def _says_no(sent: Sent) -> bool:
    return isinstance(sent, Typed) and _plain(sent.text) in (
        "いいえ",
        "いや",
        "ない",
        "no",
        "終わり",
        "なし",
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().strip("。.!！").casefold()
