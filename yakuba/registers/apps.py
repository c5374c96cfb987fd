from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "yakuba.registers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yakuba.registers import plugs  # noqa: F401
