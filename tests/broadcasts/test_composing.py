"""A draft while it is written: steps back, warnings, and the page on which it is composed."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.broadcasts.cast import Town
from tests.broadcasts.test_console import desk_of
from tests.broadcasts.written import made, text
from tests.cast import make_staff
from yakuba.audit.models import Entry
from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Confirmed, Delivery, Step
from yakuba.broadcasts.operations import (
    composing,
)
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile
from yakuba.broadcasts.rules import content as contents

pytestmark = pytest.mark.django_db


class TestSteps:
    def test_a_change_is_taken_back_and_says_what_it_was(self, town: Town) -> None:
        draft = made(town, text("雪"))
        before = draft.content
        composing.put(
            draft, content=contents.plain("雨"), rev=0, words="「文章」を書く", staff=town.manager
        )

        words = composing.undo(draft, rev=1, staff=town.manager)

        draft.refresh_from_db()
        assert (words, draft.content, draft.rev) == ("「文章」を書く", before, 2)
        with pytest.raises(composing.NothingToUndo):
            composing.undo(draft, rev=2, staff=town.manager)

    def test_two_clerks_do_not_write_over_each_other(self, town: Town) -> None:
        draft = made(town, text("雪"))
        composing.put(draft, content=contents.plain("雨"), rev=0, words="", staff=town.manager)

        with pytest.raises(ChangedMeanwhile):
            composing.put(draft, content=contents.plain("風"), rev=0, words="", staff=town.manager)
        assert Step.objects.count() == 1


class TestWarnings:
    def test_must_be_answered_with_a_reason_before_it_is_sent(self, town: Town) -> None:
        draft = made(town, text("連絡先 090-1234-5678"))
        with pytest.raises(operations.Forbidden, match="個人の電話番号"):
            town.send(draft)
        (warning,) = composing.unconfirmed(draft)

        with pytest.raises(composing.ReasonMissing):
            composing.confirm_warning(draft, warning=warning, why=" ", staff=town.manager)
        composing.confirm_warning(draft, warning=warning, why="当番の携帯です", staff=town.manager)

        town.send(draft)
        assert Confirmed.objects.get().by == town.manager
        assert Entry.objects.filter(action="confirmed").exists()


class TestTheComposingPage:
    def change(self, desk: Client, draft: Delivery, **posted: Any) -> str:
        draft.refresh_from_db()
        here = f"/console/deliveries/{draft.public_id}/change/"
        answer = desk.post(here, {"rev": draft.rev, **posted}, HTTP_HX_REQUEST="true")
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_messages_are_added_moved_and_removed_up_to_five(self, town: Town) -> None:
        draft, desk = made(town, text("雪")), desk_of(town.manager)

        for kind in ("event", "list", "coupon", "page"):
            self.change(desk, draft, act="add_question", kind=kind)
        refused = self.change(desk, draft, act="add_question", kind="text")
        self.change(desk, draft, act="put", part="p-4", before="p-0")
        self.change(desk, draft, act="remove", part="p-1")

        draft.refresh_from_db()
        assert "5つまで" in refused
        assert [part["kind"] for part in draft.content["parts"]] == [
            "page",
            "event",
            "list",
            "coupon",
        ]

    def test_what_is_typed_is_kept_with_its_rows(self, town: Town) -> None:
        card = {"kind": "notice", "facts": [{}], "buttons": [{}]}
        draft, desk = made(town, card), desk_of(town.manager)
        typed = {
            "rev": draft.rev,
            "title.ja": "除雪",
            "title.en": "Snow",
            "facts.0.label.ja": "場所",
            "buttons.0.kind": "telephone",
            "buttons.0.target": "076-472-1111",
        }

        desk.post(f"/console/deliveries/{draft.public_id}/part/p-0/", typed, HTTP_HX_REQUEST="true")

        draft.refresh_from_db()
        part = draft.content["parts"][0]
        assert part["title"] == {"ja": "除雪", "ja-easy": "", "en": "Snow"}
        assert part["facts"][0]["label"]["ja"] == "場所"
        assert (part["buttons"][0]["kind"], part["buttons"][0]["target"]) == (
            "telephone",
            "076-472-1111",
        )

    def test_the_phone_says_what_is_not_finished(self, town: Town) -> None:
        draft, desk = made(town, text("雪"), {"kind": "event"}), desk_of(town.manager)

        look = desk.post(f"/console/deliveries/{draft.public_id}/phone/", {"language": "ja"}).json()

        assert [one["type"] for one in look["messages"]] == ["text"]
        assert "2つ目" in look["trouble"]

    def test_a_resident_is_not_shown_to_who_may_not_open_the_register(self, town: Town) -> None:
        draft, desk = made(town, text("雪")), desk_of(town.manager)
        number = town.records["花子"].number

        look = desk.post(f"/console/deliveries/{draft.public_id}/phone/", {"number": number}).json()

        assert "見つかりません" in look["trouble"]
        assert not Entry.objects.filter(
            subject=town.records["花子"].subject, action="viewed"
        ).exists()

    def test_a_reader_changes_nothing(self, town: Town) -> None:
        draft = made(town, text("雪"))
        reader = desk_of(make_staff(department=town.department, role="reader"))
        here = f"/console/deliveries/{draft.public_id}"

        for path in ("change", "undo", "test", "links", "answer", "part/p-0"):
            assert reader.post(f"{here}/{path}/", {"rev": 0}).status_code in (403, 404), path

    def test_a_picture_that_is_none_is_refused_in_a_sentence(self, town: Town) -> None:
        made(town, text("雪"))
        desk = desk_of(town.manager)

        answer = desk.post(
            "/console/deliveries/picture/", {"file": SimpleUploadedFile("a.png", b"nothing")}
        )

        assert answer.status_code == 400
        assert re.search("写真", answer.json()["trouble"])
