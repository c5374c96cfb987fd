"""The pages where somebody proves who they are: choosing a way, being at it, and how it went."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError

from yakuba.identity import operations, queries, wording
from yakuba.identity.kinds.question import IdentityOptions
from yakuba.identity.models import IdentityCheck, Provider
from yakuba.kit.errors import Refusal
from yakuba.portal.sockets import Preview, ResidentRequest, page, subjects
from yakuba.procedures import operations as runs
from yakuba.procedures import queries as procedures
from yakuba.procedures import rules as engine
from yakuba.procedures.models import Run
from yakuba.procedures.rules import inputs
from yakuba.residents.models import Resident

State = IdentityCheck.State
_AT_WORK = (State.BEGUN, State.PENDING)


def _preview(**_place: object) -> Preview:
    return Preview(title="本人確認")


@page("identity/start/<uuid:run_id>/<str:question>/", name="identity_start", preview=_preview)
def start(request: ResidentRequest, run_id: UUID, question: str) -> HttpResponse:
    """What will happen, what is needed, which ways there are; and the one that was chosen is begun."""
    run = _own_run(request, run_id)
    options = _options(run, question)
    check = queries.newest_check(run, question)
    if request.method == "POST":
        return _begin(request, run, question, options)
    if check is not None and check.state in _AT_WORK and "again" not in request.GET:
        return _check(request, operations.ask(check))
    if check is not None and _stands(check, run, question):
        return _check(request, check)
    return _choose(request, run, question, options, check)


def _stands(check: IdentityCheck, run: Run, question: str) -> bool:
    is_proven = check.state == State.VERIFIED
    return is_proven and queries.signs_the_present(check, run, question)


def _begin(
    request: ResidentRequest, run: Run, question: str, options: IdentityOptions
) -> HttpResponse:
    provider = _provider(request)
    try:
        wish = _wish(request, run, question, options)
        check = operations.begin(run, wish=wish, provider=provider)
    except operations.AlreadyProven:
        return HttpResponseRedirect(reverse("portal:run", args=[run.pk]))
    except Refusal as no:
        check_before = queries.newest_check(run, question)
        return _choose(request, run, question, options, check_before, problem=str(no))
    return _check(request, check, is_fresh=True)


def _wish(
    request: ResidentRequest, run: Run, question: str, options: IdentityOptions
) -> operations.Wish:
    """Say what is to be proven; for a signature the answers are frozen first, and only a whole run can be."""
    frozen = None
    if options.purpose == "sign":
        if queries.is_anything_else_open(run, question):
            raise operations.NotReady
        frozen = runs.freeze(run, but=(engine.question_in(question)[0],))
    return operations.Wish(
        question=question,
        purpose=options.purpose,
        title=_title(run, request),
        attributes=options.attributes,
        digest=bytes(frozen.digest) if frozen is not None else None,
        frozen=frozen,
        language=request.resident.language,
    )


def _provider(request: ResidentRequest) -> Provider:
    try:
        return get_object_or_404(Provider, public_id=UUID(request.POST["provider"]), is_on=True)
    except (ValueError, MultiValueDictKeyError):
        raise Http404 from None


def _choose(
    request: ResidentRequest,
    run: Run,
    question: str,
    options: IdentityOptions,
    check: IdentityCheck | None,
    *,
    problem: str = "",
) -> HttpResponse:
    ended = check is not None and check.state in (State.FAILED, State.EXPIRED)
    is_said = check is not None and ended and check.reason not in ("replaced", "")
    context = _context(request, run) | {
        "question": question,
        "options": options,
        "offers": queries.offers(purpose=options.purpose, kinds=options.providers),
        "why": _why(check, request) if is_said and check is not None else None,
        "problem": problem,
    }
    return render(request, "identity/portal/start.html", context)


@page("identity/<uuid:check_id>/", name="identity_check", preview=_preview)
def check(request: ResidentRequest, check_id: UUID) -> HttpResponse:
    """How one check stands: asked of the provider now, whatever the browser says."""
    found = get_object_or_404(
        IdentityCheck.objects.select_related("provider", "run"),
        pk=check_id,
        resident=request.resident,
    )
    run = found.run
    if run is None:
        raise Http404
    if request.method == "POST":
        return _go_on(run)
    return _check(request, operations.ask(found) if found.state in _AT_WORK else found)


def _go_on(run: Run) -> HttpResponse:
    """Enter the proof as the answer to its question, and go to what comes next in the procedure."""
    if run.status == Run.Status.ACTIVE:
        runs.take(run, given=inputs.Continue())
    return HttpResponseRedirect(reverse("portal:run", args=[run.pk]))


def _check(
    request: ResidentRequest, check: IdentityCheck, *, is_fresh: bool = False
) -> HttpResponse:
    run = check.run
    if run is None:
        raise Http404
    context = _context(request, run) | {
        "check": check,
        "is_fresh": is_fresh,
        "needs_app": queries.offer_of(check.provider).verifier.needs_app,
        "why": _why(check, request) if check.state in (State.FAILED, State.EXPIRED) else None,
        "is_ended": run.status != Run.Status.ACTIVE,
        "in_line": f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/identity/{check.pk}/",
        "again": reverse("portal:identity_start", args=[run.pk, check.question]),
    }
    return render(request, "identity/portal/check.html", context)


def _why(check: IdentityCheck, request: ResidentRequest) -> dict[str, object]:
    why, language = wording.reason(check.reason), request.resident.language
    return {"said": why.said.pick(language), "mend": why.mend.pick(language), "again": why.again}


def _context(request: ResidentRequest, run: Run) -> dict[str, object]:
    language = request.resident.language
    return {
        "run": run,
        "title": _title(run, request),
        "contact": procedures.desk_of(run, procedures.plan_of_run(run), language),
    }


def _title(run: Run, request: ResidentRequest) -> str:
    return procedures.plan_of_run(run).definition.title.pick(request.resident.language)


def _own_run(request: ResidentRequest, run_id: UUID) -> Run:
    return get_object_or_404(
        Run, pk=run_id, resident=request.resident, status=Run.Status.ACTIVE, version__isnull=False
    )


def _options(run: Run, path: str) -> IdentityOptions:
    question_id, _item = engine.question_in(path)
    step = procedures.plan_of_run(run).steps.get(question_id)
    if step is None or not isinstance(step.answering, IdentityOptions):
        raise Http404
    return step.answering


@subjects.plug
def looked_at(resident: Resident) -> dict[str, str]:
    """Name the resident's proofs, as the audit's trail knows them."""
    rows = IdentityCheck.objects.filter(resident=resident).select_related("run__procedure")
    return {
        one.subject: f"本人確認（{one.run.procedure.title}）" if one.run else "本人確認"
        for one in rows
    }
