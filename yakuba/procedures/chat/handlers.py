"""What residents do in the talk, given to the engine, and what it says, given to LINE."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings

from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line.chat import warn_of_number
from yakuba.line.models import Lane
from yakuba.line.rules import CONTENT, Event
from yakuba.line.sockets import Person
from yakuba.procedures import operations, queries, rules
from yakuba.procedures.chat import drawing, offers, wording
from yakuba.procedures.definition import Text
from yakuba.procedures.models import Conversation, Procedure, Run
from yakuba.procedures.rules import inputs, says
from yakuba.residents import operations as residents
from yakuba.residents import queries as people
from yakuba.residents.models import Resident


def postback(event: Event, person: Person) -> bool:
    """Take a press on a button of ours: `offers`, `start:<slug>`, or `<run>:<nonce>:<token>`."""
    resident = residents.see(user_id=event.user_id, at_ms=event.timestamp)
    rest = event.postback_rest
    if rest == offers.PRESSED:
        offers.show(resident, event)
        return True
    if rest.startswith("start:"):
        return _start(queries.known_to(resident, rest.removeprefix("start:")), resident, event)
    _press(rest, resident, event)
    return True


def _press(data: str, resident: Resident, event: Event) -> None:
    run_id, _colon, press = data.partition(":")
    nonce, _colon, token = press.partition(":")
    params = event.postback.get("params") or {}
    picked = next(
        (str(params[name]) for name in ("date", "time", "datetime") if name in params), ""
    )
    given = inputs.Press(nonce=nonce, token=token, picked=picked)
    talk = operations.present_talk(resident)
    if talk is not None and str(talk.run_id) == run_id:
        return _go_on(talk, given, event)
    run = _run_of(resident, run_id)
    if run is None:
        return _say(resident, _ending(resident, wording.OLD), event)
    return _give(run, given, event)


def _run_of(resident: Resident, run_id: str) -> Run | None:
    try:
        key = UUID(run_id)
    except ValueError:
        return None
    return Run.objects.filter(pk=key, resident=resident, status=Run.Status.ACTIVE).first()


def message(event: Event, person: Person) -> bool:
    """Take what somebody wrote or sent: an answer, if the talk is about a run, else perhaps a keyword."""
    if event.type not in ("message", CONTENT) or not event.is_private:
        return False
    resident = residents.see(user_id=event.user_id, at_ms=event.timestamp)
    talk = operations.present_talk(resident)
    run = talk.run if talk is not None else None
    if _change_language(resident, talk, event):
        return True
    if run is not None and event.text == "メニュー" and not queries.takes_words(run):
        offers.show(resident, event)
        return True
    started = queries.procedure_for_keyword(operations.keyword(event.text)) if event.text else None
    if started is not None and not (run and queries.hears_words(run, started)):
        return _start(started, resident, event)
    if run is None and rules.is_going_on(event.text):
        run = next(iter(queries.unfinished(resident)), None)
        if run is not None:
            _give(run, inputs.Continue(), event)
            return True
    if talk is None or run is None:
        return False
    if event.type == CONTENT and event.content.get("trouble"):
        _say(resident, line.text(str(event.content["trouble"])), event)
        return True
    sent = _sent(event)
    if sent is None:
        sent = _upload(event, run)
    if sent is not None:
        given = inputs.Answer(sent, message=str(event.message.get("id") or ""))
        _go_on(talk, given, event)
    return True


def _change_language(resident: Resident, talk: Conversation | None, event: Event) -> bool:
    """Speak another language from now on, if that is what somebody wrote; and ask in it what is asked now."""
    run = talk.run if talk is not None else None
    word = operations.keyword(event.text) if event.text else ""
    chosen = next((key for key, words in wording.LANGUAGE_WORDS.items() if word in words), "")
    if not chosen or (run is not None and queries.takes_words(run)):
        return False
    residents.set_reading(resident, language=chosen)
    resident.refresh_from_db()
    if talk is None or run is None:
        _say(resident, _ending(resident, wording.SPEAKS), event)
        return True
    _say(resident, line.text(wording.SPEAKS.pick(chosen)), event)
    _go_on(talk, inputs.Press(nonce=run.nonce, token=rules.AGAIN), event)
    return True


def number_typed(event: Event, person: Person) -> bool:
    """Ask the present question once more after the warning about a number, which is blotted out already."""
    if not event.is_masked or not warn_of_number(event, person):
        return False
    resident = residents.meet(user_id=event.user_id, at_ms=event.timestamp)
    talk = operations.present_talk(resident)
    if talk is not None and talk.run is not None:
        _go_on(talk, inputs.Press(nonce=talk.run.nonce, token=rules.AGAIN), event)
    return True


def unsent(event: Event, person: Person) -> bool:
    """Somebody took a message back: withdraw what it answered, or say how to correct what was handed in."""
    if event.type != "unsend" or not event.is_private or not event.unsent_id:
        return False
    resident = residents.meet(user_id=event.user_id, at_ms=event.timestamp)
    came = operations.take_back(resident=resident, message_id=event.unsent_id)
    for turn in came.turns:
        speak(turn, resident, reply_to=None)
    for run in came.handed_in:
        title = queries.plan_of_run(run).definition.title.pick(resident.language)
        words = wording.ALREADY_HERE.pick(resident.language).format(title=title)
        mine = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/"
        card = line.card(
            kicker=wording.UNSENT.pick(resident.language),
            title=title,
            note=words,
            main_button=line.Link(wording.MY_PAGE.pick(resident.language), mine),
        )
        _say(resident, [card], None)
    return True


def _upload(event: Event, run: Run) -> inputs.Sent | None:
    """Have a photo or file fetched if the present question asks for one; else say that it is not asked.

    What nobody asked for is never fetched: it may show people who know nothing of it.
    """
    wanted = queries.upload_wanted(run)
    if wanted is not None:
        wire.want_content(event, keep_location=wanted.keep_location)
        return None  # it comes again as CONTENT when its bytes are here
    if event.message.get("type") == "image":
        return inputs.Photo(file="")
    return inputs.Document(file="", name="", content_type="", size=0)


def _sent(event: Event) -> inputs.Sent | None:
    """Return what was sent, in the engine's words; None for a photo or file that is not here yet."""
    if event.type == CONTENT:
        return _content(event)
    kind, body = event.message.get("type"), event.message
    match kind:
        case "text":
            return inputs.Typed(event.text)
        case "location":
            return inputs.Placed(
                latitude=float(body.get("latitude") or 0),
                longitude=float(body.get("longitude") or 0),
                address=str(body.get("address") or ""),
                title=str(body.get("title") or ""),
            )
        case "sticker":
            return inputs.Sticker(" ".join(map(str, body.get("keywords") or [])))
        case "image" | "file":
            return None
        case _:
            return inputs.Voice()


