"""A mail as HTML, made of its plain text: the two parts cannot say different things."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language


@dataclass(frozen=True)
class Line:
    """An address or a code stands on a line of its own. Only such an address becomes a link:
    within a sentence it may come from what somebody called themselves."""

    text: str

    @property
    def is_address(self) -> bool:
        return bool(re.fullmatch(r"https?://\S+", self.text))

    @property
    def is_code(self) -> bool:
        return bool(re.fullmatch(r"\d{6}", self.text))


def attach_html(message: EmailMultiAlternatives) -> None:
    """Beside the text, without pictures and with nothing to fetch."""
    paragraphs = re.split(r"\n\s*\n", str(message.body).strip())
    context = {
        "language": get_language() or settings.LANGUAGE_CODE,
        "site_name": getattr(settings, "WAGTAIL_SITE_NAME", ""),
        "subject": message.subject,
        "paragraphs": [
            [Line(line.strip()) for line in paragraph.splitlines()] for paragraph in paragraphs
        ],
    }
    message.attach_alternative(render_to_string("training/mail/layout.html", context), "text/html")
