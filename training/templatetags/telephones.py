import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# As they are written in Japan, with the zero that a call within the country begins with.
NUMBER = re.compile(r"(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])")


@register.filter
def link_telephones(text: str) -> SafeString:
    """A telephone number is called by pressing it."""
    linked = NUMBER.sub(
        lambda number: f'<a class="target" href="tel:{number[0]}">{number[0]}</a>',
        conditional_escape(text),
    )
    return mark_safe(linked)  # noqa: S308
