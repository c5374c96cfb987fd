from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "yakuba.bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.bookings import plugs  # noqa: F401
