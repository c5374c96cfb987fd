from django.apps import AppConfig


class TownhallConfig(AppConfig):
    name = "yakuba.townhall"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.townhall import plugs  # noqa: F401
