from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "yakuba.procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.procedures import plugs  # noqa: F401
