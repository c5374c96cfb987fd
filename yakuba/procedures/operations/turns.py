"""One turn of a resident's run: lock, ask the engine, write, do what it wants done."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.kit.secrets import keyed_hash
from yakuba.procedures import queries, rules, sockets
from yakuba.procedures.models import AnsweredOnce, Conversation, Procedure, Run
from yakuba.procedures.operations.finding import answering, confirm
from yakuba.procedures.operations.freezing import erase_frozen
from yakuba.procedures.operations.keeping import keep
from yakuba.procedures.rules import inputs, says
from yakuba.reports import operations as reports
from yakuba.residents.models import Resident
from yakuba.townhall.queries import is_open_day

_PRESENT = """
SELECT run.* FROM procedures_conversation AS talk JOIN procedures_run AS run ON run.id = talk.run_id
WHERE talk.resident_id = %s AND run.status = 'active' FOR NO KEY UPDATE OF talk, run
"""
# The columns of a run that a turn changes.
_TURNED = (
    "resident",
    "status",
    "state",
    "heard",
    "rev",
    "nonce",
    "touched_at",
    "reminded_at",
    "finished_at",
    "made",
)


class NotOpen(Refusal):
    sentence = _("「{title}」は、いま受け付けていません。{why}")


class AlreadyAnswered(Refusal):
    sentence = _("「{title}」は、すでに回答をいただいています。ありがとうございました。")


class Full(Refusal):
    sentence = _("申し訳ありません。「{title}」は定員に達したため、受付を終わりました。")


class Ended(Refusal):
    sentence = _("この入力はもう終わっています。いつでも、もう一度始められます。")


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one turn: the run as it is now, and what is to be said."""

    run: Run
    plan: rules.Plan
    say: tuple[says.SayItem, ...]
    effects: tuple[says.Effect, ...] = ()
    result: sockets.Result | None = None  # of what was handed in, in the turn that did


@transaction.atomic
def begin(*, procedure: Procedure, resident: Resident) -> Turn:
    """Start `procedure` for `resident`, or take up the run they left; the talk is about it from now on.

    Raises:
        NotOpen, AlreadyAnswered, Full: it cannot be started now.
    """
    talk = _lock_talk(resident)
    run = (
        Run.objects.filter(
            resident=resident, procedure=procedure, status=Run.Status.ACTIVE, corrects=None
        )
        .order_by("-touched_at")
        .first()
    )
    if run is not None:
        lock(run)
        return _advance(run, resident, talk, inputs.Continue())
    run = _new_run(procedure, resident)
    # Whoever changes what is known already sees it first.
    return _advance(run, resident, talk, inputs.ShowAll() if run.corrects else inputs.Start())


def _new_run(procedure: Procedure, resident: Resident) -> Run:
    """Return a run that can begin now; it is not in its table before its first turn is over."""
    if procedure.status != Procedure.Status.OPEN or procedure.current_id is None:
        raise NotOpen(title=procedure.title, why="")
    plan = queries.plan_of_version(procedure.current_id)
    opening = rules.opening(
        plan.definition,
        now=clock.now(),
        language=resident.language,
        is_closed_day=not is_open_day(clock.today()),
    )
    if not opening.is_open:
        raise NotOpen(title=procedure.title, why=opening.sentence)
    capacity = plan.definition.capacity
    if capacity is not None and procedure.taken >= capacity:
        raise Full(title=procedure.title)
    sockets.may_start.announce(procedure, resident)
    corrects, state = None, rules.State()
    if plan.definition.answers == "once" and _has_answered(procedure, resident):
        raise AlreadyAnswered(title=procedure.title)
    outcome = sockets.outcomes[plan.definition.outcome]
    if plan.definition.answers == "overwrite":
        earlier = outcome.earlier(procedure, resident)
        if earlier is not None:
            corrects = earlier.subject
            state = rules.State.of_answers(earlier.answers, items=earlier.items)
    now = clock.now()
    return Run(
        procedure=procedure,
        version_id=procedure.current_id,
        resident=resident,
        state=state.to_json(),
        corrects=corrects,
        started_at=now,
        touched_at=now,
        expires_on=now.date() + timedelta(days=plan.definition.unfinished_days),
    )


