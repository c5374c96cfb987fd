"""The live phone beside the designer: the talk as JSON for its island, and the page in a frame."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.line import messages as line
from yakuba.procedures import definition, queries, rules
from yakuba.procedures.chat import drawing, offers
from yakuba.procedures.console import drafts, trying
from yakuba.procedures.models import Procedure
from yakuba.procedures.portal import fields
from yakuba.procedures.rules import inputs, says
from yakuba.townhall.models import Capability

_PAGE = "https://page.invalid/run"  # links to it open the frame; see the island `talk-preview`
_RUN = "trial"
_NOT_ANSWERS = ("csrfmiddlewaretoken", "state", "question", "language", "section", "act", "item")
_CANNOT = "まだ動かせません。「直すところ」を見てください。"


@page(
    "procedures/<uuid:public_id>/trial/",
    title=_("試す"),
    name="procedure_trial",
    needs=Capability.DESIGN,
)
def talk(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One turn of the talk, as LINE would show it. The state comes from the browser and goes back to it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        one = _trial(request, public_id)
        state = trying.state_of(request.POST.get("state", ""))
        given = _given(request.POST)
        outcome = trying.reach(one) if given is None else one.give(state, given)
        messages = _drawn(outcome)
    except definition.UnreadableDefinition as unreadable:
        return JsonResponse({"trouble": _CANNOT, "why": unreadable.faults[0].sentence})
    except Refusal as no:  # LINE could not say it: an empty text, an address that is none
        return JsonResponse({"trouble": _CANNOT, "why": str(no)})
    return JsonResponse(
        {
            "state": outcome.state.to_json(),
            "messages": messages,
            "over": _over(outcome),
            "shown": _shown(outcome),
        }
    )


def _trial(request: StaffRequest, public_id: UUID) -> trying.Trial:
    procedure = drafts.procedure_for(request, public_id)
    return trying.trial(
        drafts.draft_of(procedure).document,
        question=request.POST.get("question", ""),
        language=request.POST.get("language", "ja"),
    )


def _drawn(outcome: rules.Outcome) -> list[line.Message]:
    drawn = drawing.draw(outcome.say, drawing.Surface(page_base=_PAGE, run_id=_RUN))
    return drawn + offers.going_on(_next(outcome), "ja")


def _next(outcome: rules.Outcome | None) -> list[Procedure]:
    """Return what is offered at the end, as far as it is open; whose turn it is here may begin anything."""
    done = [item for item in outcome.say if isinstance(item, says.Done)] if outcome else []
    named = list(done[0].go_on_to) if done else []
    rows = Procedure.objects.filter(slug__in=named, status=Procedure.Status.OPEN)
    return sorted(rows.select_related("current"), key=lambda one: named.index(one.slug))


def _over(outcome: rules.Outcome) -> str:
    """Say how the run ended, if it did."""
    if any(isinstance(effect, says.Complete) for effect in outcome.effects):
        return "ここで受け付けます（試しなので、どこにも送りません）。"
    if any(isinstance(effect, says.Stopped) for effect in outcome.effects):
        return "ここで終わりました。"
    return ""


def _shown(outcome: rules.Outcome) -> str:
    """Return the section that the page shows now, for the switch between talk and page."""
    asked = [one for one in outcome.say if isinstance(one, says.Ask | says.OpenPage)]
    return asked[-1].section if asked else ""


def _given(posted: QueryDict) -> inputs.Input | None:
    """Return what was done on the phone; None asks to begin at the chosen question."""
    match posted.get("do", ""):
        case "press":
            nonce, _colon, token = (
                posted.get("data", "").removeprefix(f"{drawing.PACKAGE}:{_RUN}:").partition(":")
            )
            return inputs.Press(nonce=nonce, token=token, picked=posted.get("picked", ""))
        case "type":
            return inputs.Answer(inputs.Typed(posted.get("text", "")[:2000]))
        case "photo":
            return inputs.Answer(inputs.Photo(file=_SAMPLE_FILE))
        case "file":
            return inputs.Answer(
                inputs.Document(_SAMPLE_FILE, "見本.pdf", "application/pdf", 12_345)
            )
        case "place":
            return inputs.Answer(
                inputs.Placed(36.6989, 137.3625, address="富山県中新川郡上市町", title="見本の場所")
            )
        case "continue":
            return inputs.Continue()
    return None


_SAMPLE_FILE = str(UUID(int=1))


@page(
    "procedures/<uuid:public_id>/trial/page/",
    title=_("試す（ページ）"),
    name="procedure_trial_page",
    needs=Capability.DESIGN,
)
def frame(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The page of a section as residents see it, in the frame of the phone; posted, the engine takes it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    posted = request.POST
    try:
        one = _trial(request, public_id)
    except definition.UnreadableDefinition as unreadable:
        context = {"trouble": _CANNOT, "why": unreadable.faults[0].sentence}
        return render(request, "procedures/console/phone/trouble.html", context)
    act = posted.get("act", "")
    if not act and not posted.get("state"):
        outcome = trying.reach(one)
        return _show(request, public_id, one, outcome.state, section=_chosen_section(one))
    state = trying.state_of(posted.get("state", ""))
    section = posted.get("section", "")
    if not act or (one.plan.section(section) is None and act != "submit"):
        return _show(request, public_id, one, state, section=section)
    return _act(request, public_id, one, state, section, act)


def _act(
    request: StaffRequest,
    public_id: UUID,
    one: trying.Trial,
    state: rules.State,
    section: str,
    act: str,
) -> HttpResponse:
    if act == "submit":
        outcome = one.give(state, inputs.Submit(rev=state.rev))
        return _show(request, public_id, one, outcome.state, outcome=outcome)
    answers = {
        name: values if len(values) > 1 else values[0]
        for name, values in request.POST.lists()
        if name not in _NOT_ANSWERS
    }
    raw = rules.raw_answers(one.page(state, section), answers)
    items = request.POST.getlist("item") or None
    outcome = one.give(state, inputs.Page(section, raw, rev=state.rev, items=items))
    if act == "add" or act.startswith("remove:"):
        more: inputs.Input = (
            inputs.AddItem(section)
            if act == "add"
            else inputs.RemoveItem(section, act.removeprefix("remove:"))
        )
        outcome = one.give(outcome.state, more)
        return _show(request, public_id, one, outcome.state, section=section, posted=answers)
    problems = [item for item in outcome.say if isinstance(item, says.Problem)]
    if problems:
        return _show(
            request, public_id, one, outcome.state, section=section, outcome=outcome, posted=answers
        )
    return _show(request, public_id, one, outcome.state, outcome=outcome)


def _chosen_section(one: trying.Trial) -> str:
    step = one.plan.steps.get(one.question)
    return step.section.id if step else ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Stands for the request in the portal's templates: they ask it in which language to write."""

    language: str
    text_size: str = "m"

    @property
    def resident(self) -> "_Reader":
        return self


