from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "yakuba.ui"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.ui import plugs  # noqa: F401