@transaction.atomic
def begin_correction(*, procedure: Procedure, resident: Resident, earlier: sockets.Earlier) -> Turn:
    """Let `resident` correct what they handed in; on the version it was handed in with.

    The caller has judged that it may be corrected now.
    """
    talk = _lock_talk(resident)
    run = Run.objects.filter(
        resident=resident, corrects=earlier.subject, status=Run.Status.ACTIVE
    ).first()
    if run is not None:
        lock(run)
        if rules.State.from_json(run.state).editable != earlier.editable:
            # Other questions are open now than when it was begun: it would change what may not be changed.
            _end(run, Run.Status.STOPPED, talk)
            _write(run)
            run = None
    if run is None:
        now = clock.now()
        state = rules.State.of_answers(
            earlier.answers, items=earlier.items, editable=earlier.editable
        )
        run = Run.objects.create(
            procedure=procedure,
            version=earlier.version,
            resident=resident,
            state=state.to_json(),
            corrects=earlier.subject,
            started_at=now,
            touched_at=now,
            expires_on=now.date()
            + timedelta(days=queries.plan_of(earlier.version).definition.unfinished_days),
        )
    return _advance(run, resident, talk, inputs.ShowAll())


@transaction.atomic
def take(run: Run, *, given: inputs.Input) -> Turn:
    """Give one input to `run` and do what the engine wants done, all in this transaction.

    Raises:
        Ended: the run was finished, given up or forgotten meanwhile.
    """
    if run.resident is None:
        raise Ended
    resident = run.resident
    talk = _lock_talk(resident)
    lock(run)
    if run.status != Run.Status.ACTIVE:
        raise Ended
    return _advance(run, resident, talk, given)


@transaction.atomic(savepoint=False)
def go_on(talk: Conversation, *, given: inputs.Input) -> Turn:
    """Give one input to the run that `talk` is about, as `take` does; `present_talk` has locked both.

    There is no savepoint, because nothing is left that could refuse: whatever is raised undoes all
    that the caller's transaction has done.
    """
    if talk.run is None:
        raise Ended
    return _advance(talk.run, talk.resident, talk, given)


def present_talk(resident: Resident) -> Conversation | None:
    """Lock the talk with `resident` and the run it is about, and return them; None if it is about nothing.

    Needs a transaction.
    """
    # If the page has turned the talk to another run while we waited for the lock, PostgreSQL finds
    # that the old run does not fit any more, and returns nothing; the lock is ours, so ask again.
    for _time in range(2):
        for run in Run.objects.raw(_PRESENT, [resident.pk]):
            run.resident = resident
            return Conversation(resident=resident, run=run)
    return None


def _lock_talk(resident: Resident) -> Conversation:
    """Queue with every other turn of this resident: talk and page may answer at the same moment."""
    talks = Conversation.objects.select_for_update(no_key=True)
    talk = talks.filter(resident=resident).first()
    if talk is None:
        Conversation.objects.get_or_create(resident=resident)
        talk = talks.get(resident=resident)
    return talk


def _advance(run: Run, resident: Resident, talk: Conversation, given: inputs.Input) -> Turn:
    plan = queries.plan_of_run(run)
    state = rules.State.from_json(run.state)
    now = clock.now()
    facts = queries.facts_of(run, plan, resident, now=now)
    outcome = answering(run, plan, state, given, resident, facts=facts, now=now)
    _count_taps(run, plan, state, outcome.state)
    message = given.message if isinstance(given, inputs.Answer) else ""
    run.heard = rules.heard_after(run.heard, state, outcome.state, message=message)
    run.state = outcome.state.to_json()
    run.rev = outcome.state.rev
    run.nonce = outcome.state.nonce
    run.touched_at = now
    run.reminded_at = None
    was_about, talk.run = talk.run_id, run
    turn = Turn(run=run, plan=plan, say=outcome.say, effects=outcome.effects)
    for effect in outcome.effects:
        match effect:
            case says.Complete():
                turn = _complete(turn, effect, resident, talk, before=state)
            case says.Stopped():
                _end(run, Run.Status.STOPPED, talk)
                erase_frozen([run.pk])
            case says.Paused():
                talk.run = None
            case says.PersonWanted() | says.NumberMasked() | says.SectionDone():
                reports.tapped(kind=type(effect).__name__, subject=queries.key_of(run.procedure_id))
    _write(run)
    if talk.run_id != was_about:
        talk.save(update_fields=["run"])
    return turn


