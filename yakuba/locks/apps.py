from django.apps import AppConfig


class LocksConfig(AppConfig):
    name = "yakuba.locks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.locks import plugs  # noqa: F401
