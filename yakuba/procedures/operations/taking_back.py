"""A message of the talk was taken back by its sender: its answers go too, as long as they are only here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.procedures import queries, rules, sockets
from yakuba.procedures.models import Run
from yakuba.procedures.operations.turns import Turn, take
from yakuba.procedures.rules import inputs
from yakuba.residents.models import Resident


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of it: turns that ask again, and runs that were handed in before."""

    turns: tuple[Turn, ...]
    handed_in: tuple[Run, ...]


@transaction.atomic
def take_back(*, resident: Resident, message_id: str) -> TakenBack:
    """Withdraw what `message_id` answered. What was handed in stays: whoever has it is told, and decides.

    A second time finds nothing, because the message is not known any more.
    """
    turns: list[Turn] = []
    handed_in: list[Run] = []
    for run in Run.objects.filter(resident=resident, heard__has_key=message_id):
        paths = tuple(run.heard[message_id])
        if run.status == Run.Status.ACTIVE:
            gone = _files_of(run, paths)
            turn = take(run, given=inputs.TakeBack(paths))
            turns.append(turn)
            for file in StoredFile.objects.filter(pk__in=gone):
                files.erase(file)
            run = turn.run
        elif run.status == Run.Status.DONE:
            sockets.message_taken_back.announce(run, resident, paths)
            handed_in.append(run)
        run.heard = {key: kept for key, kept in run.heard.items() if key != message_id}
        run.save(update_fields=["heard"])
    return TakenBack(tuple(turns), tuple(handed_in))


def _files_of(run: Run, paths: Sequence[str]) -> Iterable[str]:
    """Return the files of these answers, half given ones too."""
    plan, state = queries.plan_of_run(run), rules.State.from_json(run.state)
    found: set[str] = set()
    for path in paths:
        step = plan.steps.get(rules.question_in(path)[0])
        entry = state.answers.get(path)
        values = [entry.value] if entry is not None and entry.how == "given" else []
        values += [state.partial[path]] if path in state.partial else []
        for value in values if step is not None else ():
            found |= set(step.answering.files(value)) if step is not None else set()
    return found
