"""The pages and files of a course brought into this site."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import LogContext
from wagtail.models import Page
from wagtail.permissions import policy_registry

from training.domain.bank import find_quizzes_asking
from training.domain.exchange import find_questions, lock_questions
from training.exchange.course_files import CourseFile, key_medium
from training.models import CoursePage, ModulePage, Question

from .blocks import Cleaner, Inward
from .contents import Reader, find_quizzes, get_media_models
from .differences import describe_differences
from .media import Names, find_media, make_medium
from .plans import (
    CoursePlan,
    Entry,
    is_same,
    list_key_problems,
    list_missing,
    make_keys_new,
    name_questions,
    resolve_elsewhere,
)
from .reviews import find_reviews, is_waiting, name_step
from .rights import may_add_course, may_make_questions
from .versions import read_latest_pages, read_latest_questions
from .writing import Refused, clean_fields, fill_page


@dataclass(frozen=True)
class Wish:
    """What the editor chose. `seed` makes the keys of a new course; without one the course of the
    same keys is updated, or made if it is not here."""

    seed: str = ""
    at_once: bool = False


class PageImporter:
    """Works within a transaction, and keeps in `plan` what it did or why it did not. In a rehearsal
    nothing that is here is written to or locked: others go on working while a preview is made."""

    def __init__(
        self,
        file: CourseFile,
        parent: Page,
        user: Any,
        wish: Wish,
        names: Names,
        *,
        is_rehearsal: bool,
    ) -> None:
        content, self.site_pages, notes = resolve_elsewhere(file.content)
        self.key_problems = list(list_key_problems(content))
        is_new = wish.seed and not self.key_problems
        self.content = make_keys_new(content, seed=wish.seed) if is_new else content
        self.file, self.parent, self.user, self.wish, self.names = file, parent, user, wish, names
        self.is_rehearsal = is_rehearsal
        title = str(content["course"]["fields"].get("title", ""))
        self.plan = CoursePlan(title=title, notes=notes)
        self.cleaner = Cleaner(is_strict=True)
        self.question_names = name_questions(self.content)
        # What is imported lies above what somebody wrote, and above what an approver sent back.
        self.above_drafts: list[str] = []
        self.above_sent_back: list[str] = []
        self.pages: dict[str, Page] = {}
        self.questions: dict[str, Question] = {}
        self.media: dict[str, int] = {}

    @property
    def inward(self) -> Inward:
        pages = {key: page.pk for key, page in self.pages.items()}
        return Inward(self.media, pages | self.site_pages)

    @contextmanager
    def refusing(self, place: str, problems: list[str] | None = None) -> Iterator[None]:
        try:
            # Of entries with one context in common, Wagtail's histories show the last only.
            with LogContext(user=self.user):
                yield
        except Refused as refusal:
            kept = self.plan.errors if problems is None else problems
            kept += [f"{place}: {text}" for text in refusal.problems]

    def find_pages(self) -> bool:
        """Those of the same keys here, each where it belongs."""
        told = {each["key"]: ModulePage for each in self.content["modules"]}
        key = self.content["course"]["key"]
        rows = Page.objects.filter(translation_key__in=[key, *told], locale=self.parent.locale)
        if not self.is_rehearsal:
            # What is compared now is what will be written over.
            rows = rows.order_by("pk").select_for_update(of=("self",))
        here = {str(row.translation_key): row for row in rows}
        course = here.pop(key, None)
        self.course = course.specific if course else None
        if course and not isinstance(self.course, CoursePage):
            self.plan.errors.append(
                _("The key of the course belongs to another page here: “%(page)s”.")
                % {"page": course}
            )
            return False
        for row in here.values():
            if not isinstance(row.specific, ModulePage) or not (course and row.is_child_of(course)):
                self.plan.errors.append(
                    _("The key of a module belongs to another page here: “%(page)s”.")
                    % {"page": row}
                )
        self.here = {each: row.specific for each, row in here.items()}
        self.plan.is_update = self.course is not None
        self.plan.course_pk = course.pk if course else None
        return not self.plan.errors

    def may_do_it(self) -> bool:
        """The rights that the parts of a course ask for."""
        if not may_make_questions(user=self.user):
            self.plan.errors.append(_("You may not make questions and quizzes."))
        if self.course is None:
            if not may_add_course(parent=self.parent, user=self.user):
                self.plan.errors.append(
                    _("You may not make a course beneath “%(page)s”.") % {"page": self.parent}
                )
        elif self.user is not None:
            # It may stand elsewhere than beneath the page where the import was asked for.
            rights = self.course.permissions_for_user(self.user)
            adds = any(module["key"] not in self.here for module in self.content["modules"])
            if not rights.can_edit() or (adds and not rights.can_add_subpage()):
                self.plan.errors.append(_("You may not change “%(page)s”.") % {"page": self.course})
        return not self.plan.errors

    def read_what_is_here(self) -> None:
        self.reader = Reader(self.course)
        pages_here = [*([self.course] if self.course else []), *self.here.values()]
        # Those that the file does not have stay, and may be referred to.
        modules = ModulePage.objects.child_of(self.course) if self.course else []
        self.modules_here = {str(each.translation_key): each.pk for each in modules}
        quizzes = find_quizzes(self.here.values(), is_locked=not self.is_rehearsal)
        self.quizzes_here = quizzes
        keys = {each["key"] for each in self.content["questions"]}
        keys |= {part for each in self.content["questions"] for part in each["parts"]}
        for module in self.content["modules"]:
            keys |= set(module["quiz"]["questions"] if module["quiz"] else ())
        if not self.is_rehearsal:
            lock_questions(keys=keys)
        rows = find_questions(keys=keys)
        self.asking = find_quizzes_asking(question_pks=[row.pk for row in rows.values()])
        self.rows = rows
        self.questions = dict(rows)
        self.latest_pages = read_latest_pages(pages_here)
        self.latest_questions = read_latest_questions(list(rows.values()))
        self.page_reviews = find_reviews(model=Page, pks=self.latest_pages)
        self.question_reviews = find_reviews(model=Question, pks=self.latest_questions)
        self.plan.errors += list_missing(
            self.content, names=self.question_names, here={*rows, *self.modules_here}
        )

    def bring_media(self) -> None:
        found = find_media(file=self.file)
        for medium in self.file.content["media"]:
            key = key_medium(medium)
            row, model = found.get(key), get_media_models()[medium["kind"]]
            label = capfirst(str(model._meta.verbose_name))
            if row is not None:
                self.plan.unchanged.append(Entry(label, row.title))
                self.media[key] = row.pk
                continue
            self.plan.created.append(Entry(label, medium["title"]))
            if key not in self.names:
                # It was here when the bytes were stored, and is not any more.
                self.plan.errors.append(_("Files were changed meanwhile. Please look again."))
                continue
            row = self.make_medium(medium, self.names.pop(key))
            if row is not None:
                self.media[key] = row.pk

    def make_medium(self, medium: Mapping[str, str], name: str) -> Any:
        try:
            row = make_medium(medium=medium, file=self.file, name=name, user=self.user)
        except ValidationError as error:
            self.plan.errors += [f"{medium['title'][:60]}: {text}" for text in error.messages]
            return None
        policy = policy_registry.get_by_type(type(row))
        if self.user is not None and not policy.user_has_permission(self.user, "add"):
            self.plan.errors.append(_("You may not add “%(name)s”.") % {"name": row.title})
        return row

    def bring_pages(self) -> None:
        """First the bare pages, since their texts may lead to one another."""
        told = [(self.content["course"], CoursePage)]
        told += [(each, ModulePage) for each in self.content["modules"]]
        cleaned: dict[str, Any] = {}
        known = len(self.plan.errors)
        for row, model in told:
            with self.refusing(name_page(row, model)):
                fields = clean_fields(model=model, fields=row["fields"], cleaner=self.cleaner)
                title = fields["title"]
                if not isinstance(title, str) or not 0 < len(title) <= 255 or not title.strip():
                    raise Refused([_("The title is missing or too long.")])
                page = self.course if model is CoursePage else self.here.get(row["key"])
                self.pages[row["key"]] = page or self.add_page(row, model, fields)
                cleaned[row["key"]] = fields
        if len(self.plan.errors) > known:
            return
        for row, model in told:
            with self.refusing(name_page(row, model)):
                self.bring_page(row, model, cleaned[row["key"]])

    def add_page(self, row: dict[str, Any], model: Any, fields: Mapping[str, Any]) -> Any:
        title = fields["title"]
        is_course = model is CoursePage
        # Read anew: the tree moves with every page.
        above = Page.objects.get(pk=self.parent.pk if is_course else self.pages_course().pk)
        page = model(
            title=title,
            slug=find_available_slug(above, str(row["slug"])[:200] or "course"),
            translation_key=row["key"],
            locale=self.parent.locale,
            owner=self.user,
            live=False,
            has_unpublished_changes=True,
        )
        try:
            above.add_child(instance=page)
        except ValidationError as error:
            raise Refused(list(error.messages)) from error
        if is_course:
            self.plan.course_pk = page.pk
        return page

    def pages_course(self) -> Any:
        course = self.pages.get(self.content["course"]["key"])
        if course is None:
            raise Refused([_("The course could not be made.")])
        return course

    def bring_page(self, row: dict[str, Any], model: Any, fields: Mapping[str, Any]) -> None:
        page = self.pages[row["key"]]
        kind, title = capfirst(str(model._meta.verbose_name)), str(fields["title"])
        is_new = page is not self.course and row["key"] not in self.here
        if is_new:
            self.bring_new_page(page, fields, Entry(kind, title))
            return
        before = self.reader.read_page(page, self.latest_pages[page.pk])["fields"]
        if is_same(before, fields):
            self.plan.unchanged.append(Entry(kind, title, instance=page))
            return
        self.check_page(page)
        self.plan.before.append(before)
        latest = page.get_latest_revision_as_object()
        self.write_page(latest, fields)
        changes = describe_differences(model=model, before=before, after=fields)
        self.plan.changed.append(Entry(kind, title, tuple(changes), instance=page))
        if not self.is_rehearsal:
            latest.save_revision(user=self.user, log_action=True, clean=False)

    def bring_new_page(self, page: Any, fields: Mapping[str, Any], entry: Entry) -> None:
        # Made before its modules were, it does not know of them; saving it would forget them.
        latest = type(page).objects.get(pk=page.pk)
        self.write_page(latest, fields)
        latest.save(clean=False)
        latest.save_revision(user=self.user, clean=False)
        self.plan.created.append(entry)

    def write_page(self, page: Any, fields: Mapping[str, Any]) -> None:
        fill_page(page=page, fields=fields, inward=self.inward)
        try:
            page.clean()
        except ValidationError as error:
            raise Refused(list(error.messages)) from error

    def check_rights(self, page: Any) -> None:
        """To change the page, or the quiz that belongs to it."""
        if self.user is None:
            return
        if not page.permissions_for_user(self.user).can_edit():
            raise Refused([_("You may not change “%(page)s”.") % {"page": page}])
        lock = page.get_lock()
        if lock and lock.for_user(self.user):
            raise Refused([_("“%(page)s” is locked.") % {"page": page}])

    def check_page(self, page: Any) -> None:
        self.check_review(self.page_reviews.get(page.pk), page)
        self.check_rights(page)

    def check_review(self, state: Any, row: Any) -> None:
        """An approver shall decide on what was handed in. Raises Refused."""
        if state and is_waiting(state):
            raise Refused(
                [
                    _(
                        "It waits for approval (step “%(step)s”), so nothing is imported over it. "
                        "Cancel the request in its editor or wait for the decision, then import "
                        "again."
                    )
                    % {"step": name_step(state)}
                ]
            )
        if state:
            self.above_sent_back.append(str(row))
        elif row.has_unpublished_changes:
            self.above_drafts.append(str(row))


def name_page(row: Mapping[str, Any], model: Any) -> str:
    said = str(row["fields"].get("title", "")).strip() or row["slug"]
    return _("%(kind)s “%(title)s”") % {"kind": model._meta.verbose_name, "title": said[:80]}
