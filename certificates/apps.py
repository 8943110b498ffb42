from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    label = "lms_certificates"
    verbose_name = _("Certificates")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from training.seams import (
            audit_actions,
            audit_details,
            audit_objects,
            certificate_readers,
            certified_sources,
            completion_previewers,
            data_parts,
            kept_classes,
            learner_erasers,
            learner_mergers,
            monthly_sources,
            population_sources,
            undrawable_finders,
            waiting_sources,
        )

        from . import receivers  # noqa: F401 connects them
        from .conf import AUDIT_ACTIONS
        from .domain import audit_words, figures, holder, people, population
        from .domain.seen import read_seen
        from .rendering.fonts import find_undrawable

        undrawable_finders.append(find_undrawable)
        audit_actions.update(AUDIT_ACTIONS)
        audit_details.update(audit_words.AUDIT_DETAILS)
        audit_objects.update(audit_words.AUDIT_OBJECTS)
        data_parts.extend(people.DATA_PARTS)
        learner_erasers.append(people.erase_learner)
        learner_mergers.append(people.merge_learners)
        kept_classes.extend(people.KEPT_CLASSES)
        certificate_readers.append(read_seen)
        completion_previewers.append(holder.pretend_certificate)
        certified_sources.append(figures.certified_enrolments)
        population_sources.append(population.make_certificates)
        monthly_sources["issued"] = (_("Certificates issued"), figures.count_issued)
        monthly_sources["revoked"] = (_("Certificates revoked"), figures.count_revoked)
        monthly_sources["expiring"] = (_("Certificates expiring"), figures.count_expiring)
        waiting_sources.append((_("Certificates to be made"), figures.find_waiting))
