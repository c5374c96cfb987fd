"""The phone: what people do, what they send, and that it is still there after a restart."""

import io
import json
from pathlib import Path

import httpx
import pytest
from PIL import Image

from simulators.line.driver import NotOnScreen, Phone, Resident
from simulators.line.server import Running, running
from simulators.line.settings import Settings, read
from tests.simulators.line.conftest import Api, Ear
from tests.simulators.line.samples import action, column, flex, quick_reply, template, text


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


def test_three_people_are_there_and_nobody_is_a_friend(sim: Running) -> None:
    state = httpx.get(f"{sim.base}/sim/state", trust_env=False).json()

    names = [person["name"] for person in state["people"]]
    assert names == ["山田 花子", "佐藤 太郎", "田中 一郎（町外の人）"]
    assert not any(person["friend"] or person["blocked"] for person in state["people"])
    assert state["liffBase"] == f"{sim.base}/liff"


def test_a_quick_reply_is_pressed_by_its_label(api: Api, ear: Ear, hanako: Resident) -> None:
    choice = action("postback", label="続ける", data="go", displayText="続けます")
    api.push(hanako.id, text("続けますか", quickReply=quick_reply(choice)))

    hanako.taps("続ける")

    assert ear.events(2)[1]["postback"] == {"data": "go"}
    assert hanako.talk()[-1]["text"] == "続けます"
    assert hanako.screen()["quickReply"] is None


def test_a_silent_postback_takes_its_quick_reply_away(api: Api, hanako: Resident) -> None:
    choice = {"type": "postback", "label": "はい", "data": "yes"}
    api.push(hanako.id, text(quickReply=quick_reply(choice)))

    hanako.taps("はい")

    assert hanako.screen()["quickReply"] is None


def test_a_new_message_takes_the_quick_reply_away(api: Api, hanako: Resident) -> None:
    api.push(hanako.id, text(quickReply=quick_reply(action())))
    api.push(hanako.id, text("新しい話"))

    with pytest.raises(NotOnScreen, match="no button 「はい」"):
        hanako.button("はい", seconds=0)


@pytest.mark.parametrize(
    "message",
    [
        template("confirm", text="?", actions=[action(label="押す", text="押した")] * 2),
        template("carousel", columns=[column(actions=[action(label="押す", text="押した")])]),
        flex({"type": "button", "action": action(label="押す", text="押した")}),
        flex(
            {
                "type": "box",
                "layout": "vertical",
                "contents": [{"type": "text", "text": "ここを押す"}],
                "action": {"type": "message", "label": "押す", "text": "押した"},
            }
        ),
    ],
)
def test_a_button_of_any_card_is_pressed_by_its_label(
    api: Api, hanako: Resident, message: dict[str, object]
) -> None:
    api.push(hanako.id, message)

    hanako.taps("押す")

    assert hanako.talk()[-1]["text"] == "押した"


def test_a_date_is_picked(api: Api, ear: Ear, hanako: Resident) -> None:
    picker = {"type": "datetimepicker", "label": "日を選ぶ", "data": "d", "mode": "date"}
    api.push(hanako.id, text(quickReply=quick_reply(picker)))

    hanako.taps("日を選ぶ", pick="2026-12-24")

    assert ear.events(2)[1]["postback"] == {"data": "d", "params": {"date": "2026-12-24"}}


def test_a_photo_can_be_fetched_by_the_product(api: Api, ear: Ear, hanako: Resident) -> None:
    hanako.sends_photos(photo())
    message = ear.events(2)[1]["message"]

    content = api("GET", f"/v2/bot/message/{message['id']}/content")
    preview = api("GET", f"/v2/bot/message/{message['id']}/content/preview")

    assert message["contentProvider"] == {"type": "line"}
    assert "imageSet" not in message
    assert (content.content, content.headers["content-type"]) == (photo(), "image/jpeg")
    assert Image.open(io.BytesIO(preview.content)).size == (240, 180)


def test_photos_sent_together_are_a_set(ear: Ear, hanako: Resident) -> None:
    hanako.sends_photos(photo("red"), photo("blue"))

    sets = [event["message"]["imageSet"] for event in ear.events(3)[1:]]

    assert len({one["id"] for one in sets}) == 1
    assert [(one["index"], one["total"]) for one in sets] == [(1, 2), (2, 2)]


def test_photos_can_be_uploaded_as_a_form(sim: Running, ear: Ear, hanako: Resident) -> None:
    httpx.post(
        f"{sim.base}/sim/people/{hanako.id}/do",
        data={"do": "image"},
        files=[("files", ("a.jpg", photo(), "image/jpeg"))],
        trust_env=False,
    )

    assert ear.events(2)[1]["message"]["type"] == "image"


def test_content_may_not_be_ready_yet(api: Api, ear: Ear, phone: Phone, hanako: Resident) -> None:
    hanako.sends_photos(photo())
    path = f"/v2/bot/message/{ear.events(2)[1]['message']['id']}/content"
    phone.faults(content_202=1, count=2)

    assert [api("GET", path).status_code for _ in range(3)] == [202, 202, 200]


def test_what_is_taken_back_is_gone(api: Api, ear: Ear, hanako: Resident) -> None:
    hanako.sends_photos(photo())
    message = ear.events(2)[1]["message"]["id"]

    hanako.unsends(message)
    gone = api("GET", f"/v2/bot/message/{message}/content")

    assert ear.events(3)[2]["unsend"] == {"messageId": message}
    assert (gone.status_code, gone.json()) == (410, {"message": "The content is gone"})
    assert api("GET", "/v2/bot/message/1/content").status_code == 404


