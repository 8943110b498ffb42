from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from training.models.courses import readable_pages

from .glossary import GlossaryTerm

KINDS = {
    "course": _("Course"),
    "module": _("Module"),
    "notice": _("Notice of the ministry"),
    "case": _("Case study"),
    "information": _("Information"),
    "term": _("Glossary"),
}


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def public(self) -> "SearchEntryQuerySet":
        """What everybody may read now, whatever was indexed when. Two statements."""
        return self.filter(Q(page=None) | Q(page__in=readable_pages()))


class SearchEntry(models.Model):
    """What the site's search knows of a page or a term: its texts as they are shown. Answer keys
    are in none of them, since questions are no pages."""

    page = models.OneToOneField(Page, models.CASCADE, null=True, related_name="+")
    term = models.OneToOneField(GlossaryTerm, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=KINDS)
    title = models.TextField()
    # One a line.
    headings = models.TextField(blank=True)
    body = models.TextField(blank=True)
    # The title as it is read, then a line for each heading, with spaces between the words.
    readings = models.TextField(blank=True)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="search_entry_of_one_thing",
                condition=Q(page=None, term__isnull=False) | Q(page__isnull=False, term=None),
            )
        ]

    def __str__(self) -> str:
        return self.title


class SearchGram(models.Model):
    """Two letters that stand beside each other somewhere in an entry, folded; a letter that stands
    alone by itself."""

    entry = models.ForeignKey(SearchEntry, models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=2)
    # More in the title than in a heading, more there than in the body.
    weight = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["gram", "entry"], name="search_gram_once"),
            models.CheckConstraint(condition=~Q(gram=""), name="search_gram_not_empty"),
        ]

    def __str__(self) -> str:
        return self.gram
