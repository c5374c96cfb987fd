"""Procedures as pages inside LINE: one section per page, then everything to confirm."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.portal.sockets import Card, Preview, ResidentRequest, cards, page
from yakuba.procedures import operations, queries, rules
from yakuba.procedures.chat import handlers
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.rules import inputs, says
from yakuba.residents.models import Resident


def _preview(slug: str) -> Preview:
    procedure = Procedure.objects.filter(slug=slug, status=Procedure.Status.OPEN).first()
    if procedure is None or procedure.current is None:
        return Preview(title="この手続は、いまはありません")
    summary = queries.plan_of(procedure.current).definition.summary
    return Preview(title=procedure.title, words=summary.ja if summary else "")


@page("x/<slug:slug>/", name="procedure", preview=_preview)
def start(request: ResidentRequest, slug: str) -> HttpResponse:
    """Begin a procedure from its link or QR code, or take up the run that was left."""
    procedure = get_object_or_404(Procedure, slug=slug)
    try:
        turn = operations.begin(procedure=procedure, resident=request.resident)
    except Refusal as no:
        return render(request, "procedures/portal/refused.html", {"sentence": str(no), "title": procedure.title})
    return _present(request, turn.run)


@page("run/<uuid:run_id>", name="run", preview=lambda run_id: Preview(title=""))
def whole(request: ResidentRequest, run_id: UUID) -> HttpResponse:
    """Show the next section that has something open, or everything to confirm and hand in."""
    run = _own_run(request, run_id)
    if request.method != "POST" or run.status != Run.Status.ACTIVE:
        return _present(request, run)
    given: inputs.Input = inputs.Submit()
    if "stop" in request.POST:
        given = inputs.Stop(sure=True)
    return _take(request, run, given)


@page("run/<uuid:run_id>/<slug:section>", name="section", preview=lambda run_id, section: Preview(title=""))
def section(request: ResidentRequest, run_id: UUID, section: str) -> HttpResponse:
    """One section of a run: shown, and taken in when it is posted."""
    run = _own_run(request, run_id)
    if run.status != Run.Status.ACTIVE:
        return _present(request, run)
    if request.method != "POST":
        return _section(request, run, section)
    view = _view(request, run, section)
    posted: dict[str, inputs.Raw] = {
        name: values if len(values) > 1 else values[0]
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "rev", "item", "add", "remove")
    }
    if "add" in request.POST:
        return _take(request, run, inputs.AddItem(section), stay=section)
    if "remove" in request.POST:
        return _take(request, run, inputs.RemoveItem(section, request.POST["remove"]), stay=section)
    rev = request.POST.get("rev", "")
    items = request.POST.getlist("item") or None
    given = inputs.Page(
        section=section,
        answers=rules.raw_answers(view, posted),
        rev=int(rev) if rev.isdecimal() else None,
        items=items,
    )
    return _take(request, run, given, stay=section, posted=posted)


def _own_run(request: ResidentRequest, run_id: UUID) -> Run:
    run = Run.objects.filter(pk=run_id, resident=request.resident).first()
    if run is None:
        raise Http404
    return run


def _take(
    request: ResidentRequest,
    run: Run,
    given: inputs.Input,
    *,
    stay: str = "",
    posted: dict[str, inputs.Raw] | None = None,
) -> HttpResponse:
    """Give the engine what was posted, let the talk go on, and show what comes next."""
    try:
        turn = operations.take(run, given=given)
    except Refusal as no:
        return render(request, "procedures/portal/refused.html", {"sentence": str(no), "title": run.procedure.title})
    problems = [item for item in turn.say if isinstance(item, says.Problem)]
    if any(isinstance(effect, says.Complete | says.SectionDone | says.Stopped) for effect in turn.effects):
        # The talk goes on by our own message, never by the page (LIFF's sendMessages).
        handlers.speak(turn, request.resident, reply_to=None)
    if problems and stay:
        return _section(request, turn.run, stay, problems=problems, posted=posted)
    if turn.run.status == Run.Status.DONE:
        return render(request, "procedures/portal/done.html", {"run": turn.run, "turn": turn, "done": _done(turn)})
    if stay and isinstance(given, inputs.AddItem | inputs.RemoveItem):
        return _section(request, turn.run, stay)
    return _present(request, turn.run, problems=problems)


def _done(turn: operations.Turn) -> says.Done | None:
    return next((item for item in turn.say if isinstance(item, says.Done)), None)


def _present(
    request: ResidentRequest, run: Run, *, problems: list[says.Problem] | None = None
) -> HttpResponse:
    """Show where the run stands: its next open section, the summary, or that it has ended."""
    if run.status != Run.Status.ACTIVE:
        return render(request, "procedures/portal/ended.html", {"run": run})
    plan, state, facts, now = _engine(request, run)
    open_section = rules.next_section(plan, state, facts=facts, now=now)
    if open_section is not None:
        return _section(request, run, open_section, problems=problems or [])
    summary = rules.summary(
        plan, state, facts=facts, now=now, language=request.resident.language, masked=False
    )
    context = {"run": run, "summary": summary, "problems": problems or []}
    return render(request, "procedures/portal/summary.html", context)


def _engine(
    request: ResidentRequest, run: Run
) -> tuple[rules.Plan, rules.State, rules.Facts, datetime]:
    plan = queries.plan_of_run(run)
    facts = queries.facts_for(plan, request.resident)
    return plan, rules.State.from_json(run.state), facts, clock.now()


def _view(request: ResidentRequest, run: Run, section: str) -> rules.PageView:
    plan, state, facts, now = _engine(request, run)
    try:
        return rules.page(
            plan, state, section, facts=facts, now=now, language=request.resident.language
        )
    except LookupError:
        raise Http404 from None


def _section(
    request: ResidentRequest,
    run: Run,
    section: str,
    *,
    problems: list[says.Problem] | None = None,
    posted: dict[str, inputs.Raw] | None = None,
) -> HttpResponse:
    view = _view(request, run, section)
    wrong = {problem.path: problem for problem in problems or []}
    fields = [
        {"field": field, "problem": wrong.get(field.path), "filled": _filled(field, posted)}
        for field in view.fields
    ]
    context = {"run": run, "view": view, "fields": fields, "problems": problems or []}
    return render(request, "procedures/portal/section.html", context)


def _filled(field: rules.Field, posted: dict[str, inputs.Raw] | None) -> inputs.Raw:
    """Return what stands in the form: what was typed last, even if it was wrong, else what is kept."""
    if posted is None:
        return field.filled
    if field.widget.parts:
        return {part: str(posted.get(f"{field.path}:{part}", "")) for part in field.widget.parts}
    return posted.get(field.path, "")


@cards.plug
def unfinished(resident: Resident) -> list[Card]:
    """What the resident began and has not handed in yet comes first on "my page"."""
    runs = Run.objects.filter(
        resident=resident, status=Run.Status.ACTIVE, version__isnull=False
    ).select_related("procedure")
    return [
        Card(
            title=run.procedure.title,
            words="入力の途中です。つづきから始められます。",
            at=run.touched_at,
            href=reverse("portal:run", args=[run.pk]),
            kind="途中",
            is_next=True,
            action="つづける",
        )
        for run in runs
    ]


def liff_address(procedure: Procedure) -> str:
    """Return the address that starts `procedure` inside LINE; for links and QR codes."""
    return f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/x/{procedure.slug}/"
