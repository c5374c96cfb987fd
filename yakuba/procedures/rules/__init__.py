"""rules: the procedure engine. Pure: no Django, no clock, no network; what people read comes as plain text.

Start reading at `engine.advance`. To write against it::

    plan = rules.plan(definition, sockets.question_kinds)   # once per version
    plan.outside_facts                                   # keys of the facts to read: those that conditions name
    state = rules.State()                                # new run; State.from_json(doc) / state.to_json()
    rules.State.of_answers(answers, items=…, editable=…)  # correcting what was handed in; items may be left out

    outcome = rules.advance(plan, state, input, facts=facts, now=now, language="ja", nonce=nonce)
    outcome.state, outcome.say, outcome.effects          # say: tuple of `says`, effects: tuple of `says`

* `input` is one of `inputs`: Start, Answer(sent), TakeBack(paths), Press(nonce, token, picked), Back, Restart, ShowAll, Correct(path), Skip,
  Stop, Later, Continue, AskPerson, Submit, AddItem, RemoveItem, Page(section, {path: raw}, rev, items).
  `sent` is Typed, Pressed, Picked, Placed, Photo, Document, Sticker, Voice. Every button's postback carries `Ask.nonce` and the
  choice's token; give both back as `Press` (all buttons of the engine too: back, skip, stop … are tokens like any other).
* `facts: Facts(declarations, values, outside)`: outside facts by key (`resident.born_on`), those that `plan.outside_facts`
  names; `outside[question id]` is whatever a kind asked `operations` to gather (free slots, a row of a register).
* `nonce` is a fresh random text for the question that this turn asks; the state keeps it; an older one is an old button.
* `rules.CONTINUE`, `STOP`, `PERSON` are tokens that may be pressed with an empty nonce (reminders, "my page", menus).
* `now` is an aware datetime. `language` is ja, ja-easy or en.

For pages::

    view = rules.page(plan, state, section_id, facts=…, now=…, language=…)   # PageView(title, fields, items, rev, …)
    raw = rules.raw_answers(view, posted)                # {path: raw} of a form: names are <path> and <path>:<part>
    rules.next_section(plan, state, facts=…, now=…)      # the section of the first open question, or None: summary
    rules.summary(plan, state, facts=…, now=…, language=…, masked=False)     # Summary, shown in full on our own page
    rules.progress(plan, state, facts=…, now=…)          # Progress(number, count, is_complete)

For whoever takes what was handed in (`Complete.answers`, {path: value})::

    rules.handed_in(plan, state, facts=…, now=…)         # the same answers that Complete would carry
    rules.shown(plan, answers, language=…)               # rows (path, section, label, text, is_confidential)
    rules.kept(plan, answers)                            # [(attribute key, item id or "", value)] of `keep_as`
    rules.columns(plan) ; rules.cells(plan, question_id, value or None)   # an export's headings and cells
    rules.clear_rows(plan, answers)                      # [ClearRow(question, path, choice, text, number, day)]
    rules.files_in(plan, answers)                        # [(path, file id)]
    rules.opening(definition, now=…, language=…, has_begun=False, is_closed_day=False)   # Opening(is_open, sentence)

    rules.fee(plan, answers, now=…, facts=…, items=…)    # FeeSum(lines, total, is_free); UncertainFee, never a guess

For makers::

    rules.lint(definition, kinds, facts=declarations, previous=None)  # [Finding(where, sentence, severity, press)]
    rules.walk(plan, now=…, facts=declarations)             # Walk(runs, unreached, problems); Unreached(…, is_red)
    rules.differences(before, after, condition=None)        # ["問3「…」が必須になりました。", …]; condition(clause) -> words
"""

from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.answers import (
    ClearRow,
    Columns,
    Progress,
    Shown,
    aside,
    cells,
    clear_rows,
    columns,
    files_in,
    handed_in,
    kept,
    progress,
    shown,
    summary,
)
from yakuba.procedures.rules.asking import path_of, question_in
from yakuba.procedures.rules.difference import differences
from yakuba.procedures.rules.engine import Outcome, advance
from yakuba.procedures.rules.fees import FeeSum, UncertainFee, fee, in_yen
from yakuba.procedures.rules.finding import is_looked_for
from yakuba.procedures.rules.lint import lint
from yakuba.procedures.rules.linting.findings import Finding
from yakuba.procedures.rules.openings import Opening, opening
from yakuba.procedures.rules.pages import Field, PageView, next_section, page, raw_answers
from yakuba.procedures.rules.plans import Facts, Plan, plan
from yakuba.procedures.rules.state import Entry, State, UnreadableState, heard_after
from yakuba.procedures.rules.talk import AGAIN, CONTINUE, PERSON, STOP, is_going_on
from yakuba.procedures.rules.values import Value
from yakuba.procedures.rules.walk import Unreached, Walk, WalkRun, walk

__all__ = [
    "AGAIN",
    "CONTINUE",
    "PERSON",
    "STOP",
    "At",
    "ClearRow",
    "Columns",
    "Entry",
    "Facts",
    "FeeSum",
    "Field",
    "Finding",
    "Opening",
    "Outcome",
    "PageView",
    "Plan",
    "Progress",
    "Shown",
    "State",
    "UncertainFee",
    "Unreached",
    "UnreadableState",
    "Value",
    "Walk",
    "WalkRun",
    "advance",
    "aside",
    "cells",
    "clear_rows",
    "columns",
    "differences",
    "fee",
    "files_in",
    "handed_in",
    "heard_after",
    "in_yen",
    "is_going_on",
    "is_looked_for",
    "kept",
    "lint",
    "next_section",
    "opening",
    "page",
    "path_of",
    "plan",
    "progress",
    "question_in",
    "raw_answers",
    "shown",
    "summary",
    "walk",
]
