"""The composing page: left the messages, in the middle the chosen one, at the right the phone, live."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from yakuba.broadcasts import forms
from yakuba.broadcasts.console import documents, fields, people
from yakuba.broadcasts.console.documents import WHOLE, Changed
from yakuba.broadcasts.console.shared import me, visible
from yakuba.broadcasts.models import Delivery, Step, TestPhone
from yakuba.broadcasts.operations import checking, composing, media, wordings
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile
from yakuba.broadcasts.rules import variables
from yakuba.broadcasts.rules.content import MOST_PARTS, read
from yakuba.console.sockets import StaffRequest, page
from yakuba.files import serving
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.procedures.models import Procedure
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may

_PAGE = "broadcasts/console/compose.html"
_NEEDS = Capability.DESIGN
_TOO_LONG = "長すぎて保存できませんでした。短くしてください。"


def draft_of(request: StaffRequest, public_id: str | UUID) -> Delivery:
    """Return a draft that this person may change."""
    one = visible(me(request), str(public_id), _NEEDS)
    if one.state != Delivery.State.DRAFT:
        raise Http404
    return one


@page(
    "deliveries/<uuid:public_id>/part/<slug:key>/",
    title=_("配信を作る"),
    name="delivery_part",
    needs=_NEEDS,
)
def part(request: StaffRequest, public_id: UUID, key: str) -> HttpResponse:
    """One message in the middle; posted, what was typed is kept."""
    one = draft_of(request, public_id)
    if request.method == "POST":
        return _save(request, one, key)
    if key != WHOLE and _number(one, key) is None:
        return redirect("console:delivery", one.public_id)
    if request.htmx and not request.htmx.history_restore_request:
        return answer(request, one, key, act="open")
    return render(request, _PAGE, context(request, one, key))


def _number(one: Delivery, key: str) -> int | None:
    try:
        return documents.number_of(one.content, key)
    except LookupError:
        return None


def _save(request: StaffRequest, one: Delivery, key: str) -> HttpResponse:
    number = _number(one, key)
    if request.POST.get("rev") != str(one.rev) or (number is None and key != WHOLE):
        return answer(request, one, key, act="save", overtaken=True)
    if number is None:
        after = _settings(one.content, request.POST)
        words, shows_part = "差し込みと計測を変える", False
    else:
        before = one.content["parts"][number]
        part = fields.read(before, typed(request.POST))
        after = documents.put_part(one.content, key, part)
        words = f"「{fields.name_of(before['kind'])}」を書く"
        shows_part = fields.shape(before) != fields.shape(part)
    return _keep(request, one, Changed(after, words, key), act="save", shows_part=shows_part)


def typed(posted: QueryDict) -> dict[str, str]:
    """Return what was typed, the last of each name."""
    return {name: str(posted[name]) for name in posted}


def _settings(content: dict[str, Any], posted: QueryDict) -> dict[str, Any]:
    """Return the content with what is written for unknown values, and whether links are counted."""
    after = dict(content)
    names = variables.asked(read(content))
    after["otherwise"] = {
        name: fields.read_texts(f"otherwise.{name}", content["otherwise"].get(name), typed(posted))
        for name in names
    }
    after["measures_links"] = "measures_links" in posted
    return after


@page("deliveries/<uuid:public_id>/change/", title=_("直す"), name="delivery_change", needs=_NEEDS)
def change(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Add, move or remove something; the part to look at afterwards is shown."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = draft_of(request, public_id)
    key = request.POST.get("part", WHOLE)
    if request.POST.get("rev") != str(one.rev):
        return answer(request, one, key, act="save", overtaken=True)
    try:
        made = _made(one.content, key, request.POST)
    except documents.Full:
        said = f"一度に送れるのは{MOST_PARTS}つまでです。"
        return answer(request, one, key, act="refused", said=said)
    except LookupError:
        raise Http404 from None
    return _keep(request, one, made, act=request.POST.get("act", ""), shows_part=True)


def _made(document: dict[str, Any], key: str, asked: QueryDict) -> Changed:
    field, number = asked.get("field", ""), counted(asked.get("number", ""))
    match asked.get("act", ""):
        case "add_question":  # the island puts the caret into the first field after this act
            return documents.add(document, kind=asked.get("kind", ""))
        case "remove":
            return documents.remove(document, key)
        case "up" | "down" as way:
            place = documents.number_of(document, key) + (-1 if way == "up" else 1)
            return documents.move(document, key, to=place)
        case "put":
            before = documents.number_of(document, asked.get("before", ""))
            return documents.move(document, key, to=before)
        case "add_row":
            return documents.add_row(document, key, field=field)
        case "remove_row":
            return documents.remove_row(document, key, field=field, number=number)
        case unknown:
            raise LookupError(unknown)


def _keep(
    request: StaffRequest, one: Delivery, made: Changed, *, act: str, shows_part: bool
) -> HttpResponse:
    try:
        composing.put(one, content=made.document, rev=one.rev, words=made.words, staff=me(request))
    except ChangedMeanwhile:
        one.refresh_from_db()
        return answer(request, one, made.part, act="save", overtaken=True)
    except ValidationError:
        return answer(request, one, made.part, act="wrong", shows_part=False, said=_TOO_LONG)
    moves = act not in ("save", "add_row", "remove_row")
    return answer(request, one, made.part, act=act, shows_part=shows_part, moves=moves)


@page("deliveries/<uuid:public_id>/undo/", title=_("1つもどす"), name="delivery_undo", needs=_NEEDS)
def undo(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take the last change back and say what it was."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = draft_of(request, public_id)
    key = request.POST.get("part", WHOLE)
    try:
        words = composing.undo(one, rev=counted(request.POST.get("rev", "")), staff=me(request))
    except ChangedMeanwhile:
        one.refresh_from_db()
        return answer(request, one, key, act="save", overtaken=True)
    except Refusal as no:
        return answer(request, one, key, act="undo", said=str(no))
    shown = key if key == WHOLE or _number(one, key) is not None else WHOLE
    return answer(request, one, shown, act="undo", said=f"取り消しました：{words}")


@page(
    "deliveries/<uuid:public_id>/answer/",
    title=_("注意に答える"),
    name="delivery_answer",
    needs=_NEEDS,
)
def answer_warning(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say why something that looks confidential may be sent; the trail keeps it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = draft_of(request, public_id)
    open_ = composing.unconfirmed(one, known=checking.telephones())
    code, found = request.POST.get("code"), request.POST.get("found")
    warning = next((each for each in open_ if (each.code, each.found) == (code, found)), None)
    if warning is None:
        raise Http404
    try:
        composing.confirm_warning(
            one, warning=warning, why=request.POST.get("why", ""), staff=me(request)
        )
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("理由を記録しました。"))
    return redirect("console:delivery_part", one.public_id, WHOLE)


def answer(
    request: StaffRequest,
    one: Delivery,
    key: str,
    *,
    act: str,
    shows_part: bool = True,
    moves: bool = False,
    **more: Any,
) -> HttpResponse:
    """Answer htmx: the list and the bar anew, the middle only where it looks different."""
    if not request.htmx:
        if more.get("said"):
            messages.info(request, more["said"])
        return redirect("console:delivery_part", one.public_id, key)
    shown = context(request, one, key, **more) | {"shows_part": shows_part}
    response = render(request, f"{_PAGE}#answer", shown)
    response.headers["HX-Trigger-After-Settle"] = json.dumps({"draft-shown": {"act": act}})
    if moves:
        response.headers["HX-Push-Url"] = reverse(
            "console:delivery_part", args=[one.public_id, shown["key"]]
        )
    return response


def context(
    request: StaffRequest, one: Delivery, key: str, *, form: forms.Draft | None = None, **more: Any
) -> dict[str, Any]:
    """Return everything that the composing page shows of a draft."""
    staff = me(request)
    content = read(one.content)
    number = _number(one, key)
    shown = WHOLE if number is None else key
    problems = checking.problems(one)
    here: dict[str, list[str]] = {}
    for problem in problems:
        if problem.part == shown:
            here.setdefault(problem.field, []).append(problem.sentence)
    red = sum(problem.is_red for problem in problems)
    chosen = one.content["parts"][number] if number is not None else None
    return {
        "delivery": one,
        "key": shown,
        "kind": fields.name_of(chosen["kind"]) if chosen else "",
        "outline": _outline(one.content, problems),
        "fields": fields.draw(chosen, here) if chosen else [],
        "problems": problems,
        "problems_here": [problem for problem in problems if problem.part == shown],
        "red": red,
        "yellow": len(problems) - red,
        "kinds": [(kind, fields.name_of(kind)) for kind in fields.FIELDS],
        "has_others": any(language != "ja" for language in content.languages),
        "is_full": len(content.parts) >= MOST_PARTS,
        "buttons": fields.BUTTONS,
        "procedures": Procedure.objects.filter(status=Procedure.Status.OPEN).order_by(
            "order", "title"
        ),
        "variables": [*variables.ALWAYS, *wordings.attributes()],
        "otherwise": [
            (name, fields.writings_of(f"otherwise.{name}", one.content["otherwise"].get(name)))
            for name in variables.asked(content)
        ],
        "media": media.whole(content.media),
        "warnings": composing.unconfirmed(one, known=checking.telephones()),
        "last_step": Step.objects.filter(delivery=one).order_by("-rev").first(),
        "may_send": may(staff, Capability.PUBLISH, one.scope),
        "test_phone": TestPhone.objects.filter(staff=staff, resident__isnull=False).first(),
        "testers": TestPhone.objects.ready().select_related("staff").order_by("staff__name"),
        **(
            people.shown(request, one, form or people.form_of(request, one))
            if number is None
            else {}
        ),
        **more,
    }


def _outline(document: dict[str, Any], problems: Any) -> list[dict[str, Any]]:
    colours = {problem.part: problem.colour for problem in reversed(problems)}
    return [
        {
            "key": f"p-{number}",
            "number": number + 1,
            "kind": fields.name_of(part["kind"]),
            "name": _first_words(part),
            "colour": colours.get(f"p-{number}", ""),
        }
        for number, part in enumerate(document["parts"])
    ]


def _first_words(part: dict[str, Any]) -> str:
    for name in ("title", "text", "alt"):
        words = str((part.get(name) or {}).get("ja", "")).strip()
        if words:
            return words.splitlines()[0][:24]
    return "（まだ書いていません）"


@page("deliveries/media/<uuid:key>/", title=_("画像"), name="delivery_media", needs=_NEEDS)
def shown_media(request: StaffRequest, key: UUID) -> HttpResponse:
    """The small picture of a message, for the page where it is chosen."""
    one = media.whole([key]).get(key)
    if one is None:
        raise Http404
    return serving.response(one.preview or one.file)
