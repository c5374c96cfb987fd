from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "yakuba.reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.reports import plugs  # noqa: F401
