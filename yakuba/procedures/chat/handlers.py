"""What residents do in the talk, given to the engine, and what it says, given to LINE."""

from django.conf import settings

from yakuba.files.models import StoredFile
from yakuba.kit.errors import Refusal
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line.models import Lane
from yakuba.line.rules import CONTENT, Event
from yakuba.line.sockets import Person
from yakuba.procedures import operations, queries, rules
from yakuba.procedures.chat import drawing
from yakuba.procedures.models import Conversation, Procedure, Run
from yakuba.procedures.rules import inputs
from yakuba.residents import operations as residents
from yakuba.residents import queries as people
from yakuba.residents.models import Resident

_OLD = "このボタンは、終わった入力のものです。メニューからもう一度始めてください。"


def postback(event: Event, person: Person) -> bool:
    """Take a press on a button of ours: `start:<slug>`, or `<run>:<nonce>:<token>`."""
    resident = residents.meet(user_id=event.user_id, at_ms=event.timestamp)
    residents.see(resident)
    rest = event.postback_rest
    if rest.startswith("start:"):
        return _start(rest.removeprefix("start:"), resident, event)
    run_id, _colon, press = rest.partition(":")
    nonce, _colon, token = press.partition(":")
    run = _run_of(resident, run_id)
    if run is None:
        _say(resident, line.text(_OLD), event)
        return True
    params = event.postback.get("params") or {}
    picked = next((str(params[name]) for name in ("date", "time", "datetime") if name in params), "")
    _give(run, inputs.Press(nonce=nonce, token=token, picked=picked), event)
    return True


def _run_of(resident: Resident, run_id: str) -> Run | None:
    try:
        return Run.objects.filter(
            pk=run_id, resident=resident, status=Run.Status.ACTIVE
        ).first()
    except ValueError:
        return None


def message(event: Event, person: Person) -> bool:
    """Take what somebody wrote or sent: an answer, if the talk is about a run, else perhaps a keyword."""
    if event.type not in ("message", CONTENT) or not event.is_private:
        return False
    resident = residents.meet(user_id=event.user_id, at_ms=event.timestamp)
    residents.see(resident)
    started = queries.procedure_for_keyword(operations.keyword(event.text)) if event.text else None
    if started is not None:
        return _start(started.slug, resident, event)
    talk = Conversation.objects.filter(resident=resident, run__status="active").first()
    if talk is None or talk.run is None:
        return False
    if event.type == CONTENT and event.content.get("trouble"):
        _say(resident, line.text(str(event.content["trouble"])), event)
        return True
    sent = _sent(event)
    if sent is None:
        sent = _upload(event, talk.run)
    if sent is not None:
        _give(talk.run, inputs.Answer(sent), event)
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
        _start(procedure.slug, resident, event)


def _start(slug: str, resident: Resident, event: Event) -> bool:
    procedure = Procedure.objects.filter(slug=slug).first()
    if procedure is None:
        _say(resident, line.text("その手続は、いまはありません。"), event)
        return True
    try:
        turn = operations.begin(procedure=procedure, resident=resident)
    except Refusal as no:
        _say(resident, line.text(str(no)), event)
        return True
    speak(turn, resident, reply_to=event)
    return True


def _give(run: Run, given: inputs.Input, event: Event) -> None:
    resident = run.resident
    if resident is None:
        return
    try:
        turn = operations.take(run, given=given)
    except Refusal as no:
        _say(resident, line.text(str(no)), event)
        return
    speak(turn, resident, reply_to=event)


def speak(turn: operations.Turn, resident: Resident, *, reply_to: Event | None) -> None:
    """Say in the talk what came of a turn."""
    surface = surface_of(turn.run)
    messages = drawing.draw(turn.say, surface)
    if turn.result is not None and turn.result.receipt_no:
        messages += [_receipt(turn)]
    _say(resident, messages, reply_to)


def surface_of(run: Run) -> drawing.Surface:
    base = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/run/{run.pk}"
    return drawing.Surface(page_base=base, run_id=str(run.pk))


def _receipt(turn: operations.Turn) -> line.Message:
    result = turn.result
    if result is None:
        raise ValueError("a receipt needs a result")
    page = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/{result.page}" if result.page else ""
    return line.card(
        kicker="受付しました",
        title=turn.run.procedure.title,
        facts=[("受付番号", result.receipt_no)],
        note="この番号は、お問い合わせのときに使います。",
        main_button=line.Link("内容を見る", page) if page else None,
    )


def remind(run: Run, resident: Resident) -> None:
    """Remind, once, whoever stopped in the middle yesterday."""
    user_id = people.line_user_id(resident)
    if user_id is None or not resident.reachable:
        return
    surface = surface_of(run)
    go_on = line.Postback("つづける", surface.data("", rules.CONTINUE), shown="つづける")
    stop = line.Postback("やめる", surface.data("", rules.STOP), shown="やめる")
    words = f"「{run.procedure.title}」が途中になっています。つづきから始められます。"
    wire.say(
        user_id,
        line.text(words, quick_replies=[go_on, stop]),
        lane=Lane.NOTICE,
        dedupe_key=f"reminder:{run.pk}",
    )


def _say(resident: Resident, messages: list[line.Message], reply_to: Event | None) -> None:
    user_id = reply_to.user_id if reply_to else people.line_user_id(resident)
    if user_id and messages:
        wire.say(user_id, messages, reply_to=reply_to)
