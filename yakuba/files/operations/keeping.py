"""Checking what people upload, and keeping it encrypted."""

import hashlib
from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from yakuba.files import papers, pictures, rules, scanning, storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock, secrets
from yakuba.kit.errors import Refusal
from yakuba.mail import operations as mail
from yakuba.townhall.models import StaffMember


class EmptyFile(Refusal):
    sentence = _("ファイルの中身が空でした。もう一度送ってください。")


class UnknownKind(Refusal):
    sentence = _("この種類のファイルは受け取れません。{kinds}を送ってください。")


class Heic(UnknownKind):
    sentence = _(
        "この写真の形式（HEIC）は受け取れません。"
        "写真を画面に表示して画面を撮影するか、JPEG形式にしてから送ってください。"
    )


class TooLarge(Refusal):
    sentence = _("ファイルが大きすぎます。{megabytes}MBまでのファイルを送ってください。")


class TooManyPixels(Refusal):
    sentence = _(
        "写真の画素数が多すぎて受け取れません（{limit}万画素まで）。小さくしてから、もう一度送ってください。"
    )


class Busy(Refusal):
    sentence = _("ただいま写真の受け取りが混み合っています。少し待って、もう一度送ってください。")


class Broken(Refusal):
    sentence = _("写真を読み取れませんでした。こわれていないか確かめて、もう一度送ってください。")


class BrokenPaper(Refusal):
    sentence = _("PDFを読み取れませんでした。こわれていないか確かめて、もう一度送ってください。")


class PaperWithPassword(Refusal):
    sentence = _("パスワードのかかったPDFは受け取れません。パスワードを外してから送ってください。")


class PaperWithProgram(Refusal):
    sentence = _(
        "プログラムの入ったPDFは受け取れません。印刷の画面で「PDFに保存」を選び、できたPDFを送ってください。"
    )


class PaperWithFiles(Refusal):
    sentence = _("ほかのファイルが入ったPDFは受け取れません。ファイルを1つずつ送ってください。")


class HasVirus(Refusal):
    sentence = _(
        "ウイルス対策ソフトが危険と判断したため、このファイルは受け取れません。"
        "お使いの機器を確かめるか、窓口にご相談ください。"
    )


class PaperTooLong(Refusal):
    sentence = _(
        "PDFのページが多すぎるか、開くと大きくなりすぎます。{pages}ページまでに分けて送ってください。"
    )


def keep(
    *,
    content: bytes,
    name: str,
    allowed: Collection[str] | None = None,
    keep_location: bool = False,
    kept_until: date | None = None,
    at_most: int | None = None,
) -> StoredFile:
    """Check what was uploaded and keep it encrypted; photos are made anew, without notes of the camera.

    `allowed` are content types of `rules`; None means photos and PDF. With `keep_location` the answer's
    `location` says where the camera was, if it knew. A picture is made to fit into `at_most` bytes, where
    whoever gets it takes no more. Not inside a transaction where FILES_URL is S3.

    Raises:
        Refusal: in a sentence for the person: empty, another kind, too large, broken.
        OutsideFailure: the storage did not take it.
    """
    permitted = rules.USUAL if allowed is None else frozenset(allowed)
    kind = _checked_kind(content, permitted)
    _scan(content, kind)
    width = height = location = None
    if kind.startswith("image/"):
        kept_as = rules.KEPT_AS.get(kind, kind)
        picture = _remade(content, kind, at_most)
        content, kind, width, height = picture.content, kept_as, picture.width, picture.height
        location = picture.location if keep_location else None
    elif kind == "application/pdf":
        _look_through(content)

    file = StoredFile(
        name=safe_name(name, kind),
        content_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        width=width,
        height=height,
        kept_until=kept_until,
    )
    file.location = location
    file.save(force_insert=True)  # first the row: bytes without a row would never be found again
    storage.here().write(str(file.pk), secrets.encrypt(content))
    StoredFile.objects.filter(pk=file.pk).update(is_whole=True)
    file.is_whole = True
    return file


