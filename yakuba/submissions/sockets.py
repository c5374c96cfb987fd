"""Moments in the life of what was handed in."""

from yakuba.kit.plugging import Hook
from yakuba.submissions.models import Submission

submitted: Hook[[Submission]] = Hook(
    "Something was handed in, or handed in again after a correction."
)
decided: Hook[[Submission]] = Hook("The department finished with it.")
withdrawn: Hook[[Submission]] = Hook("The resident took it back.")
