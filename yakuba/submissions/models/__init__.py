"""What was handed in (`submission`), what clerks decided about it (`decision`), what
it costs (`charge`), and files of it (`export`)."""

from yakuba.submissions.models.charge import SubmissionCharge
from yakuba.submissions.models.decision import (
    ChecklistTick,
    Decision,
    OfficialLetter,
    ReturnRequest,
)
from yakuba.submissions.models.export import Export
from yakuba.submissions.models.submission import (
    ClearAnswer,
    Event,
    LookupHash,
    Note,
    Revision,
    RevisionFile,
    Submission,
    SubmissionQuerySet,
    newest,
    newest_sealed,
)

__all__ = [
    "ChecklistTick",
    "ClearAnswer",
    "Decision",
    "Event",
    "Export",
    "LookupHash",
    "Note",
    "OfficialLetter",
    "ReturnRequest",
    "Revision",
    "RevisionFile",
    "Submission",
    "SubmissionCharge",
    "SubmissionQuerySet",
    "newest",
    "newest_sealed",
]
