"""The designer: what a clerk presses and types becomes the draft, and what cannot be is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import cast
from yakuba.procedures import definition, operations
from yakuba.procedures.models import Draft, Procedure
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


def make_clerk() -> StaffMember:
    cast.make_town()
    return cast.make_staff(department=cast.make_department("企画課"))


def make_procedure(clerk: StaffMember, **document: Any) -> Procedure:
    whole = {"schema": 1, "kind": "survey", "title": {"ja": "祭り"}, "retention": {"months": 12}}
    return operations.make(
        department=clerk.departments.get(), slug="matsuri", document=whole | document, staff=clerk
    )


def at_desk(clerk: StaffMember) -> Client:
    client = Client(HTTP_HOST="localhost", headers={"HX-Request": "true"})
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def address(name: str, procedure: Procedure, *more: object) -> str:
    return reverse(f"console:{name}", args=[procedure.public_id, *more])


def draft_of(procedure: Procedure) -> Draft:
    return Draft.objects.get(procedure=procedure)


def press(
    client: Client, procedure: Procedure, act: str, part: str = "whole", **more: object
) -> str:
    """Press a button of the designer and return the page's answer."""
    given = {"act": act, "part": part, "rev": draft_of(procedure).rev, **more}
    response = client.post(address("procedure_change", procedure), given)
    assert response.status_code == 200
    return response.content.decode()


def write(client: Client, procedure: Procedure, part: str, **typed: object) -> str:
    given = {"rev": draft_of(procedure).rev, **typed}
    response = client.post(address("procedure_part", procedure, part), given)
    assert response.status_code == 200
    return response.content.decode()


def questions(procedure: Procedure) -> list[dict[str, Any]]:
    return [
        question
        for section in draft_of(procedure).document.get("sections", [])
        for question in section["questions"]
    ]


def test_a_new_procedure_can_be_opened_and_its_first_question_added() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk)
    client = at_desk(clerk)

    page = client.get(address("procedure_design", procedure))
    press(client, procedure, "add_question", kind="choice")

    assert page.status_code == 200
    assert [one["kind"] for one in questions(procedure)] == ["choice"]


def test_what_is_typed_is_kept_and_said_in_the_history() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk)
    client = at_desk(clerk)
    press(client, procedure, "add_question", kind="short_text")

    said = write(
        client,
        procedure,
        "q-q1",
        kind="short_text",
        **{"label.ja": "お住まいは？", "required": "true"},
    )

    assert questions(procedure)[0]["label"] == {"ja": "お住まいは？"}
    assert "保存しました" in said
    assert "お住まいは？" in draft_of(procedure).steps.latest("rev").words


def test_what_was_never_said_stays_unsaid() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk)
    client = at_desk(clerk)
    press(client, procedure, "add_question", kind="short_text")
    before = questions(procedure)[0]

    write(client, procedure, "q-q1", **as_shown(client, procedure, "q-q1"))

    assert questions(procedure)[0] == before
    assert definition.read(draft_of(procedure).document)


def as_shown(client: Client, procedure: Procedure, part: str) -> dict[str, str]:
    """Return what the browser would post of a form nobody touched."""
    from html.parser import HTMLParser

    class Form(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.values: dict[str, str] = {}
            self._select = ""
            self._area = ""
            self._inside = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            held = dict(attrs)
            name = held.get("name") or ""
            if tag == "form":
                self._inside = held.get("id") == "part-form"
            if not self._inside or "disabled" in held:
                return
            if tag == "input" and (held.get("type") != "checkbox" or "checked" in held):
                self.values[name] = held.get("value") or ""
            self._select = name if tag == "select" else self._select
            if tag == "option" and ("selected" in held or self._select not in self.values):
                self.values[self._select] = held.get("value") or ""
            if tag == "textarea":
                self._area = name
                self.values[name] = ""

        def handle_data(self, data: str) -> None:
            if self._area:
                self.values[self._area] += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self._area = ""
            if tag == "form":
                self._inside = False

    form = Form()
    page = Client(HTTP_HOST="localhost")
    page.cookies = client.cookies
    form.feed(page.get(address("procedure_part", procedure, part)).content.decode())
    assert form.values
    return form.values
