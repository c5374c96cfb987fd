"""A clerk at the designer, as the tests press and type there."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import cast
from yakuba.procedures import operations
from yakuba.procedures.models import Draft, Procedure
from yakuba.townhall.models import StaffMember


def make_clerk(department: str = "企画課", **more: Any) -> StaffMember:
    cast.make_town()
    return cast.make_staff(department=cast.make_department(department), **more)


def make_procedure(clerk: StaffMember, *questions: dict[str, Any], **document: Any) -> Procedure:
    whole: dict[str, Any] = {
        "schema": 1,
        "kind": "survey",
        "title": {"ja": "祭り"},
        "retention": {"months": 12},
    }
    if questions:
        whole["sections"] = [{"id": "s1", "title": {"ja": "祭り"}, "questions": list(questions)}]
    return operations.make(
        department=clerk.departments.get(), slug="matsuri", document=whole | document, staff=clerk
    )


def make_question(number: int, kind: str = "yes_no", **more: Any) -> dict[str, Any]:
    return {"id": f"q{number}", "kind": kind, "label": {"ja": f"{number}つめ"}, **more}


def sit_down(clerk: StaffMember, *, htmx: bool = True) -> Client:
    client = Client(HTTP_HOST="localhost", headers={"HX-Request": "true"} if htmx else None)
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def address(name: str, procedure: Procedure, *more: object) -> str:
    return reverse(f"console:{name}", args=[procedure.public_id, *more])


def draft_of(procedure: Procedure) -> Draft:
    return Draft.objects.get(procedure=procedure)


def questions(procedure: Procedure) -> list[dict[str, Any]]:
    return [
        question
        for section in draft_of(procedure).document.get("sections", [])
        for question in section["questions"]
    ]


def ids(procedure: Procedure) -> list[str]:
    return [question["id"] for question in questions(procedure)]


def press(
    client: Client, procedure: Procedure, act: str, part: str = "whole", **more: object
) -> str:
    """Press a button of the designer and return the page's answer."""
    given = {"act": act, "part": part, "rev": draft_of(procedure).rev, **more}
    response = client.post(address("procedure_change", procedure), given)
    assert response.status_code == 200
    return response.content.decode()


def write(client: Client, procedure: Procedure, part: str, **typed: object) -> str:
    """Change some fields of the form that the browser shows, and post all of it."""
    shown = as_shown(client, procedure, part)
    given = {"rev": draft_of(procedure).rev, **shown, **typed}
    posted = {name: value for name, value in given.items() if value is not None}
    response = client.post(address("procedure_part", procedure, part), posted)
    assert response.status_code == 200
    return response.content.decode()


def as_shown(client: Client, procedure: Procedure, part: str) -> dict[str, str | list[str]]:
    """Return what the browser would post of a form that nobody touched."""
    page = Client(HTTP_HOST="localhost")
    page.cookies = client.cookies
    form = _Form()
    form.feed(page.get(address("procedure_part", procedure, part)).content.decode())
    assert form.values
    return form.values


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str | list[str]] = {}
        self._select = self._area = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        name = held.get("name") or ""
        if tag == "form":
            self._inside = held.get("id") == "part-form"
        if not self._inside or "disabled" in held:
            return
        if tag == "input" and name and (held.get("type") != "checkbox" or "checked" in held):
            value = held.get("value") or ""
            before = self.values.get(name)
            if held.get("type") == "checkbox" and isinstance(before, str):
                self.values[name] = [before, value]
            else:
                self.values[name] = value
        if tag == "select":
            self._select = name
        if (
            tag == "option"
            and self._select
            and ("selected" in held or self._select not in self.values)
        ):
            self.values[self._select] = held.get("value") or ""
        if tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] = f"{self.values[self._area]}{data}"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._inside = False
