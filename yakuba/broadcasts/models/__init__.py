"""What is said to many, when, how often, by whose leave, and what became of it."""

from yakuba.broadcasts.models.composing import (
    Confirmed,
    Media,
    Page,
    PageMark,
    Step,
    TestPhone,
)
from yakuba.broadcasts.models.delivery import Approval, Arm, Batch, Delivery
from yakuba.broadcasts.models.results import Link, Reading
from yakuba.broadcasts.models.safeguards import Safeguards, Template
from yakuba.broadcasts.models.series import Series

__all__ = [
    "Approval",
    "Arm",
    "Batch",
    "Confirmed",
    "Delivery",
    "Link",
    "Media",
    "Page",
    "PageMark",
    "Reading",
    "Safeguards",
    "Series",
    "Step",
    "Template",
    "TestPhone",
]
