from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yakuba.portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.portal import plugs  # noqa: F401
