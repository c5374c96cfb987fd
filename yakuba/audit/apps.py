from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "yakuba.audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.audit import plugs  # noqa: F401
