from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "yakuba.mail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.mail import plugs  # noqa: F401