def _write(run: Run) -> None:
    """Put into the table what a turn may change; a new run as a whole."""
    if run._state.adding:
        run.save(force_insert=True)
    else:
        run.save(update_fields=_TURNED)


def _count_taps(run: Run, plan: rules.Plan, before: rules.State, after: rules.State) -> None:
    """Note what was chosen, by question and choice, without saying by whom (6(11)ア)."""
    subject = queries.key_of(run.procedure_id)
    if not before.answers and after.mode == "asking" and before.mode == "new":
        reports.tapped(kind="started", subject=subject)
    for path, entry in after.answers.items():
        step = plan.steps.get(rules.question_in(path)[0])
        if step is None or not step.kind.is_choosing or entry.by:
            continue
        if entry == before.answers.get(path):
            continue
        chosen = entry.value if isinstance(entry.value, list) else [entry.value]
        for choice in chosen if entry.how == "given" else ["-"]:
            reports.tapped(kind="choice", subject=subject, detail=f"{step.question.id}:{choice}")


def _complete(
    turn: Turn,
    effect: says.Complete,
    resident: Resident,
    talk: Conversation,
    *,
    before: rules.State,
) -> Turn:
    """Hand in: exactly one thing is made, in this transaction, or a sentence says why not."""
    run, plan = turn.run, turn.plan
    if run._state.adding:
        run.save(force_insert=True)  # what is made may point at it
    try:
        with transaction.atomic():
            result = _make_outcome(run, plan, effect, resident)
    except Refusal as no:
        # Nothing was handed in: the run goes on from where it was, and says why.
        run.state, run.rev, run.nonce = before.to_json(), before.rev, before.nonce
        return replace(turn, say=(says.Problem(path="", sentence=str(no)),), effects=())
    reports.tapped(kind="finished", subject=queries.key_of(run.procedure_id))
    _end(run, Run.Status.DONE, talk)
    if plan.definition.anonymous:
        run.resident, run.heard = None, {}  # a message would lead to the person
    else:
        run.made = result.subject
    sockets.run_completed.announce(run, resident)
    return replace(turn, result=result)


def _make_outcome(
    run: Run, plan: rules.Plan, effect: says.Complete, resident: Resident
) -> sockets.Result:
    definition, procedure = plan.definition, run.procedure
    is_new = run.corrects is None
    if is_new:
        _count_in(procedure, definition.capacity)
        if definition.answers == "once":
            with refusing("answered_once", AlreadyAnswered, title=procedure.title):
                AnsweredOnce.objects.create(
                    procedure=procedure, mark=_mark(procedure, resident), run_id=run.pk
                )
    keep(plan, effect, resident)
    confirm(run, plan, effect, resident)
    return sockets.outcomes[definition.outcome].complete(
        run,
        None if definition.anonymous else resident,
        plan,
        effect.answers,
        {name: list(ids) for name, ids in effect.items.items()},
    )


def _count_in(procedure: Procedure, capacity: int | None) -> None:
    """Take one place; those who race for the last one queue on the procedure."""
    if capacity is None:
        return
    lock(procedure)
    if procedure.taken >= capacity:
        raise Full(title=procedure.title)
    procedure.taken += 1
    procedure.save(update_fields=["taken"])


def _end(run: Run, status: str, talk: Conversation) -> None:
    run.status = status
    run.finished_at = clock.now()
    run.state = {}  # what was handed in lies in its revision; what was given up is nobody's business
    if talk.run_id == run.pk:
        talk.run = None


def _mark(procedure: Procedure, resident: Resident) -> bytes:
    return keyed_hash(str(resident.public_id), purpose=f"answered {procedure.public_id}")


def _has_answered(procedure: Procedure, resident: Resident) -> bool:
    marks = queries.marks_of(procedure, resident)
    return AnsweredOnce.objects.filter(procedure=procedure, mark__in=marks).exists()
