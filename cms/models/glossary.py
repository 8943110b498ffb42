from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

HIRAGANA_ONLY = RegexValidator("^[ぁ-ゖー・]+$", _("Please write the reading in hiragana."))


class GlossaryTerm(models.Model):
    """A word that learners may not know, explained in plain Japanese."""

    term = models.CharField(_("term"), max_length=50, unique=True)
    reading = models.CharField(
        _("reading"),
        max_length=100,
        help_text=_("In hiragana. The glossary is in its order."),
        validators=[HIRAGANA_ONLY],
    )
    slug = models.SlugField(
        _("anchor"),
        unique=True,
        help_text=_("Links lead to it, so it stays as it is: small letters and hyphens."),
    )
    also = models.CharField(
        _("also called"), max_length=200, blank=True, help_text=_("Parted by 、")
    )
    plain = models.TextField(
        _("explanation in plain Japanese"),
        help_text=_("Short sentences, one thing in each, and no other difficult word."),
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    panels = [
        FieldPanel("term"),
        FieldPanel("reading"),
        FieldPanel("slug"),
        FieldPanel("also"),
        FieldPanel("plain"),
        MultiFieldPanel([FieldPanel("as_of"), FieldPanel("review_by")], heading=_("Dates")),
    ]

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["reading", "pk"]

    def __str__(self) -> str:
        return self.term

    @property
    def names(self) -> list[str]:
        return [self.term, *filter(None, (name.strip() for name in self.also.split("、")))]

    def clean(self) -> None:
        super().clean()
        if self.pk and self.slug != GlossaryTerm.objects.get(pk=self.pk).slug:
            raise ValidationError({"slug": _("Links lead to this anchor, so it stays as it is.")})
        if self.as_of and self.review_by and self.review_by < self.as_of:
            raise ValidationError({"review_by": _("The review date lies before the as-of date.")})
