"""What people sent, to be fetched at once: LINE does not say how long it keeps it."""

import io

from PIL import Image, UnidentifiedImageError

from simulators.line.gate import Answer, Call, Door, Refused
from simulators.line.world import Content

PREVIEW = 240  # pixels


def fetch(call: Call) -> Answer:
    content = _find(call)
    if call.world.faults.take("content_202", call.endpoint):
        return Answer({}, 202)
    return Answer(content.body, media_type=content.media_type)


def preview(call: Call) -> Answer:
    """Return a small JPEG of a picture; of a film, its first picture as far as we have one."""
    content = _find(call)
    if content.kind not in ("image", "video"):
        raise Refused(404, "not found")
    if call.world.faults.take("content_202", call.endpoint):
        return Answer({}, 202)
    if content.kind == "video":
        image = Image.new("RGB", (PREVIEW, PREVIEW), "black")
    else:
        try:
            image = Image.open(io.BytesIO(content.body)).convert("RGB")
        except (UnidentifiedImageError, OSError):
            raise Refused(404, "not found") from None
    image.thumbnail((PREVIEW, PREVIEW))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return Answer(out.getvalue(), media_type="image/jpeg")


def transcoding(call: Call) -> Answer:
    content = _find(call)
    if content.kind not in ("video", "audio"):
        raise Refused(400, "Transcoding status doesn't support this type of content")
    preparing = call.world.faults.take("content_202", call.endpoint)
    return Answer({"status": "processing" if preparing else "succeeded"})


def _find(call: Call) -> Content:
    content = call.world.contents.get(call.params["message"])
    if content is None:
        raise Refused(404, "not found")
    if content.gone or call.world.faults.take("content_410", call.endpoint):
        raise Refused(410, "The content is gone")
    return content


DOORS = [
    Door("GET", "/v2/bot/message/{message}/content", "content", fetch),
    Door("GET", "/v2/bot/message/{message}/content/preview", "content/preview", preview),
    Door(
        "GET", "/v2/bot/message/{message}/content/transcoding", "content/transcoding", transcoding
    ),
]
