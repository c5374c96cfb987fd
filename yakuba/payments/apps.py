from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "yakuba.payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.payments import plugs  # noqa: F401
