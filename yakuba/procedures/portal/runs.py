"""One section per page, then everything to confirm, then the receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.portal.sockets import Card, Offer, Preview, ResidentRequest, cards, offers, page
from yakuba.procedures import operations, queries, rules
from yakuba.procedures.chat import handlers
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.portal import fields, uploads
from yakuba.procedures.rules import inputs, says
from yakuba.residents.models import Resident

Posted = dict[str, str | Sequence[str]]

_NOT_ANSWERS = ("csrfmiddlewaretoken", "rev", "item", "add", "remove", "stop", "leave")


def _preview(slug: str) -> Preview:
    procedure = Procedure.objects.filter(slug=slug, status=Procedure.Status.OPEN).first()
    if procedure is None or procedure.current is None:
        return Preview(title="この手続は、いまはありません")
    summary = queries.plan_of(procedure.current).definition.summary
    return Preview(title=procedure.title, words=summary.pick("ja") if summary else "")


def _no_preview(run_id: UUID, section: str = "") -> Preview:
    return Preview(title="")


@page("x/<slug:slug>/", name="procedure", preview=_preview)
def start(request: ResidentRequest, slug: str) -> HttpResponse:
    """Begin a procedure from its link or QR code, or take up the run that was left."""
    procedure = queries.known_to(request.resident, slug)
    if procedure is None:
        raise Http404
    try:
        turn = operations.begin(procedure=procedure, resident=request.resident)
    except Refusal as no:
        return _refused(request, procedure, no)
    return _present(request, turn.run)


@page("run/<uuid:run_id>", name="run", preview=_no_preview)
def whole(request: ResidentRequest, run_id: UUID) -> HttpResponse:
    """Show the next section that has something open, or everything to confirm and hand in."""
    run = _own_run(request, run_id)
    if request.method != "POST" or run.status != Run.Status.ACTIVE:
        return _present(request, _looked(request, run))
    if "stop" in request.POST:
        return _take(request, run, inputs.Stop(sure=True))
    rev = request.POST.get("rev", "")
    return _take(request, run, inputs.Submit(rev=counted(rev) if counted(rev) >= 0 else None))


@page("run/<uuid:run_id>/<slug:section>", name="section", preview=_no_preview)
def section(request: ResidentRequest, run_id: UUID, section: str) -> HttpResponse:
    """One section of a run: shown, and taken in when it is posted."""
    run = _own_run(request, run_id)
    if run.status != Run.Status.ACTIVE:
        return _present(request, run)
    if request.method != "POST":
        run = _looked(request, run)
    view = _view(request, run, section)
    if request.method != "POST":
        return _section(request, run, view)
    if "stop" in request.POST:
        return _take(request, run, inputs.Stop(sure=True))
    posted: Posted = {
        name: values if len(values) > 1 else values[0]
        for name, values in request.POST.lists()
        if name not in _NOT_ANSWERS
    }
    rev = request.POST.get("rev", "")
    given = inputs.Page(
        section=section,
        answers=uploads.only_own(run, view, rules.raw_answers(view, posted)),
        rev=counted(rev) if counted(rev) >= 0 else None,
        items=request.POST.getlist("item") or None,
    )
    if "add" in request.POST or "remove" in request.POST:
        return _change_items(request, run, given, posted)
    if "leave" in request.POST:
        return _leave(request, run, given, posted)
    return _take(request, run, given, stay=section, posted=posted)


def _looked(request: ResidentRequest, run: Run) -> Run:
    """Let what is answered elsewhere be found, when its page is opened again; the talk goes on with it."""
    at = _standing(request, run)
    if run.status != Run.Status.ACTIVE or not rules.is_looked_for(
        at.plan, at.state, facts=at.facts, now=at.now
    ):
        return run
    turn = operations.take(run, given=inputs.Look())
    if any(isinstance(effect, says.SectionDone) for effect in turn.effects):
        handlers.speak(turn, request.resident, reply_to=None)
    return turn.run


def _leave(request: ResidentRequest, run: Run, given: inputs.Page, posted: Posted) -> HttpResponse:
    """Keep what was filled in so far, and go where a question is answered; what was left empty waits."""
    path = request.POST["leave"]
    try:
        turn = operations.take(run, given=given)
    except Refusal as no:
        return _refused(request, run.procedure, no)
    view = _view(request, turn.run, given.section)
    typed = {one for one, raw in given.answers.items() if _has_words(raw)}
    wrong = [
        one for one in turn.say if isinstance(one, says.Problem) and one.path in typed - {path}
    ]
    if wrong:
        return _section(request, turn.run, view, problems=wrong, posted=posted)
    field = next((one for one in view.fields if one.path == path), None)
    url = str(field.widget.attributes.get("url", "")) if field and field.is_open else ""
    return redirect(url) if url else _present(request, turn.run)


def _has_words(raw: inputs.Raw) -> bool:
    return any(raw.values()) if isinstance(raw, Mapping) else any(raw)


def _change_items(
    request: ResidentRequest, run: Run, given: inputs.Page, posted: Posted
) -> HttpResponse:
    """Keep what was filled in so far, add or take out a person, and stay on the page."""
    try:
        operations.take(run, given=given)
        remove = request.POST.get("remove")
        add = inputs.AddItem(given.section)
        item = inputs.RemoveItem(given.section, remove) if remove else add
        turn = operations.take(run, given=item)
    except Refusal as no:
        return _refused(request, run.procedure, no)
    problems = [one for one in turn.say if isinstance(one, says.Problem) and not one.path]
    view = _view(request, turn.run, given.section)
    return _section(request, turn.run, view, problems=problems, posted=posted)


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
    posted: Posted | None = None,
) -> HttpResponse:
    """Give the engine what was posted, let the talk go on, and show what comes next."""
    try:
        turn = operations.take(run, given=given)
    except Refusal as no:
        return _refused(request, run.procedure, no)
    problems = [item for item in turn.say if isinstance(item, says.Problem)]
    ends = (says.Complete, says.SectionDone, says.Stopped)
    if any(isinstance(effect, ends) for effect in turn.effects):
        # The talk goes on by our own message, never by the page (LIFF's sendMessages).
        handlers.speak(turn, request.resident, reply_to=None)
    if problems and stay:
        view = _view(request, turn.run, stay)
        return _section(request, turn.run, view, problems=problems, posted=posted)
    if turn.run.status == Run.Status.DONE:
        done = next((item for item in turn.say if isinstance(item, says.Done)), None)
        context = {
            "run": run,
            "title": _title(request, run),
            "turn": turn,
            "done": done,
            "next": _next(request, done) if done else [],
            "then": _then(request, turn),
        }
        return render(request, "procedures/portal/done.html", context)
    return _present(request, turn.run, problems=problems)


def _next(request: ResidentRequest, done: says.Done) -> list[tuple[str, str]]:
    """Return what may be begun after this: its name, and the address that begins it."""
    language = request.resident.language
    return [
        (queries.title_of(one, language), reverse("portal:procedure", args=[one.slug]))
        for one in queries.next_of(done, request.resident, now=clock.now())
    ]


def _then(request: ResidentRequest, turn: operations.Turn) -> tuple[str, str] | None:
    """Return what is to be done at once, such as paying: its name, and its address."""
    then = turn.result.then if turn.result else None
    return (then.label.pick(request.resident.language), f"/p/{then.page}") if then else None


def _refused(request: ResidentRequest, procedure: Procedure, no: Refusal) -> HttpResponse:
    context = {"sentence": str(no), "title": procedure.title}
    return render(request, "procedures/portal/refused.html", context)


def _present(
    request: ResidentRequest, run: Run, *, problems: list[says.Problem] | None = None
) -> HttpResponse:
    """Show where the run stands: its next open section, the summary, or that it has ended."""
    if run.status != Run.Status.ACTIVE:
        context = {"run": run, "title": _title(request, run)}
        return render(request, "procedures/portal/ended.html", context)
    at = _standing(request, run)
    open_section = rules.next_section(at.plan, at.state, facts=at.facts, now=at.now)
    if open_section is not None:
        view = _view(request, run, open_section)
        return _section(request, run, view, problems=problems or [])
    summary = rules.summary(
        at.plan,
        at.state,
        facts=at.facts,
        now=at.now,
        language=request.resident.language,
        masked=False,
    )
    given = {path: one.value for path, one in at.state.answers.items() if one.how == "given"}
    files: dict[str, list[str]] = {}
    for path, file_id in rules.files_in(at.plan, given):
        files.setdefault(path, []).append(file_id)
    context = {
        "run": run,
        "title": _title(request, run),
        "rev": at.state.rev,
        "summary": summary,
        "rows": [(row, uploads.names(run, files.get(row.path, []))) for row in summary.rows],
        "problems": problems or [],
        "contact": queries.desk_of(run, at.plan, request.resident.language),
        "back": _asked(request, run)[-1:],
    }
    return render(request, "procedures/portal/summary.html", context)


@dataclass(frozen=True, slots=True)
class _Standing:
    plan: rules.Plan
    state: rules.State
    facts: rules.Facts
    now: datetime


def _standing(request: ResidentRequest, run: Run) -> _Standing:
    plan = queries.plan_of_run(run)
    now = clock.now()
    facts = queries.facts_of(run, plan, request.resident, now=now)
    return _Standing(plan, rules.State.from_json(run.state), facts, now)


def _view(request: ResidentRequest, run: Run, section: str) -> rules.PageView:
    at = _standing(request, run)
    language = request.resident.language
    try:
        return rules.page(at.plan, at.state, section, facts=at.facts, now=at.now, language=language)
    except LookupError:
        raise Http404 from None


def _section(
    request: ResidentRequest,
    run: Run,
    view: rules.PageView,
    *,
    problems: list[says.Problem] | None = None,
    posted: Posted | None = None,
) -> HttpResponse:
    found = problems or []
    language = request.resident.language
    drawn = fields.draw(view, problems=found, posted=posted, language=language)
    asked = _asked(request, run)
    place = asked.index(view.section) if view.section in asked else 0
    context = {
        "run": run,
        "title": _title(request, run),
        "view": view,
        "fields": [(one, uploads.names(run, one.values)) for one in drawn],
        "labels": {item.id: item.label for item in view.items},
        "problems": found,
        "contact": queries.desk_of(run, queries.plan_of_run(run), language),
        "back": asked[max(place - 1, 0) : place],
    }
    return render(request, "procedures/portal/section.html", context)


def _title(request: ResidentRequest, run: Run) -> str:
    """Return what the procedure is called in the language of the reader."""
    return queries.plan_of_run(run).definition.title.pick(request.resident.language)


def _asked(request: ResidentRequest, run: Run) -> list[str]:
    """Return the sections that have something to fill in now, in their order."""
    plan = queries.plan_of_run(run)
    ids = [one.id for one in plan.definition.sections]
    views = [_view(request, run, section_id) for section_id in ids]
    return [view.section for view in views if view.fields or view.may_add]


@cards.plug
def unfinished(resident: Resident) -> list[Card]:
    """What the resident began and has not handed in yet comes first on "my page"."""
    return [
        Card(
            title=queries.plan_of_run(run).definition.title.pick(resident.language),
            words="入力の途中です。つづきから始められます。",
            at=run.touched_at,
            href=reverse("portal:run", args=[run.pk]),
            kind="途中",
            is_next=True,
            action="つづける",
        )
        for run in queries.unfinished(resident)
    ]


@offers.plug
def beginnings(resident: Resident) -> list[Offer]:
    """What can be begun now, in the order in which the talk offers it."""
    return [_offer(one, resident.language) for one in queries.offered_to(resident, now=clock.now())]


def _offer(procedure: Procedure, language: str) -> Offer:
    if procedure.current is None:
        raise ValueError("what is not published cannot be offered")
    asked = queries.plan_of(procedure.current).definition
    return Offer(
        title=asked.title.marked(language),
        words=asked.summary.marked(language) if asked.summary else "",
        href=reverse("portal:procedure", args=[procedure.slug]),
        minutes=asked.minutes,
        found_by=asked.start_on,
    )


def liff_address(procedure: Procedure) -> str:
    """Return the address that starts `procedure` inside LINE; for links and QR codes."""
    return f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/x/{procedure.slug}/"
