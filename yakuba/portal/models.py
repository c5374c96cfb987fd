"""Who is signed in to the pages inside LINE, what they uploaded there, and what postal codes stand for."""

from django.db import models
from django.db.models.functions import Now

from yakuba.files.models import StoredFile
from yakuba.residents.models import LineAccount, Resident


class PortalSession(models.Model):
    """One sign-in with an ID token, bound to the LINE account it named. Times are the machine's."""

    token_hash = models.BinaryField(max_length=32, unique=True)  # SHA-256 of what the cookie holds
    account = models.ForeignKey(LineAccount, models.CASCADE, related_name="sessions")
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="portal_session_expiry", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"session {self.pk}"


class Upload(models.Model):
    """A file that a resident sent from a page, before anything refers to it; shown again to nobody else."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="uploads")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    waits_until = models.DateField()  # erased after this day, unless something refers to the file
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(name="upload_waits_until", fields=["waits_until"])]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class PostalPlace(models.Model):
    """A place that a postal code stands for; `town` is empty where the code covers the rest of a city."""

    postal = models.CharField(max_length=7, db_collation="C")
    pref = models.CharField(max_length=10)
    city = models.CharField(max_length=60)
    town = models.CharField(max_length=120, blank=True)
    kana = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="postal_place_once", fields=["postal", "pref", "city", "town"]
            )
        ]

    def __str__(self) -> str:
        return self.pref + self.city + self.town