def _show(
    request: StaffRequest,
    public_id: UUID,
    one: trying.Trial,
    state: rules.State,
    *,
    section: str = "",
    outcome: rules.Outcome | None = None,
    posted: Mapping[str, str | Sequence[str]] | None = None,
) -> HttpResponse:
    """Draw the section, or what is to be confirmed; and tell the phone around the frame what happened."""
    problems = [item for item in outcome.say if isinstance(item, says.Problem)] if outcome else []
    over = _over(outcome) if outcome else ""
    here = section or rules.next_section(one.plan, state, facts=one.facts, now=one.now) or ""
    context: dict[str, Any] = {
        "public_id": public_id,
        "title": one.plan.definition.title.pick(one.language),
        "state": json.dumps(state.to_json(), ensure_ascii=False),
        "question": one.question,
        "language": one.language,
        "problems": problems,
        "over": over,
        "tell": {
            "state": state.to_json(),
            "messages": _drawn(outcome) if outcome and not problems else [],
            "over": over,
        },
        "request": _Reader(one.language),
    }
    if over:
        done = [item for item in outcome.say if isinstance(item, says.Done)] if outcome else []
        context["done"] = done[0] if done else None
        context["next"] = [queries.title_of(next_one, one.language) for next_one in _next(outcome)]
        return render(request, "procedures/console/phone/done.html", context)
    if here:
        view = one.page(state, here)
        drawn = fields.draw(view, problems=problems, posted=posted, language=one.language)
        context |= {"view": view, "fields": [(field, []) for field in drawn]}
        return render(request, "procedures/console/phone/section.html", context)
    context["summary"] = rules.summary(
        one.plan, state, facts=one.facts, now=one.now, language=one.language, masked=False
    )
    return render(request, "procedures/console/phone/summary.html", context)
