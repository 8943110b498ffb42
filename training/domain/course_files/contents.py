"""A course as plain data: what a course file says of it, and what an import compares."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from training.domain.question_drafts import PREFETCHED
from training.exchange.course_files import FORMAT, VERSION
from training.exchange.course_media import EXTENSIONS
from training.exchange.drafts import KINDS_WITH_PARTIAL_CREDIT, tidy_parameters
from training.models import CoursePage, ModulePage, Question, Quiz
from training.seams import course_additions

from .blocks import Malformed, Outward, walk
from .versions import read_latest_pages, read_latest_questions

PAGE_FIELDS = ("title", "seo_title", "search_description", "show_in_menus")
QUESTION_FIELDS = (
    *("key", "kind", "parameters", "explanation", "passage_heading", "source", "source_url"),
    *("certainty", "difficulty", "as_of", "review_by"),
)
CHOICE_FIELDS = ("key", "text", "is_right", "match", "alt", "feedback")
TIDIED = {*KINDS_WITH_PARTIAL_CREDIT, "true_false", "numeric"}
QUIZ_FIELDS = tuple(
    each.name for each in Quiz._meta.concrete_fields if each.name not in ("id", "module")
)


def name_fields(model: type[Model]) -> list[str]:
    own = [each.name for each in model._meta.local_fields if each.name != "page_ptr"]
    return [*PAGE_FIELDS, *own]


def tidy(kind: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Of the kinds that are known here, with their defaults said."""
    return tidy_parameters(kind=kind, parameters=parameters) if kind in TIDIED else dict(parameters)


