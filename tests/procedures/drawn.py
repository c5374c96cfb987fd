"""Procedures and inputs drawn at random, for properties that must hold of all of them."""

from collections.abc import Mapping

from hypothesis import strategies as st

from tests.procedures.making import NOON, Document, make_document, make_question, make_section
from tests.procedures.test_kinds import TYPICAL
from yakuba.conditions.facts import Fact
from yakuba.conditions.judging import judge
from yakuba.conditions.tree import Clause
from yakuba.procedures import definition, rules
from yakuba.procedures.rules import inputs
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.asking import items_of, path_of
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import question_kinds

AT = At(NOON)
KINDS = (
    *("choice", "choices", "yes_no", "short_text", "number", "date", "photo", "location"),
    *("telephone", "rating", "message", "consent", "name", "time"),
)

# What a condition may ask of an answer of each kind, true of some sample and false of others.
_LEAVES: dict[str, list[tuple[str, object]]] = {
    "choice": [("is", "yumisho"), ("is_not", "otosugi"), ("one_of", ["otosugi", "none"])],
    "choices": [("contains", "otosugi"), ("contains_any", ["yumisho", "none"])],
    "yes_no": [("is", True), ("is", False)],
    "short_text": [("is", "町")],
    "number": [("at_least", 18), ("between", [2, 60]), ("is", 1)],
    "date": [("after", "2026-11-30"), ("at_most", "today")],
    "rating": [("at_most", 2)],
    "time": [("before", "12:00")],
}
_ANY: list[tuple[str, object]] = [("answered", None), ("unanswered", None)]


