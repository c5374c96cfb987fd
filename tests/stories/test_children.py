"""A mother of two asks for advice: what she presses lies in the talk, the children only on the town's page (6(3)ア)."""

from tests.stories.conftest import Town, wait_until
from tests.stories.pages import Pages
from yakuba.line.models import Outgoing, WebhookEvent
from yakuba.submissions import queries
from yakuba.submissions.models import Submission


def test_two_children_are_told_of_on_one_page(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.says("子育て相談")
    hanako.hears("どんなことのご相談ですか")
    hanako.says("1、2")
    hanako.hears("どのように相談したいですか")
    hanako.taps("電話で")

    hanako.hears("入力画面")
    page = Pages(town.url, hanako).open(hanako.button("入力画面をひらく").action["uri"])
    first = {
        "children[1].child_name__family": "山田", "children[1].child_name__given": "一葉",
        "children[1].child_name__family_kana": "ヤマダ", "children[1].child_name__given_kana": "カズハ",
        "children[1].born": "令和7.4.1", "children[1].place": "nursery",
    }  # fmt: skip
    page.post(**first, add="1")
    assert "2人目のお子さん" in page.words
    second = {
        name.replace("[1]", "[2]"): {"一葉": "二葉", "カズハ": "フタバ"}.get(value, value)
        for name, value in first.items()
    }
    page.post(**first, **second)
    page.post(
        who__family="山田", who__given="花子", who__family_kana="ヤマダ", who__given_kana="ハナコ",
        phone="０７６４７２１１１１",
    )  # fmt: skip
    assert "二葉" in page.words
    page.post(submit="1")
    hanako.hears("お申込みありがとうございました")
    hanako.taps("つづけて「受信設定」を始める")
    hanako.hears("年代を教えてください")

    wait_until(lambda: Submission.objects.exists())
    answers = queries.newest_revision(Submission.objects.get()).answers
    assert answers["answers"]["children[2].child_name"]["given"] == "二葉"
    assert answers["answers"]["children[1].born"] == "2025-04-01"
    with_line = [str(row.messages) for row in Outgoing.objects.all()]
    with_line += [str(row.body) for row in WebhookEvent.objects.all()]
    secrets = (
        "一葉",
        "４７２",
        "472-1111",
        "4721111",
    )  # "472" alone may be a part of any timestamp
    assert not any(secret in one for secret in secrets for one in with_line)