def write_value(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def get_media_models() -> dict[str, Any]:
    return {"image": get_image_model(), "document": get_document_model()}


@dataclass
class Reader:
    """Reads pages and questions in their latest versions. `problems` are what keeps the course from
    being exported; `notes` what the file will say in another way."""

    course: CoursePage | None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # By "kind:SHA-256"; of several with the same bytes the first by title: always the same.
    media: dict[str, tuple[str, Any]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names: dict[tuple[str, int], str] = {}
        self._pages: dict[int, tuple[str, str] | None] = {}
        self._titles: dict[str, str] = {}
        self._place = ""
        if self.course:
            family = Page.objects.descendant_of(self.course, inclusive=True)
            keys = family.values_list("pk", "translation_key")
            self._pages = {pk: ("page", str(key)) for pk, key in keys}

    def read_stream(self, raw: Any, block: Any, place: str) -> Any:
        self._place = place
        leaf = Outward(self.name_medium, self.name_page)
        try:
            return walk(block, raw, leaf)
        except Malformed as error:
            self.problems.append(str(error.at(place)))
            return []

    def name_medium(self, kind: str, pk: int) -> str:
        """ "image:SHA-256", or "" if it is gone."""
        if (kind, pk) not in self._names:
            self._names[kind, pk] = self._find_medium(kind, pk)
        return self._names[kind, pk]

    def _find_medium(self, kind: str, pk: int) -> str:
        medium = get_media_models()[kind].objects.filter(pk=pk).first()
        if medium is None:
            self.notes.append(
                _("%(place)s: a file that is used here is not there any more.")
                % {"place": self._place}
            )
            return ""
        if find_extension(medium) not in EXTENSIONS[kind]:
            self.problems.append(
                _("“%(name)s” is of a type that no course may bring along.") % {"name": medium}
            )
        try:
            key = f"{kind}:{sha256(read_bytes(medium)).hexdigest()}"
        except OSError:
            self.problems.append(_("The file of “%(name)s” cannot be read.") % {"name": medium})
            return ""
        known = self.media.get(key)
        if known is None or _weigh(kind, medium) < _weigh(*known):
            self.media[key] = (kind, medium)
        return key

    def name_page(self, pk: int) -> tuple[str, str] | None:
        if pk not in self._pages:
            self._pages[pk] = self._find_outside(pk)
        found = self._pages[pk]
        if found is None or found[0] == "site":
            words = (
                _("%(place)s: a link leads to the page “%(page)s”, which is not of this course.")
                if found
                else _("%(place)s: a link leads to a page that is not there; its text stays.")
            )
            title = self._titles[found[1]] if found else ""
            self.notes.append(words % {"place": self._place, "page": title})
        return found

    def _find_outside(self, pk: int) -> tuple[str, str] | None:
        page = Page.objects.filter(pk=pk, live=True).first()
        url = page.full_url if page else None
        if page is None or not url:
            return None
        # Where a site's pages begin differs; where they stand below does not.
        path = find_path(page)
        self._titles[path] = page.title
        parts = urlsplit(url)
        is_public = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        self.elsewhere[path] = url if is_public else ""
        return "site", path

    def read_page(self, page: Any, latest: Any) -> dict[str, Any]:
        return {
            "key": str(page.translation_key),
            "slug": page.slug,
            "fields": self.read_fields(latest),
        }

    def read_fields(self, page: Any) -> dict[str, Any]:
        told = {}
        for name in name_fields(type(page)):
            model_field, value = page._meta.get_field(name), getattr(page, name)
            if isinstance(model_field, StreamField):
                place = f"{page.title} › {model_field.verbose_name}"
                told[name] = self.read_stream(
                    value.get_prep_value(), model_field.stream_block, place
                )
            else:
                told[name] = write_value(value)
        return told

    def read_quiz(self, quiz: Quiz | None) -> dict[str, Any] | None:
        if quiz is None:
            return None
        return {
            "rules": {name: getattr(quiz, name) for name in QUIZ_FIELDS},
            "questions": [each.question.key for each in quiz.quiz_questions.all()],
            "draws": [{"tag": each.tag.name, "count": each.count} for each in quiz.draws.all()],
        }

    def read_question(self, question: Question) -> dict[str, Any]:
        """Of its latest version."""
        place, block = question.key, question._meta.get_field("stem").stream_block
        told = {name: write_value(getattr(question, name)) for name in QUESTION_FIELDS}
        told["parameters"] = tidy(question.kind, question.parameters)
        found = self._pages.get(question.passage_module_id or 0)
        self._place = place
        return told | {
            "stem": self.read_stream(question.stem.get_prep_value(), block, place),
            "passage_module": found[1] if found and found[0] == "page" else None,
            "tags": sorted({item.tag.name for item in question.tagged_items.all()}),
            "choices": [self._read_choice(each) for each in question.choices.all()],
            "parts": [part.question.key for part in question.parts.all()],
        }

    def _read_choice(self, choice: Any) -> dict[str, Any]:
        image = self.name_medium("image", choice.image_id) if choice.image_id else ""
        return {name: getattr(choice, name) for name in CHOICE_FIELDS} | {"image": image or None}


def _weigh(kind: str, medium: Any) -> tuple[str, str, int]:
    return kind, medium.title, medium.pk


def find_path(page: Page) -> str:
    """Below the root of its site."""
    roots = [site.root_page.url_path for site in Site.objects.select_related("root_page")]
    above = max((root for root in roots if page.url_path.startswith(root)), key=len, default="/")
    return str(page.url_path).removeprefix(above)


def find_extension(medium: Any) -> str:
    return str(medium.file.name).rpartition(".")[2].lower()


def read_bytes(medium: Any) -> bytes:
    with medium.file.storage.open(medium.file.name, "rb") as file:
        return bytes(file.read())


def find_quizzes(modules: Iterable[ModulePage], *, is_locked: bool = False) -> dict[int, Quiz]:
    """By module."""
    quizzes = Quiz.objects.filter(module__in=[module.pk for module in modules]).order_by("pk")
    if is_locked:
        quizzes = quizzes.select_for_update()
    related = ("quiz_questions__question", "draws__tag")
    return {quiz.module_id: quiz for quiz in quizzes.prefetch_related(*related)}


def find_questions_of(quizzes: Iterable[Quiz]) -> list[Question]:
    """Whatever these may ask, in its latest version: listed, drawn, and parts of scenarios."""
    keys = {each.question.key for quiz in quizzes for each in quiz.quiz_questions.all()}
    tags = {draw.tag_id for quiz in quizzes for draw in quiz.draws.all()}
    tagged = Question.objects.filter(tagged_items__tag__in=tags)
    keys |= set(tagged.values_list("key", flat=True))
    found: dict[str, Question] = {}
    while missing := keys - found.keys():
        rows = list(Question.objects.filter(key__in=missing).prefetch_related(*PREFETCHED))
        latest = read_latest_questions(rows)
        for question in rows:
            found[question.key] = latest[question.pk]
            keys |= {part.question.key for part in latest[question.pk].parts.all()}
    return [found[key] for key in sorted(found)]


def read_course(*, course: CoursePage) -> tuple[dict[str, Any], Reader]:
    """What a file says, without its additions' and media's rows if there are problems."""
    reader = Reader(course)
    modules = list(ModulePage.objects.child_of(course).order_by("path"))
    quizzes, latest = find_quizzes(modules), read_latest_pages([course, *modules])
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "course": reader.read_page(course, latest[course.pk]),
        "modules": [
            reader.read_page(module, latest[module.pk])
            | {"quiz": reader.read_quiz(quizzes.get(module.pk))}
            for module in modules
        ],
        "questions": [
            reader.read_question(question) for question in find_questions_of(list(quizzes.values()))
        ],
    }
    texts = "\n".join(list_texts([content["modules"], content["course"]]))
    content["additions"] = {each.name: each.collect(texts) for each in course_additions}
    content["media"] = [
        _read_medium(key, kind, medium) for key, (kind, medium) in sorted(reader.media.items())
    ]
    content["elsewhere"] = dict(sorted(reader.elsewhere.items()))
    return content, reader


def _read_medium(key: str, kind: str, medium: Any) -> dict[str, str]:
    return {
        "sha256": key.partition(":")[2],
        "kind": kind,
        "extension": find_extension(medium),
        "title": medium.title,
        "description": getattr(medium, "description", ""),
    }


def list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from list_texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from list_texts(each)
