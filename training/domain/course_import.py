"""A course file brought into this site: rehearsed for the preview and, if the editor agrees, done
in one transaction. Pages and questions become drafts; what has no draft waits for a tick."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import policy_registry

from training.exchange.course_files import CourseFile, key_medium, read_course_in_child
from training.models import CoursePage, ImportUpload, ModulePage, Question, Quiz
from training.seams import course_additions

from .audit import record_audit
from .bank import find_quizzes_asking, has_quiz_records
from .course_blocks import Cleaner, Inward
from .course_contents import Reader, find_quizzes
from .course_differences import describe_differences
from .course_media import Names, find_media, make_medium, rehearse_names, storing
from .course_plans import (
    CoursePlan,
    Entry,
    is_same,
    list_key_problems,
    make_keys_new,
    resolve_elsewhere,
)
from .course_writing import (
    Refused,
    clean_fields,
    clean_rules,
    clean_stream,
    fill_page,
    fill_question,
    fill_quiz,
    find_parameters,
    is_known_kind,
)
from .exchange import KEPT_FOR, PlanChanged, UploadGone, find_questions, get_upload


class CannotImport(Exception):
    """`plan` has the errors."""

    def __init__(self, plan: CoursePlan) -> None:
        super().__init__("\n".join(plan.errors))
        self.plan = plan


@dataclass(frozen=True)
class Wish:
    """What the editor chose. `seed` makes the keys of a new course; without one the course of the
    same keys is updated, or made if it is not here."""

    seed: str = ""
    at_once: bool = False


def keep_course_upload(*, user: Any, name: str, data: bytes, now: datetime) -> ImportUpload:
    """Raises Unreadable."""
    read_course_in_child(data)
    ImportUpload.objects.filter(made_at__lt=now - KEPT_FOR).delete()
    return ImportUpload.objects.create(user=user, name=name[-200:], data=data, made_at=now)


def plan_course_import(*, file: CourseFile, parent: Page, user: Any, wish: Wish) -> CoursePlan:
    """Does it and takes it back, so that what is told is what will happen. Changes nothing."""
    with transaction.atomic():
        importer = _Importer(file, parent, user, wish, rehearse_names(file=file))
        importer.run()
        transaction.set_rollback(True)
    return importer.plan


def apply_course_upload(
    *, upload_id: int, parent: Page, fingerprint: str, user: Any, wish: Wish, now: datetime
) -> CoursePlan:
    """All of the plan or nothing. Raises UploadGone, PlanChanged, CannotImport, Unreadable."""
    upload = get_upload(upload_id=upload_id, user=user, now=now)
    file = read_course_in_child(bytes(upload.data))

    def take() -> None:
        # Of two at once only one gets to delete it.
        if not ImportUpload.objects.filter(pk=upload.pk).delete()[0]:
            raise UploadGone

    return import_course(
        file=file, parent=parent, user=user, wish=wish, now=now, take=take, fingerprint=fingerprint
    )


def import_course(
    *,
    file: CourseFile,
    parent: Page,
    user: Any,
    wish: Wish,
    now: datetime,
    take: Any = None,
    fingerprint: str | None = None,
) -> CoursePlan:
    """Raises PlanChanged, CannotImport, and what `take` raises."""
    try:
        with storing(file=file) as names, transaction.atomic():
            if take:
                take()
            importer = _Importer(file, parent, user, wish, names)
            plan = importer.run()
            if fingerprint is not None and plan.fingerprint != fingerprint:
                raise PlanChanged
            if plan.errors:
                raise CannotImport(plan)
            record_audit(
                action="course.import",
                actor=user,
                at=now,
                subject=CoursePage(pk=plan.course_pk),
                details={
                    "created": len(plan.created),
                    "changed": len(plan.changed),
                    "put_live": len(plan.at_once) if wish.at_once else 0,
                },
            )
            return plan
    except IntegrityError as error:
        # Somebody made a page or a question of the same key or place at the same moment.
        raise PlanChanged from error


class _Importer:
    def __init__(self, file: CourseFile, parent: Page, user: Any, wish: Wish, names: Names) -> None:
        content, self.site_pages, notes = resolve_elsewhere(file.content)
        self.content = make_keys_new(content, seed=wish.seed) if wish.seed else content
        self.file, self.parent, self.user, self.wish, self.names = file, parent, user, wish, names
        title = str(content["course"]["fields"].get("title", ""))
        self.plan = CoursePlan(title=title, notes=notes, with_at_once=wish.at_once)
        self.cleaner = Cleaner()
        self.pages: dict[str, Page] = {}
        self.questions: dict[str, Question] = {}
        self.media: dict[str, int] = {}

    def run(self) -> CoursePlan:
        """Within a transaction."""
        self.plan.errors += list_key_problems(self.content)
        if not self.plan.errors and self.find_pages() and self.may_do_it():
            self.read_what_is_here()
            self.bring_media()
            self.bring_pages()
            self.bring_questions()
            self.bring_quizzes()
            self.bring_additions()
            self.add_notes()
        return self.plan

    @property
    def inward(self) -> Inward:
        pages = {key: page.pk for key, page in self.pages.items()}
        return Inward(self.media, pages | self.site_pages)

    @contextmanager
    def refusing(self, place: str) -> Iterator[None]:
        try:
            yield
        except Refused as refusal:
            self.plan.errors += [f"{place}: {text}" for text in refusal.problems]

    def find_pages(self) -> bool:
        """Those of the same keys here, each where it belongs."""
        told = {each["key"]: ModulePage for each in self.content["modules"]}
        key = self.content["course"]["key"]
        rows = Page.objects.filter(translation_key__in=[key, *told], locale=self.parent.locale)
        # What is compared now is what will be written over.
        here = {str(row.translation_key): row for row in rows.select_for_update(of=("self",))}
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
        if self.user is None:
            return True
        rights = [f"lms_training.{verb}_{name}" for verb in ("add", "change")
                  for name in ("question", "quiz")]  # fmt: skip
        if not self.user.has_perms(rights):
            self.plan.errors.append(_("You may not make questions and quizzes."))
        if self.course is None and not (
            CoursePage.can_create_at(self.parent)
            and self.parent.permissions_for_user(self.user).can_add_subpage()
        ):
            self.plan.errors.append(
                _("You may not make a course beneath “%(page)s”.") % {"page": self.parent}
            )
        return not self.plan.errors

    def read_what_is_here(self) -> None:
        self.reader = Reader(self.course)
        quizzes = find_quizzes(self.here.values())
        self.quizzes_here = quizzes
        keys = {each["key"] for each in self.content["questions"]}
        keys |= {part for each in self.content["questions"] for part in each["parts"]}
        for module in self.content["modules"]:
            keys |= set(module["quiz"]["questions"] if module["quiz"] else ())
        rows = find_questions(keys=keys)
        self.asking = find_quizzes_asking(question_pks=[row.pk for row in rows.values()])
        self.rows = rows
        self.questions = dict(rows)

    def bring_media(self) -> None:
        found = find_media(file=self.file)
        for medium in self.file.content["media"]:
            key = key_medium(medium)
            kind, row = str(medium["kind"]), found.get(key)
            label = _("image") if kind == "image" else _("document")
            if row is not None:
                self.plan.unchanged.append(Entry(label, row.title))
                self.media[key] = row.pk
                continue
            self.plan.created.append(Entry(label, medium["title"]))
            if key not in self.names:
                # It was here when the bytes were stored, and is not any more.
                self.plan.errors.append(_("Files were changed meanwhile. Please look again."))
                continue
            row = self.make_medium(medium, self.names[key])
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
        for row, model in told:
            place = str(row["fields"].get("title", ""))[:80]
            with self.refusing(str(model._meta.verbose_name)):
                fields = clean_fields(
                    model=model, fields=row["fields"], place=place, cleaner=self.cleaner
                )
                page = self.course if model is CoursePage else self.here.get(row["key"])
                self.pages[row["key"]] = page or self.add_page(row, model, fields)
                cleaned[row["key"]] = fields
        if self.plan.errors:
            return
        for row, model in told:
            with self.refusing(str(model._meta.verbose_name)):
                self.bring_page(row, model, cleaned[row["key"]])

    def add_page(self, row: dict[str, Any], model: Any, fields: Mapping[str, Any]) -> Any:
        title = fields["title"]
        if not isinstance(title, str) or not 0 < len(title) <= 255 or not title.strip():
            raise Refused([_("The title is missing or too long.")])
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
        log(instance=page, action="wagtail.create", user=self.user, content_changed=True)
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
        before = {} if is_new else self.reader.read_page(page)["fields"]
        if before and is_same(before, fields):
            self.plan.unchanged.append(Entry(kind, title))
            return
        # Made before its modules were, it does not know of them; saving it would forget them.
        latest = model.objects.get(pk=page.pk) if is_new else page.get_latest_revision_as_object()
        if not is_new:
            self.check_page(page)
            self.plan.before.append(before)
        fill_page(page=latest, fields=fields, inward=self.inward, place=title)
        try:
            latest.clean()
        except ValidationError as error:
            raise Refused(list(error.messages)) from error
        if is_new:
            latest.save(clean=False)
            self.plan.created.append(Entry(kind, title))
        else:
            changes = describe_differences(model=model, before=before, after=fields)
            self.plan.changed.append(Entry(kind, title, tuple(changes)))
        latest.save_revision(user=self.user, log_action=not is_new, clean=False)

    def check_page(self, page: Any) -> None:
        if self.user is not None:
            if not page.permissions_for_user(self.user).can_edit():
                raise Refused([_("You may not change “%(page)s”.") % {"page": page}])
            lock = page.get_lock()
            if lock and lock.for_user(self.user):
                raise Refused([_("“%(page)s” is locked.") % {"page": page}])
        if page.has_unpublished_changes and page.live:
            self.plan.notes.append(
                _(
                    "“%(page)s” has changes that are not published: what is imported lies above "
                    "them."
                )
                % {"page": page}
            )

    def bring_questions(self) -> None:
        # The parts of a scenario before the scenario.
        for told in sorted(self.content["questions"], key=lambda each: bool(each["parts"])):
            with self.refusing(told["key"]):
                self.bring_question(told)

    def bring_question(self, told: dict[str, Any]) -> None:
        if not is_known_kind(told["kind"]):
            raise Refused([_("This kind of question is not available here.")])
        stream = Question._meta.get_field("stem")
        stem = clean_stream(
            stream=stream, raw=told["stem"], place=told["key"], cleaner=self.cleaner
        )
        told = told | {
            "stem": stem,
            "tags": sorted(set(told["tags"])),
            "parameters": find_parameters(kind=told["kind"], told=told["parameters"]),
        }
        kind, row = _("Question"), self.rows.get(told["key"])
        before = None
        if row is None:
            question = Question(key=told["key"])
        else:
            question = row.get_latest_revision_as_object()
            before = self.reader.read_question(question)
            if is_same(before, told):
                self.plan.unchanged.append(Entry(kind, told["key"]))
                return
            self.check_question(row, told)
            self.plan.before.append(before)
        modules = {key: page.pk for key, page in self.pages.items()}
        gaps = fill_question(
            question=question,
            told=told,
            inward=self.inward,
            modules=modules,
            parts=self.questions,
        )
        self.save_question(question, is_new=row is None)
        if before is None:
            self.plan.created.append(Entry(kind, told["key"], tuple(gaps)))
        else:
            changes = describe_differences(model=Question, before=before, after=told)
            self.plan.changed.append(Entry(kind, told["key"], (*changes, *gaps)))

    def check_question(self, row: Question, told: Mapping[str, Any]) -> None:
        if row.kind != told["kind"]:
            raise Refused([_("It exists here and is of another kind.")])
        own = {page.pk for page in self.pages.values()}
        is_own = row.passage_module_id in own or any(
            quiz.module_id in own for quiz in self.asking.get(row.pk, ())
        )
        if not is_own:
            raise Refused(
                [
                    _(
                        "A question of this key exists here and is not of this course. Import the "
                        "course as a new one, or give one of them another key."
                    )
                ]
            )
        lock = row.get_lock()
        if self.user is not None and lock and lock.for_user(self.user):
            raise Refused([_("“%(key)s” is locked.") % {"key": row.key}])

    def save_question(self, question: Question, *, is_new: bool) -> None:
        # A part that was made just now has its number only now.
        for part in question.parts.all():
            part.question = part.question
        if is_new:
            question.live, question.has_unpublished_changes = False, True
            question.save()
            log(instance=question, action="wagtail.create", user=self.user)
        question.save_revision(user=self.user, log_action=not is_new, clean=False)
        self.questions[question.key] = question

    def bring_quizzes(self) -> None:
        for row in self.content["modules"]:
            page = self.pages.get(row["key"])
            if page is not None and not self.plan.errors:
                with self.refusing(str(row["fields"]["title"])):
                    self.bring_quiz(row["quiz"], page)

    def bring_quiz(self, told: dict[str, Any] | None, module: Any) -> None:
        quiz = self.quizzes_here.get(module.pk)
        if told is None:
            if quiz is not None:
                self.plan.notes.append(
                    _("“%(quiz)s” is not in the file: it stays.") % {"quiz": quiz}
                )
            return
        told = told | {"rules": clean_rules(told["rules"])}
        entry = Entry(capfirst(str(Quiz._meta.verbose_name)), told["rules"]["title"])
        before = self.reader.read_quiz(quiz)
        if before is not None and is_same(before, told):
            self.plan.unchanged.append(entry)
            return
        if before is not None:
            changes = describe_differences(model=Quiz, before=before, after=told)
            entry = replace(entry, changes=tuple(changes))
            self.plan.before.append(before)
        if module.live or (quiz is not None and has_quiz_records(quiz=quiz)):
            self.plan.at_once.append(entry)
            if not self.wish.at_once:
                return
        else:
            (self.plan.changed if quiz else self.plan.created).append(entry)
        fill_quiz(quiz=quiz or Quiz(module_id=module.pk), told=told, questions=self.questions)

    def bring_additions(self) -> None:
        known = {each.name: each for each in course_additions}
        for name, rows in self.content["additions"].items():
            addition = known.get(name)
            if addition is None:
                self.plan.notes.append(
                    _("This site does not know what the file calls “%(name)s”: it is left out.")
                    % {"name": name[:40]}
                )
                continue
            try:
                names = addition.name_new(rows)
                self.plan.at_once += [Entry(capfirst(str(addition.title)), each) for each in names]
                if names and self.wish.at_once:
                    if not addition.may_save(self.user):
                        self.plan.errors.append(
                            _("You may not add these: %(names)s.") % {"names": addition.title}
                        )
                        continue
                    addition.save(rows)
            except (TypeError, ValidationError) as error:
                said = error.messages if isinstance(error, ValidationError) else [""]
                self.plan.errors += [f"{addition.title}: {text}" for text in said]

    def add_notes(self) -> None:
        told = [each["key"] for each in self.content["modules"]]
        if self.course is not None:
            rows = ModulePage.objects.child_of(self.course).order_by("path")
            own = [(str(row.translation_key), row) for row in rows]
            self.plan.notes += [
                _("“%(page)s” is not in the file: it stays.") % {"page": row}
                for key, row in own
                if key not in told
            ]
            if [key for key, _row in own if key in told] != [
                key for key in told if key in dict(own)
            ]:
                self.plan.notes.append(
                    _("The modules stand in another order here. They stay where they are.")
                )
        drawn = {draw["tag"] for each in self.content["modules"] if each["quiz"]
                 for draw in each["quiz"]["draws"]}  # fmt: skip
        tags = {tag for each in self.content["questions"] for tag in each["tags"]} | drawn
        own_pks = [page.pk for page in self.pages.values()]
        others = Quiz.objects.filter(draws__tag__name__in=tags).exclude(module__in=own_pks)
        self.plan.notes += [
            _("“%(quiz)s” draws questions by a tag of these: once published, it draws these, too.")
            % {"quiz": quiz}
            for quiz in others.distinct()
        ]
        if self.cleaner.removed:
            self.plan.notes.append(
                _("%(count)s texts hold what the editor does not keep; it is taken out.")
                % {"count": self.cleaner.removed}
            )
