"""Pages of the site that should have been looked at again by now."""

from datetime import date
from typing import Any

from cms.models import CaseStudyPage, InformationPage


def stale_information(today: date) -> Any:
    """Notices among them."""
    return InformationPage.objects.filter(live=True, review_by__lt=today)


def stale_case_studies(today: date) -> Any:
    return CaseStudyPage.objects.filter(live=True, review_by__lt=today)
