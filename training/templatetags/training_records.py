from django import template
from wagtail.models import Page

from training.domain.records import has_learner_records

register = template.Library()


@register.simple_tag
def has_records(page: Page) -> bool:
    return has_learner_records(page=page)
