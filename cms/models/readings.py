import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel


class Reading(models.Model):
    """How a word is read where the dictionary behind the furigana is wrong. A blank in both says
    where the word may be divided."""

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
        help_text=_(
            "All of it in hiragana, also what is kana already. In a long word, blanks in both"
            " fields say where a line may end: 社会 福祉 協議会 and しゃかい ふくし きょうぎかい."
        ),
        validators=[
            RegexValidator(
                "^[ぁ-ゖー・]+([ 　]+[ぁ-ゖー・]+)*$", _("Please write the reading in hiragana.")
            )
        ],
    )

    panels = [FieldPanel("written"), FieldPanel("reading")]

    class Meta:
        verbose_name = _("reading for furigana")
        verbose_name_plural = _("readings for furigana")
        ordering = ["reading", "pk"]

    def __str__(self) -> str:
        return self.written

    def clean(self) -> None:
        super().clean()
        self.written = re.sub("[ 　]+", " ", self.written)
        self.reading = re.sub("[ 　]+", " ", self.reading)
        if self.written.count(" ") != self.reading.count(" "):
            raise ValidationError(
                {"reading": _("Please write as many blanks in the reading as in the word.")}
            )
        others = Reading.objects.exclude(pk=self.pk).annotate(
            word=Replace("written", Value(" "), Value(""))
        )
        if other := others.filter(word=self.written.replace(" ", "")).first():
            raise ValidationError(
                {
                    "written": _("There is a reading of this word already: %(written)s")
                    % {"written": other.written}
                }
            )