def keep_unopened(
    *, content: bytes, name: str, content_type: str, kept_until: date | None
) -> StoredFile:
    """Keep bytes that only we read, such as a table on its way in: sealed like all, and shown to nobody.

    Raises:
        EmptyFile: there are none.
        OutsideFailure: the storage did not take it.
    """
    if not content:
        raise EmptyFile
    file = StoredFile.objects.create(
        name=name[:100],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        kept_until=kept_until,
    )
    storage.here().write(str(file.pk), secrets.encrypt(content))
    StoredFile.objects.filter(pk=file.pk).update(is_whole=True)
    file.is_whole = True
    return file


def _scan(content: bytes, kind: str) -> None:
    try:
        scanning.scan(content)
    except scanning.Infected as found:
        _warn(str(found), kind)
        raise HasVirus from None


def _warn(virus: str, kind: str) -> None:
    """Tell the administrators, once a day for each virus; neither name nor content of the file goes into a letter."""
    here = StaffMember.objects.active_on(clock.today()).filter(is_administrator=True)
    mail.post(
        to=list(here.values_list("email", flat=True)),
        subject=f"ウイルスの疑いのあるファイルを受け取りませんでした：{virus[:80]}",
        body=(
            f"送られてきたファイル（{kind}）を、ClamAVが「{virus[:200]}」と判断しました。"
            "ファイルは保存していません。送った人の画面には、受け取れないことを出しています。"
        ),
        dedupe_key=f"files.virus:{clock.today():%Y%m%d}:{virus[:80]}",
    )


def _look_through(content: bytes) -> None:
    try:
        papers.look_through(content)
    except papers.HasPassword:
        raise PaperWithPassword from None
    except papers.HasProgram:
        raise PaperWithProgram from None
    except papers.HasFiles:
        raise PaperWithFiles from None
    except (papers.TooManyPages, papers.UnfoldsTooFar):
        raise PaperTooLong(pages=papers.MOST_PAGES) from None
    except papers.BrokenPaper:
        raise BrokenPaper from None


def read_picture(content: bytes) -> pictures.Picture:
    """Check a picture that was uploaded and return it made anew, without keeping it. Raises Refusal."""
    return _remade(content, _checked_kind(content, rules.IMAGES), None)


def _remade(content: bytes, kind: str, at_most: int | None) -> pictures.Picture:
    kept_as = rules.KEPT_AS.get(kind, kind)
    try:
        return pictures.remake(content, kind=kind, kept_as=kept_as, at_most=at_most)
    except pictures.NoPicture:
        raise Broken from None
    except pictures.TooManyPixels:
        raise TooManyPixels(limit=f"{rules.MOST_PIXELS[kind] // 10_000:,}") from None
    except pictures.TooManyAtOnce:
        raise Busy from None


def _checked_kind(content: bytes, permitted: frozenset[str]) -> str:
    if not content:
        raise EmptyFile
    kind = rules.content_type(content)
    if kind == rules.HEIC:
        raise Heic
    if rules.KEPT_AS.get(kind, kind) not in permitted:
        raise UnknownKind(kinds=_kinds(permitted))
    if len(content) > rules.largest(kind):
        raise TooLarge(megabytes=rules.largest(kind) // (1024 * 1024))
    return kind


def _kinds(permitted: frozenset[str]) -> str:
    words = [
        str(word)
        for word, kinds in (
            (_("写真（JPEG、PNG）"), rules.IMAGES),
            (_("PDF"), rules.PDF),
            (_("動画（MP4）"), rules.FILMS),
            (_("音声（MP3、M4A）"), rules.SOUNDS),
        )
        if kinds & permitted
    ]
    return "、".join(words)


def safe_name(given: str, kind: str) -> str:
    """Return a name that is safe to show and to save under, with the ending of what it really is."""
    base = given.replace("\\", "/").rpartition("/")[2]
    base = "".join(letter for letter in base if letter.isprintable()).strip(" .")
    ending = rules.ENDINGS[kind]
    stem = base[: -len(ending)] if base.lower().endswith(ending) else base.partition(".")[0]
    return (stem[:100] or kind.partition("/")[0]) + ending


def shrunk(file: StoredFile, *, content: bytes, longest: int) -> StoredFile:
    """Keep a smaller JPEG of a kept picture beside it, no side longer than `longest` pixels.

    Raises:
        OutsideFailure: the storage did not take it.
    """
    small = pictures.shrink(content, kind=file.content_type, longest=longest)
    return keep(content=small, name=file.name, allowed=rules.IMAGES, kept_until=file.kept_until)
