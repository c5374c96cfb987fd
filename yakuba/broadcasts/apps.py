from django.apps import AppConfig


class BroadcastsConfig(AppConfig):
    name = "yakuba.broadcasts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.broadcasts import plugs  # noqa: F401