def _content(event: Event) -> inputs.Sent:
    content, body = event.content, event.message
    if body.get("type") == "image":
        together = body.get("imageSet") or {}
        return inputs.Photo(
            file=str(content["file"]),
            sent_with=str(together.get("id") or ""),
            latitude=content.get("latitude"),
            longitude=content.get("longitude"),
        )
    kept = StoredFile.objects.get(pk=content["file"])
    return inputs.Document(
        file=str(content["file"]),
        name=kept.name,
        content_type=kept.content_type,
        size=kept.size,
    )


def start_on_joining(resident: Resident, event: Event) -> None:
    """Greet a new friend, and begin the registration at once (6(1)イ)."""
    procedure = queries.registration()
    if procedure is not None:
        _start(procedure, resident, event)


def _start(procedure: Procedure | None, resident: Resident, event: Event) -> bool:
    if procedure is None:
        _say(resident, _ending(resident, wording.GONE), event)
        return True
    try:
        turn = operations.begin(procedure=procedure, resident=resident)
    except Refusal as no:
        _say(resident, _ending(resident, str(no)), event)
        return True
    speak(turn, resident, reply_to=event)
    return True


def _go_on(talk: Conversation, given: inputs.Input, event: Event) -> None:
    """Give the run that the talk is about what its resident did; both are locked."""
    speak(operations.go_on(talk, given=given), talk.resident, reply_to=event)


def _give(run: Run, given: inputs.Input, event: Event) -> None:
    resident = run.resident
    if resident is None:
        return
    try:
        turn = operations.take(run, given=given)
    except Refusal as no:
        _say(resident, _ending(resident, str(no)), event)
        return
    speak(turn, resident, reply_to=event)


