from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from training.seams import address_verifiers, audit_actions, audit_details, audit_objects


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms import checks, forgetting, receivers, reviews, rights  # noqa: F401
        from cms.addresses import read_verified
        from cms.domain.course_terms import COURSE_TERMS
        from cms.domain.glossary import link_terms
        from cms.editor_words import name_fields
        from training.seams import (
            account_erasers,
            course_additions,
            kept_classes,
            lesson_markers,
            stale_page_sources,
        )

        name_fields()
        address_verifiers.append(read_verified)
        audit_actions.update(rights.AUDIT_ACTIONS)
        audit_details.update(rights.AUDIT_DETAILS)
        audit_objects.update(rights.AUDIT_OBJECTS)
        audit_actions["account.reset_second_factor"] = _("Two-step sign-in reset")
        audit_actions["case.submit"] = _("Case study handed in")
        audit_actions["notice.address"] = _("Notice sent out")
        audit_actions["notice.forward"] = _("Notice forwarded")
        audit_actions["notice.remind"] = _("Bodies reminded of a notice")
        account_erasers.append(forgetting.erase_account)
        kept_classes.extend(forgetting.KEPT_CLASSES)
        lesson_markers.append(link_terms)
        course_additions.append(COURSE_TERMS)
        stale_page_sources += [reviews.stale_information, reviews.stale_case_studies]
