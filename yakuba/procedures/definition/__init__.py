"""definition: the document of a procedure, as a clerk's YAML shows it and as typed values.

`document` has the shapes, `reading` turns a document into them and back (exactly), `texts` the three
languages. What is allowed but unwise is not refused here: a draft may be unfinished, `rules.lint` says so.
"""

from yakuba.procedures.definition.document import (
    Charging,
    Contact,
    Correction,
    Definition,
    Fee,
    FeeLine,
    Mail,
    Opening,
    Payment,
    Question,
    Repeat,
    Retention,
    Section,
    Workflow,
)
from yakuba.procedures.definition.reading import (
    Fault,
    UnreadableDefinition,
    document_of,
    faults_of,
    from_yaml,
    in_file,
    read,
    sha256_of,
    to_yaml,
)
from yakuba.procedures.definition.texts import LANGUAGES, Text, in_three

__all__ = [
    "LANGUAGES",
    "Charging",
    "Contact",
    "Correction",
    "Definition",
    "Fault",
    "Fee",
    "FeeLine",
    "Mail",
    "Opening",
    "Payment",
    "Question",
    "Repeat",
    "Retention",
    "Section",
    "Text",
    "UnreadableDefinition",
    "Workflow",
    "document_of",
    "faults_of",
    "from_yaml",
    "in_file",
    "in_three",
    "read",
    "sha256_of",
    "to_yaml",
]