def _ending(resident: Resident, words: Text | str) -> list[line.Message]:
    """Say that something is over or not possible, with a button to what else can be done."""
    said = words if isinstance(words, str) else words.pick(resident.language)
    return line.text(said, quick_replies=[offers.button(resident.language)])


def speak(turn: operations.Turn, resident: Resident, *, reply_to: Event | None) -> None:
    """Say in the talk what came of a turn."""
    surface = surface_of(turn.run, resident.language, others=turn.plan.definition.languages)
    messages = drawing.draw(_with_desk(turn, resident), surface)
    if turn.result is not None and turn.result.receipt_no:
        messages += [_receipt(turn, surface)]
    done = next((item for item in turn.say if isinstance(item, says.Done)), None)
    if done is not None:
        found = queries.next_of(done, resident, now=clock.now())
        messages += offers.going_on(found, resident.language)
    _say(resident, _never_empty_handed(messages, turn, surface), reply_to)


def _with_desk(turn: operations.Turn, resident: Resident) -> Sequence[says.SayItem]:
    """Name the department and its telephone where the procedure does not say whom to ask."""
    if not any(isinstance(item, says.Contact) for item in turn.say):
        return turn.say
    desk = queries.desk_of(turn.run, turn.plan, resident.language)
    return [
        replace(item, name=desk.name, telephone=desk.telephone, hours=desk.hours)
        if isinstance(item, says.Contact)
        else item
        for item in turn.say
    ]


def _never_empty_handed(
    messages: list[line.Message], turn: operations.Turn, surface: drawing.Surface
) -> list[line.Message]:
    """Hang a way on under the last message of a talk that is about nothing now."""
    is_paused = any(isinstance(effect, says.Paused) for effect in turn.effects)
    is_over = turn.run.status != Run.Status.ACTIVE
    if not messages or "quickReply" in messages[-1] or not (is_paused or is_over):
        return messages
    buttons: list[line.Action] = [offers.button(surface.language)]
    if is_paused:
        words = surface.words(wording.GO_ON)
        data = surface.data("", rules.CONTINUE)
        buttons.insert(0, line.Postback(words, data, shown=words))
    return [*messages[:-1], line.with_choices(messages[-1], buttons)]


def surface_of(run: Run, language: str, *, others: Sequence[str] = ()) -> drawing.Surface:
    base = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/run/{run.pk}"
    return drawing.Surface(page_base=base, run_id=str(run.pk), language=language, others=others)


def _receipt(turn: operations.Turn, surface: drawing.Surface) -> line.Message:
    result = turn.result
    if result is None:
        raise ValueError("a receipt needs a result")
    path, button = result.page, surface.words(wording.SEE)
    if result.then is not None:  # whoever still has to pay is led there, not to what they know
        path, button = result.then.page, result.then.label.pick(surface.language)
    page = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/{path}" if path else ""
    return line.card(
        kicker=surface.words(wording.RECEIVED),
        title=turn.plan.definition.title.pick(surface.language),
        facts=[(surface.words(wording.RECEIPT_NO), result.receipt_no)],
        note=surface.words(wording.KEEP_NUMBER),
        main_button=line.Link(button, page) if page else None,
    )


def remind(run: Run, resident: Resident) -> None:
    """Remind, once, whoever stopped in the middle yesterday."""
    user_id = people.line_user_id(resident)
    if user_id is None or not resident.reachable:
        return
    surface = surface_of(run, resident.language)
    title = queries.plan_of_run(run).definition.title.pick(resident.language)
    go_on, stop = surface.words(wording.GO_ON), surface.words(wording.STOP)
    buttons = [
        line.Postback(go_on, surface.data("", rules.CONTINUE), shown=go_on),
        line.Postback(stop, surface.data("", rules.STOP), shown=stop),
    ]
    wire.say(
        user_id,
        line.text(surface.words(wording.LEFT, title=title), quick_replies=buttons),
        lane=Lane.NOTICE,
        dedupe_key=f"reminder:{run.pk}",
    )


def _say(resident: Resident, messages: list[line.Message], reply_to: Event | None) -> None:
    user_id = reply_to.user_id if reply_to else people.line_user_id(resident)
    if user_id and messages:
        wire.say(user_id, messages, reply_to=reply_to)
