from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    label = "lms_certificates"
    verbose_name = _("Certificates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from training.conf import certificate_readers, certified_conditions, undrawable_finders

        from . import receivers  # noqa: F401 connects them
        from .domain.seen import is_certified, read_seen
        from .rendering.fonts import find_undrawable

        undrawable_finders.append(find_undrawable)
        certificate_readers.append(read_seen)
        certified_conditions.append(is_certified)
