"""Photos and files that a page sends before its form: taken in, and shown again to their owner only."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from yakuba.files import serving
from yakuba.files.models import StoredFile
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.portal import operations as portal
from yakuba.portal import queries as uploaded
from yakuba.portal.sockets import ResidentRequest, page
from yakuba.procedures import queries, rules
from yakuba.procedures.models import Run
from yakuba.procedures.rules import inputs

_STORAGE_IS_DOWN = "いまは送れませんでした。少し待って、もう一度送ってください。"
_WIDGETS = ("photos", "files")


@page("run/<uuid:run_id>/file/", name="upload")
@require_POST
def take(request: ResidentRequest, run_id: UUID) -> HttpResponse:
    """Keep one photo or file of a run that is under way; its id then goes along in the form."""
    run = Run.objects.filter(pk=run_id, resident=request.resident, status=Run.Status.ACTIVE).first()
    if run is None:
        raise Http404
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"problem": "写真やファイルが届きませんでした。"}, status=400)
    try:
        file = portal.upload(
            resident=request.resident,
            content=sent.read(),
            name=sent.name or "",
            waits_until=run.expires_on + timedelta(days=1),
        )
    except Refusal as no:
        return JsonResponse({"problem": str(no)}, status=422)
    except OutsideFailure:
        return JsonResponse({"problem": _STORAGE_IS_DOWN}, status=503)
    return JsonResponse(
        {"file": str(file.pk), "url": address(run, str(file.pk)), "name": file.name}
    )


@page("run/<uuid:run_id>/file/<uuid:file_id>", name="file")
def show(request: ResidentRequest, run_id: UUID, file_id: UUID) -> HttpResponse:
    """Show again what belongs to a run of whoever asks, and to nobody else."""
    run = Run.objects.filter(pk=run_id, resident=request.resident).first()
    file = _own(run, [str(file_id)]).get(str(file_id)) if run else None
    if file is None:
        raise Http404
    return serving.response(file)


def address(run: Run, file_id: str) -> str:
    return reverse("portal:file", args=[run.pk, file_id])


def only_own(
    run: Run, view: rules.PageView, answers: Mapping[str, inputs.Raw]
) -> dict[str, inputs.Raw]:
    """Leave out of posted answers every file that is not the resident's: an id is not a key."""
    kept = dict(answers)
    for field in view.fields:
        raw = kept.get(field.path)
        if field.widget.name in _WIDGETS and raw is not None and not isinstance(raw, Mapping):
            ids = [raw] if isinstance(raw, str) else list(raw)
            own = _own(run, [one for one in ids if _is_id(one)])
            kept[field.path] = [one for one in ids if not _is_id(one) or str(UUID(one)) in own]
    return kept


def names(run: Run, file_ids: Sequence[str]) -> list[dict[str, str]]:
    """Return what the page shows of files that are there already."""
    own = _own(run, [one for one in file_ids if _is_id(one)])
    return [
        {"id": one, "url": address(run, one), "name": own[one].name, "type": own[one].content_type}
        for one in file_ids
        if one in own
    ]


def _own(run: Run, ids: Sequence[str]) -> dict[str, StoredFile]:
    """Return those files that the resident uploaded, or that are in the run: sent in the talk, or before."""
    if run.resident is None:
        return {}
    found = uploaded.uploads_of(run.resident, ids)
    rest = set(ids) - set(found)
    if rest and run.status == Run.Status.ACTIVE:
        plan, state = queries.plan_of_run(run), rules.State.from_json(run.state)
        given = {path: one.value for path, one in state.answers.items() if one.how == "given"}
        here = {file_id for _path, file_id in rules.files_in(plan, given)} & rest
        found |= {str(file.pk): file for file in StoredFile.objects.filter(pk__in=here)}
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
