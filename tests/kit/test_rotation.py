"""After rotating, the old key can go."""

import io
import uuid

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from PIL import Image
from pytest_django import Settings

from tests.cast import make_procedure, make_resident, make_staff
from yakuba.config.cli import main
from yakuba.files import operations as files
from yakuba.files.queries import read
from yakuba.kit import rotation
from yakuba.kit.secrets import CannotDecrypt, keyed_hash
from yakuba.procedures.models import AnsweredOnce
from yakuba.residents.models import FamilyMember
from yakuba.townhall import operations as townhall

pytestmark = pytest.mark.django_db


def make_photo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "#777").save(picture, "JPEG")
    return picture.getvalue()


def test_every_sealed_column_is_written_under_the_new_key(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = settings.DATA_KEYS[0], Fernet.generate_key().decode()
    hanako = make_resident()
    for number in range(3):
        FamilyMember.objects.create(resident=hanako, name=f"子{number}")

    settings.DATA_KEYS = [new, old]
    main(["keys", "rotate"])
    settings.DATA_KEYS = [new]

    assert sorted(child.name for child in FamilyMember.objects.all()) == ["子0", "子1", "子2"]
    assert "residents.FamilyMember: done" in capsys.readouterr().out


def test_files_second_steps_and_marks_follow(settings: Settings) -> None:
    old, new = settings.DATA_KEYS[0], Fernet.generate_key().decode()
    photo = files.keep(content=make_photo(), name="穴.jpg")
    clerk = make_staff()
    townhall.enrol_totp(clerk, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    hanako = make_resident()
    procedure = make_procedure()
    AnsweredOnce.objects.create(
        procedure=procedure,
        mark=keyed_hash(str(hanako.public_id), purpose=f"answered {procedure.public_id}"),
        run_id=uuid.uuid4(),
    )

    settings.DATA_KEYS = [new, old]
    main(["keys", "rotate"])
    settings.DATA_KEYS = [new]

    assert read(photo)[:2] == b"\xff\xd8"
    secret = get_adapter().decrypt(
        Authenticator.objects.get(user=clerk, type="totp").data["secret"]
    )
    assert secret == "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    mark = keyed_hash(str(hanako.public_id), purpose=f"answered {procedure.public_id}")
    assert AnsweredOnce.objects.filter(mark=mark).exists()


def test_without_rotating_the_old_key_is_still_needed(settings: Settings) -> None:
    FamilyMember.objects.create(resident=make_resident(), name="子")

    settings.DATA_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CannotDecrypt):
        FamilyMember.objects.get()


def test_tables_of_every_package_are_found() -> None:
    found = {model._meta.label for model, _columns in rotation.tables()}

    assert {"line.WebhookEvent", "line.Outgoing", "submissions.Revision", "procedures.Run"} <= found
