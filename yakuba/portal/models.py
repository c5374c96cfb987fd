"""Who is signed in to the pages inside LINE."""

from django.db import models

from yakuba.residents.models import LineAccount


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
