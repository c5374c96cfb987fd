"""One message of every kind, each as full as LINE allows it to be."""

from typing import Any

Message = dict[str, Any]

PICTURE = "https://town.example/picture.png"


def action(kind: str = "message", **more: Any) -> Message:
    """An action of a kind with its label."""
    fields: dict[str, Message] = {
        "message": {"text": "はい"},
        "postback": {"data": "a=1", "displayText": "はい"},
        "uri": {"uri": "https://town.example/", "altUri": {"desktop": "https://town.example/pc"}},
        "datetimepicker": {
            "data": "when",
            "mode": "datetime",
            "initial": "2026-12-01T10:00",
            "min": "2026-11-01t00:00",
            "max": "2027-03-31T23:59",
        },
        "clipboard": {"clipboardText": "1234"},
        "camera": {},
        "cameraRoll": {},
        "location": {},
    }
    return {"type": kind, "label": "はい", **fields[kind], **more}


def text(said: str = "こんにちは", **more: Any) -> Message:
    return {"type": "text", "text": said, **more}


def quick_reply(*actions: Message) -> Message:
    return {"items": [{"type": "action", "action": one} for one in actions]}


def flex(*contents: Message, **more: Any) -> Message:
    body = {"type": "box", "layout": "vertical", "contents": list(contents)}
    return {
        "type": "flex",
        "altText": "お知らせ",
        "contents": {"type": "bubble", "body": body, **more},
    }


def template(kind: str, **fields: Any) -> Message:
    return {"type": "template", "altText": "選んでください", "template": {"type": kind, **fields}}


def column(**more: Any) -> Message:
    return {"text": "町民ホール", "actions": [action()], **more}


def word(said: str = "文字", **more: Any) -> Message:
    return {"type": "text", "text": said, **more}


AREA = {"x": 0, "y": 0, "width": 520, "height": 520}
ALL: dict[str, Message] = {
    "text": text(
        "$ ようこそ",
        emojis=[{"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}],
        quickReply=quick_reply(
            *map(
                action,
                (
                    "message",
                    "postback",
                    "uri",
                    "datetimepicker",
                    "clipboard",
                    "camera",
                    "cameraRoll",
                    "location",
                ),
            )
        ),
        sender={"name": "福祉課", "iconUrl": PICTURE},
    ),
    "textV2": {
        "type": "textV2",
        "text": "{smile} {{こんにちは}}",
        "substitution": {"smile": {"type": "emoji", "productId": "5ac1", "emojiId": "002"}},
    },
    "sticker": {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    "image": {"type": "image", "originalContentUrl": PICTURE, "previewImageUrl": PICTURE},
    "video": {
        "type": "video",
        "originalContentUrl": "https://town.example/film.mp4",
        "previewImageUrl": PICTURE,
        "trackingId": "film-1",
    },
    "audio": {"type": "audio", "originalContentUrl": "https://a.example/a.m4a", "duration": 1000},
    "location": {
        "type": "location",
        "title": "役場",
        "address": "富山県中新川郡上市町法音寺1",
        "latitude": 36.6983,
        "longitude": 137.3622,
    },
    "imagemap": {
        "type": "imagemap",
        "baseUrl": "https://town.example/map",
        "altText": "地図",
        "baseSize": {"width": 1040, "height": 1040},
        "actions": [
            {"type": "message", "text": "北", "area": AREA, "label": "北"},
            {"type": "uri", "linkUri": "https://town.example/", "area": AREA},
            {"type": "clipboard", "clipboardText": "南", "area": AREA},
        ],
        "video": {
            "originalContentUrl": "https://town.example/film.mp4",
            "previewImageUrl": PICTURE,
            "area": AREA,
            "externalLink": {"linkUri": "https://town.example/", "label": "続き"},
        },
    },
    "buttons": template(
        "buttons",
        thumbnailImageUrl=PICTURE,
        imageAspectRatio="square",
        imageSize="contain",
        imageBackgroundColor="#FFFFFF",
        title="粗大ごみ",
        text="どうしますか",
        defaultAction=action("uri"),
        actions=[action("postback"), action(), action("uri"), action("datetimepicker")],
    ),
    "confirm": template("confirm", text="よろしいですか", actions=[action(), action("postback")]),
    "carousel": template(
        "carousel",
        columns=[column(title="A", thumbnailImageUrl=PICTURE) for _ in range(10)],
        imageAspectRatio="rectangle",
        imageSize="cover",
    ),
    "image_carousel": template(
        "image_carousel",
        columns=[{"imageUrl": PICTURE, "action": action(label="見る")}] * 10,
    ),
    "flex": flex(
        word(
            "本文",
            wrap=True,
            size="lg",
            weight="bold",
            color="#112233",
            align="center",
            gravity="bottom",
            maxLines=2,
            lineSpacing="4px",
            adjustMode="shrink-to-fit",
            scaling=True,
            flex=1,
            margin="md",
            position="relative",
            offsetTop="10px",
            style="italic",
            decoration="underline",
            action=action(),
        ),
        {"type": "text", "contents": [{"type": "span", "text": "一部", "size": "xs"}]},
        {"type": "separator", "margin": "xxl", "color": "#00000080"},
        {"type": "filler", "flex": 2},
        {
            "type": "image",
            "url": PICTURE,
            "size": "full",
            "aspectRatio": "20:13",
            "aspectMode": "cover",
            "backgroundColor": "#FFFFFF",
            "animated": False,
        },
        {
            "type": "box",
            "layout": "baseline",
            "contents": [{"type": "icon", "url": PICTURE, "size": "sm"}, word()],
            "spacing": "sm",
            "paddingAll": "10%",
            "cornerRadius": "8px",
            "borderWidth": "light",
            "borderColor": "#cccccc",
            "width": "50%",
            "height": "30px",
            "justifyContent": "space-evenly",
            "alignItems": "center",
            "background": {
                "type": "linearGradient",
                "angle": "90deg",
                "startColor": "#FFFF00",
                "endColor": "#0080ff",
                "centerColor": "#ffffff",
                "centerPosition": "10%",
            },
        },
        {"type": "button", "style": "primary", "height": "sm", "action": action("uri")},
        size="giga",
        direction="ltr",
        header={"type": "box", "layout": "horizontal", "contents": [word()]},
        hero={
            "type": "video",
            "url": "https://town.example/film.mp4",
            "previewUrl": PICTURE,
            "altContent": {"type": "image", "url": PICTURE},
            "aspectRatio": "20:13",
            "action": action("uri"),
        },
        footer={"type": "box", "layout": "vertical", "contents": []},
        styles={"footer": {"backgroundColor": "#00ffff", "separator": True}},
    ),
    "flex_carousel": {
        "type": "flex",
        "altText": "一覧",
        "contents": {
            "type": "carousel",
            "contents": [flex(word(), size="micro")["contents"] for _ in range(12)],
        },
    },
}
MENU: Message = {
    "size": {"width": 2500, "height": 1686},
    "selected": True,
    "name": "ふだんのメニュー",
    "chatBarText": "メニュー",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 1250, "height": 1686},
            "action": {"type": "richmenuswitch", "richMenuAliasId": "second", "data": "tab"},
        },
        {
            "bounds": {"x": 1250, "y": 0, "width": 1250, "height": 1686},
            "action": action("postback"),
        },
    ],
}