@st.composite
def conditions(draw: st.DrawFn, earlier: list[tuple[str, str]]) -> Document:
    def leaf() -> Document:
        question_id, kind = draw(st.sampled_from(earlier))
        operator, value = draw(st.sampled_from([*_LEAVES.get(kind, []), *_ANY]))
        found: Document = {"fact": f"answer.{question_id}", "operator": operator}
        return found if value is None else {**found, "value": value}

    group = draw(st.sampled_from(["", "", "all_of", "any_of", "none_of"]))
    if not group:
        return leaf()
    return {group: [leaf() for _ in range(draw(st.integers(1, 3)))]}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw a definition of up to three sections; a condition names earlier answers that it may name."""
    earlier: list[tuple[str, str]] = []
    sections = []
    number = 0
    for place in range(draw(st.integers(1, 3))):
        inside: list[tuple[str, str]] = []
        questions = []
        repeated = draw(st.sampled_from([False, False, True]))
        when = draw(conditions(earlier)) if earlier and draw(st.integers(0, 3)) == 0 else None
        for _ in range(draw(st.integers(1, 5))):
            number += 1
            question_id, kind = f"q{number}", draw(st.sampled_from(KINDS))
            named = [*earlier, *inside]
            extra: Document = {"options": TYPICAL.get(kind, {}), "required": draw(st.booleans())}
            conditional = draw(st.booleans())
            if named and conditional:
                extra["when"] = draw(conditions(named))
            questions.append(make_question(question_id, kind, **extra))
            if kind != "message":
                inside.append((question_id, kind))
        fields: Document = {"surface": draw(st.sampled_from(["either", "either", "page"]))}
        if repeated:
            fields["repeat"] = {"each": "person", "min": draw(st.integers(0, 1)), "max": 2}
        else:
            earlier += inside
        if when is not None:
            fields["when"] = when
        sections.append(make_section(f"part{place}", *questions, **fields))
    return make_document(*sections)


plans = documents().map(lambda one: rules.plan(definition.read(one), question_kinds))


@st.composite
def moves(draw: st.DrawFn, plan: rules.Plan, state: rules.State, old: list[str]) -> inputs.Input:
    """Draw what a person might do next, sensible or not."""
    sort = draw(
        st.sampled_from(["answer"] * 6 + ["page"] * 3 + ["press"] * 3 + ["way"] * 2 + ["people"])
    )
    steps = list(plan.steps.values())
    if sort == "answer":
        # Mostly an answer to what is asked, sometimes to something else.
        focused = plan.steps.get(state.focus.rpartition(".")[2])
        step = focused if focused and draw(st.integers(0, 4)) else draw(st.sampled_from(steps))
        samples = [sent for one in step.answering.samples(AT) for sent in one.messages]
        others: list[inputs.Sent] = [
            inputs.Typed("ほげ"),
            inputs.Sticker(),
            inputs.Photo("p", "set"),
            inputs.Typed("やめる"),
        ]
        sent = draw(st.sampled_from([*samples, *samples, *others]))
        if isinstance(sent, inputs.Pressed):
            return inputs.Press(state.nonce, sent.token)
        return inputs.Answer(sent)
    if sort == "press":
        tokens = [*("c0", "c1", "yes", "no", "done"), *(".back", ".skip", ".all", ".enough")]
        tokens += [".add", ".submit", ".more"]
        tokens += [".no", ".later", ".continue", ".fix0", ".fix1", ".stop", ".page", ".again"]
        return inputs.Press(
            draw(st.sampled_from([state.nonce, state.nonce, *old])), draw(st.sampled_from(tokens))
        )
    if sort == "page":
        section, here = draw(st.sampled_from(plan.sections))
        items = items_of(state, section) if section.repeat else ("",)
        answers: dict[str, inputs.Raw] = {}
        for item in items:
            for step in here:
                samples_here = step.answering.samples(AT)
                raws: list[inputs.Raw] = [one.form for one in samples_here]
                filled = draw(st.integers(0, 3))
                if raws and filled:
                    bad = list(step.answering.bad_samples(AT))[:1]
                    raw = draw(st.sampled_from([*raws, *raws, "", *bad]))
                    answers[path_of(section, step.question.id, item)] = raw
        rev = draw(st.sampled_from([None, state.rev, max(0, state.rev - 2)]))
        people = (
            draw(st.sampled_from([None, ("x",), ("x", "y"), items])) if section.repeat else None
        )
        return inputs.Page(section.id, answers, rev, people)
    if sort == "people":
        section, _here = draw(st.sampled_from(plan.sections))
        known = items_of(state, section)
        remove = draw(st.booleans())
        if known and remove:
            return inputs.RemoveItem(section.id, draw(st.sampled_from(known)))
        return inputs.AddItem(section.id)
    ways: list[inputs.Input] = [inputs.Start(), inputs.Back(), inputs.ShowAll(), inputs.Skip()]
    ways += [inputs.Later(), inputs.Continue(), inputs.Submit(), inputs.Stop(), inputs.AskPerson()]
    ways += [inputs.Correct(path) for path in state.answers]
    return draw(st.sampled_from(ways))


def oracle(plan: rules.Plan, state: rules.State) -> dict[str, bool]:
    """Say, written another way than the engine, which paths are asked, and whether each has an entry."""
    asked: dict[str, bool] = {}
    outer: dict[str, object] = {}
    for section, steps in plan.sections:
        if not _holds(plan, section.when, outer):
            continue
        for item in items_of(state, section) if section.repeat else ("",):
            seen = dict(outer) if section.repeat else outer
            for step in steps:
                if not _holds(plan, step.question.when, seen):
                    continue
                path = path_of(section, step.question.id, item)
                entry = state.answers.get(path)
                asked[path] = entry is not None
                if entry is not None and entry.how == "given":
                    value = step.answering.fact_value(entry.value)
                    seen[f"answer.{step.question.id}"] = value
    return asked


def given(plan: rules.Plan, state: rules.State) -> dict[str, Value]:
    """Say what must be handed in."""
    return {
        path: state.answers[path].value
        for path, has_entry in oracle(plan, state).items()
        if has_entry and state.answers[path].how == "given"
    }


def _holds(plan: rules.Plan, when: Clause | None, seen: Mapping[str, object]) -> bool:
    if when is None:
        return True

    def reader(key: str):  # type: ignore[no-untyped-def]
        return lambda subject: subject.get(key)

    facts = {
        key: Fact(key=key, label=one.label, kind=one.kind, choices=one.choices, value=reader(key))
        for key, one in plan.declarations.items()
    }
    return judge(when, facts, seen, today=AT.today, now=AT.now) is True
