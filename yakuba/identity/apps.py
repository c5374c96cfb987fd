from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "yakuba.identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.identity import plugs  # noqa: F401
