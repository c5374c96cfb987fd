from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "yakuba.console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.console import plugs  # noqa: F401
