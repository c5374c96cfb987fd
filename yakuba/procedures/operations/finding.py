"""Look for the answers of automatic questions, in the turn that comes to them, until nothing automatic is next."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from yakuba.kit.errors import Refusal
from yakuba.procedures import rules, sockets
from yakuba.procedures.models import Run
from yakuba.procedures.rules import inputs, says
from yakuba.residents.models import Resident


def answering(
    run: Run,
    plan: rules.Plan,
    state: rules.State,
    given: inputs.Input,
    resident: Resident,
    *,
    facts: rules.Facts,
    now: datetime,
) -> rules.Outcome:
    """Give one input to the engine, and what it then wants found; return what came of all of it together.

    It ends, because each answer that is found lies further on than the one before.
    """
    nonce = secrets.token_urlsafe(6)
    say: tuple[says.SayItem, ...] = ()
    effects: tuple[says.Effect, ...] = ()
    while True:
        outcome = rules.advance(
            plan, state, given, facts=facts, now=now, language=resident.language, nonce=nonce
        )
        say += outcome.say
        effects += tuple(one for one in outcome.effects if not isinstance(one, says.Find))
        wanted = [one for one in outcome.effects if isinstance(one, says.Find)]
        if not wanted:
            return replace(outcome, say=say, effects=effects)
        state = outcome.state
        answers = rules.handed_in(plan, state, facts=facts, now=now)
        given = _found(run, plan, wanted[-1], resident, answers, now)


def confirm(run: Run, plan: rules.Plan, effect: says.Complete, resident: Resident) -> None:
    """Let the kinds of automatic questions take what they found for good.

    Raises:
        Refusal: it cannot be had any more.
    """
    for path, value in effect.answers.items():
        question_id, _item = rules.question_in(path)
        step = plan.steps[question_id]
        if step.kind.is_automatic:
            found = sockets.Found(run, resident, question_id, path, effect.answers, run.touched_at)
            sockets.options_of(step).confirm(found, value)


def _found(
    run: Run,
    plan: rules.Plan,
    wanted: says.Find,
    resident: Resident,
    answers: dict[str, rules.Value],
    now: datetime,
) -> inputs.Found:
    if run._state.adding:
        run.save(force_insert=True)  # what the kind writes may point at it
    question_id, _item = rules.question_in(wanted.path)
    found = sockets.Found(run, resident, question_id, wanted.path, answers, now)
    try:
        with transaction.atomic():
            resolved = sockets.options_of(plan.steps[question_id]).resolve(found)
    except Refusal as no:
        return inputs.Found(wanted.path, section=wanted.section, refused=str(no))
    if resolved is None:
        return inputs.Found(wanted.path, section=wanted.section)
    if resolved.refused:
        return inputs.Found(wanted.path, section=wanted.section, refused=resolved.refused)
    return inputs.Found(
        wanted.path, resolved.value, resolved.fills, resolved.locked, wanted.section
    )
