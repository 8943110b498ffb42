"""Terms of the glossary that go with a course from one site to another."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.models import GlossaryTerm
from training.seams import CourseAddition

from .glossary import find_names

FIELDS = ("slug", "term", "reading", "also", "plain", "as_of", "review_by")


def collect(texts: str) -> list[dict[str, Any]]:
    met = find_names(texts)
    terms = [term for term in GlossaryTerm.objects.order_by("slug") if met & set(term.names)]
    return [{name: _write(getattr(term, name)) for name in FIELDS} for term in terms]


def _write(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def name_new(rows: list[dict[str, Any]]) -> list[str]:
    return [term.term for term in _make_new(rows)]


def save(rows: list[dict[str, Any]]) -> None:
    for term in _make_new(rows):
        term.save()


def _make_new(rows: list[dict[str, Any]]) -> list[GlossaryTerm]:
    """What is here already, by its anchor or by its name, stays as it is. Raises
    ValidationError."""
    slugs = set(GlossaryTerm.objects.values_list("slug", flat=True))
    names = set(GlossaryTerm.objects.values_list("term", flat=True))
    terms = []
    for row in rows:
        if row.keys() != set(FIELDS):
            raise ValidationError(_("A term is not as expected."))
        if row["slug"] not in slugs and row["term"] not in names:
            term = GlossaryTerm(**row)
            term.full_clean()
            terms.append(term)
            slugs.add(row["slug"])
            names.add(row["term"])
    return terms


COURSE_TERMS = CourseAddition(
    name="terms",
    title=_("glossary terms"),
    collect=collect,
    name_new=name_new,
    may_save=lambda user: user is None or user.has_perm("cms.add_glossaryterm"),
    save=save,
)