def test_a_place_and_a_file_and_a_sticker_are_sent(ear: Ear, hanako: Resident) -> None:
    hanako.shares_location(36.69, 137.36, title="役場", address="上市町法音寺1")
    hanako.sends_file(b"%PDF-1.7", name="申請書.pdf")
    hanako.sends_sticker()

    place, paper, sticker = (event["message"] for event in ear.events(4)[1:])

    assert (place["title"], place["latitude"]) == ("役場", 36.69)
    assert (paper["fileName"], paper["fileSize"]) == ("申請書.pdf", 8)
    assert sticker["packageId"] == "446"


def test_who_has_blocked_cannot_write(hanako: Resident) -> None:
    hanako.block()

    with pytest.raises(AssertionError, match="unblock the account first"):
        hanako.says("もしもし")


def test_a_profile_is_told_of_friends_only(api: Api, phone: Phone, hanako: Resident) -> None:
    taro = phone.person("太郎")

    assert api("GET", f"/v2/bot/profile/{hanako.id}").json()["displayName"] == "山田 花子"
    assert api("GET", f"/v2/bot/profile/{taro.id}").json() == {"message": "Not found"}
    assert api("GET", "/v2/bot/followers/ids").json() == {"userIds": [hanako.id]}


def test_the_waiting_dots_reach_the_phone(api: Api, sim: Running, hanako: Resident) -> None:
    body = {"chatId": hanako.id, "loadingSeconds": 7}
    refused = api("POST", "/v2/bot/chat/loading/start", body)
    accepted = api("POST", "/v2/bot/chat/loading/start", {"chatId": hanako.id})

    assert refused.json()["details"] == [
        {"message": "must be a multiple of five", "property": "loadingSeconds"}
    ]
    assert accepted.status_code == 202
    news = [one[1:] for one in sim.world.news]  # what else was said on the wire comes between
    assert ("loading", {"person": hanako.id, "seconds": 20}) in news


def test_marking_as_read_marks_everything_before(api: Api, ear: Ear, hanako: Resident) -> None:
    hanako.says("一")
    hanako.says("二")
    token = ear.events(3)[2]["message"]["markAsReadToken"]

    api("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token})

    assert hanako.screen()["read"] == hanako.talk()[-1]["seq"]
    assert api("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": "x"}).status_code == 400


def test_the_phone_is_told_of_what_happens(sim: Running, hanako: Resident) -> None:
    url = f"{sim.base}/sim/events?after={sim.world.seq}"
    seen: list[dict[str, object]] = []

    with httpx.stream("GET", url, trust_env=False, timeout=5) as events:
        hanako.says("聞こえますか")
        kind = ""
        for line in events.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            if line.startswith("data: ") and kind == "talk":
                seen.append(json.loads(line.removeprefix("data: ")))
                break

    assert seen[0]["person"] == hanako.id
    assert "聞こえますか" in str(seen[0]["items"])


def test_the_wire_shows_no_secret(api: Api, ear: Ear, phone: Phone, hanako: Resident) -> None:
    token = ear.events(1)[0]["replyToken"]
    api.reply(token)
    wire = json.dumps(phone.wire(), ensure_ascii=False)

    assert "/v2/bot/message/reply" in wire
    assert "follow" in wire
    for secret in (api.token, token, api.sim.settings.channel_secret):
        assert secret not in wire


def test_the_talk_is_still_there_after_a_restart(tmp_path: Path, ear: Ear) -> None:
    settings = Settings(webhook=ear.url, data=str(tmp_path / "line.json"))
    with running(settings) as sim:
        hanako = Phone(sim.base).person("花子").follow()
        hanako.sends_photos(photo())
        Api(sim).push(hanako.id, text(quickReply=quick_reply(action())))
        before = hanako.talk()

    with running(settings) as sim:
        again = Phone(sim.base).person("花子")

        assert again.id == hanako.id
        assert again.talk() == before
        assert again.button("はい")
        assert httpx.get(f"{sim.base}/sim/media/{before[1]['id']}", trust_env=False).content
        assert Api(sim).push(again.id, text("続き")).status_code == 200
        assert again.talk()[-1]["seq"] > before[-1]["seq"]


def test_the_clock_stays_turned_after_a_restart(tmp_path: Path, ear: Ear) -> None:
    settings = Settings(webhook=ear.url, data=str(tmp_path / "line.json"))
    with running(settings) as sim:
        Phone(sim.base).turn_clock(advanceSeconds=3600)

    with running(settings) as sim:
        assert round(sim.world.clock.offset.total_seconds()) == 3600


def test_a_file_that_cannot_be_read_is_put_aside(tmp_path: Path, ear: Ear) -> None:
    (tmp_path / "line.json").write_text('{"people": [')

    with running(Settings(webhook=ear.url, data=str(tmp_path / "line.json"))) as sim:
        assert len(sim.world.people) == 3
    assert (tmp_path / "line.unreadable").read_text() == '{"people": ['


def test_turning_the_clock_tells_the_product(ear: Ear) -> None:
    settings = Settings(webhook=ear.url, clock_url=ear.url, clock_token="clock-secret")
    with running(settings) as sim:
        facts = Phone(sim.base).turn_clock(advanceSeconds=3600)

    assert facts["product"] == 200
    assert json.loads(ear.requests[-1][1]) == {"offset_seconds": 3600}


def test_settings_come_from_arguments_and_environment() -> None:
    settings = read(["--port", "9200"], {"SIM_LINE_LIFF_ID": "1-x", "SIM_LINE_PORT": "9300"})

    assert (settings.port, settings.public) == (9200, "http://localhost:9200")
    assert settings.liff_id == "1-x"
