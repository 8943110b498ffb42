from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from .glossary import HIRAGANA_ONLY


class Reading(models.Model):
    """How a word is read where the dictionary behind the furigana is wrong."""

    written = models.CharField(
        _("as written"),
        max_length=50,
        unique=True,
        help_text=_(
            "The word as it stands in the text. Write some characters around it where the same"
            " characters are read otherwise elsewhere: 月一日, not 一日."
        ),
        validators=[RegexValidator("[々㐀-䶿一-鿿豈-﫿]", _("Please write a word with kanji."))],
    )
    reading = models.CharField(
        _("reading"),
        max_length=100,
        help_text=_("All of it in hiragana, also what is kana already."),
        validators=[HIRAGANA_ONLY],
    )

    panels = [FieldPanel("written"), FieldPanel("reading")]

    class Meta:
        verbose_name = _("reading for furigana")
        verbose_name_plural = _("readings for furigana")
        ordering = ["reading", "pk"]

    def __str__(self) -> str:
        return self.written
