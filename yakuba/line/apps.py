from django.apps import AppConfig


class LineConfig(AppConfig):
    name = "yakuba.line"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.line import plugs  # noqa: F401
