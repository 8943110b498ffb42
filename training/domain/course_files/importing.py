"""A course file brought into this site: rehearsed for the preview and, if the editor agrees, done
in one transaction. Pages and questions become drafts; what has no draft waits for a tick."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from training.domain.audit import record_audit
from training.domain.bank import has_quiz_records
from training.domain.exchange import PlanChanged, UploadGone, get_upload, store_upload
from training.exchange.course_files import CourseFile, read_course_in_child
from training.models import CoursePage, ImportUpload, ModulePage, Question, Quiz
from training.seams import CourseAddition, course_additions

from .differences import describe_differences
from .media import rehearse_names, storing
from .pages import PageImporter, Wish
from .plans import CoursePlan, Entry, is_same, read_stem
from .writing import (
    Refused,
    clean_quiz,
    clean_stream,
    fill_question,
    fill_quiz,
    find_parameters,
    is_known_kind,
)


class CannotImport(Exception):
    """`plan` has the errors."""

    def __init__(self, plan: CoursePlan) -> None:
        super().__init__("\n".join([*plan.errors, *plan.at_once_problems]))
        self.plan = plan


def keep_course_upload(*, user: Any, name: str, data: bytes, now: datetime) -> ImportUpload:
    """Raises Unreadable."""
    read_course_in_child(data)
    return store_upload(user=user, name=name, data=data, now=now)


def plan_course_import(*, file: CourseFile, parent: Page, user: Any, wish: Wish) -> CoursePlan:
    """Does it and takes it back, so that what is told is what will happen. Changes nothing. What
    would be seen at once is told whether or not it is wished."""
    with transaction.atomic():
        names = rehearse_names(file=file)
        importer = _Importer(file, parent, user, wish, names, is_rehearsal=True)
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
            importer = _Importer(file, parent, user, wish, names, is_rehearsal=False)
            plan = importer.run()
            if fingerprint is not None and plan.fingerprint != fingerprint:
                raise PlanChanged
            if plan.errors or (wish.at_once and plan.at_once_problems):
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


class _Importer(PageImporter):
    def run(self) -> CoursePlan:
        """Within a transaction."""
        self.plan.errors += self.key_problems
        if not self.plan.errors and self.find_pages() and self.may_do_it():
            self.read_what_is_here()
            self.bring_media()
            self.bring_pages()
            self.bring_questions()
            self.bring_quizzes()
            self.bring_additions()
            self.add_notes()
        return self.plan

    def bring_questions(self) -> None:
        # The parts of a scenario before the scenario.
        for told in sorted(self.content["questions"], key=lambda each: bool(each["parts"])):
            with self.refusing(self.question_names[told["key"]]):
                self.bring_question(told)

    def bring_question(self, told: dict[str, Any]) -> None:
        if not is_known_kind(told["kind"]):
            raise Refused([_("This kind of question is not available here.")])
        stream = Question._meta.get_field("stem")
        stem = clean_stream(stream=stream, raw=told["stem"], cleaner=self.cleaner)
        told = told | {
            "stem": stem,
            "tags": sorted(set(told["tags"])),
            "parameters": find_parameters(kind=told["kind"], told=told["parameters"]),
        }
        row = self.rows.get(told["key"])
        entry = Entry(_("Question"), read_stem(told), key=told["key"], instance=row)
        if row is None:
            question = Question(key=told["key"])
            gaps = self.write_question(question, told)
            self.save_question(question, is_new=True)
            self.plan.created.append(replace(entry, changes=tuple(gaps)))
            return
        before = self.reader.read_question(self.latest_questions[row.pk])
        if is_same(before, told):
            self.plan.unchanged.append(entry)
            return
        self.check_question(row, told)
        self.plan.before.append(before)
        question = row.get_latest_revision_as_object()
        gaps = self.write_question(question, told)
        changes = describe_differences(model=Question, before=before, after=told)
        self.plan.changed.append(replace(entry, changes=(*changes, *gaps)))
        if not self.is_rehearsal:
            self.save_question(question, is_new=False)

    def write_question(self, question: Question, told: Mapping[str, Any]) -> list[str]:
        pages = {key: page.pk for key, page in self.pages.items()}
        return fill_question(
            question=question,
            told=told,
            inward=self.inward,
            modules=self.modules_here | pages,
            parts=self.questions,
        )

    def check_question(self, row: Question, told: Mapping[str, Any]) -> None:
        if row.kind != told["kind"]:
            raise Refused([_("It exists here and is of another kind.")])
        own = {page.pk for page in self.pages.values()} | {*self.modules_here.values()}
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
        self.check_review(self.question_reviews.get(row.pk), row)
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
            title, page = str(row["fields"].get("title", "")), self.pages.get(row["key"])
            with self.refusing(title):
                told = row["quiz"] and clean_quiz(row["quiz"])
                # A quiz can be told only where all that it asks is there.
                if page is not None and not self.plan.errors:
                    self.bring_quiz(told, page)

    def bring_quiz(self, told: dict[str, Any] | None, module: Any) -> None:
        quiz = self.quizzes_here.get(module.pk)
        if told is None:
            if quiz is not None:
                self.plan.notes.append(
                    _("“%(quiz)s” is not in the file: it stays.") % {"quiz": quiz}
                )
            return
        kind, title = capfirst(str(Quiz._meta.verbose_name)), told["rules"]["title"]
        entry = Entry(kind, title, instance=quiz)
        before = self.reader.read_quiz(quiz)
        if before is not None and is_same(before, told):
            self.plan.unchanged.append(entry)
            return
        if before is not None:
            changes = describe_differences(model=Quiz, before=before, after=told)
            entry = replace(entry, changes=tuple(changes))
            self.plan.before.append(before)
        if not module.live and (quiz is None or not has_quiz_records(quiz=quiz)):
            (self.plan.changed if quiz else self.plan.created).append(entry)
            self.save_quiz(quiz, told, module)
            return
        self.plan.at_once.append(entry)
        with self.refusing(str(module), self.plan.at_once_problems):
            if self.is_rehearsal or self.wish.at_once:
                self.save_quiz(quiz, told, module)

    def save_quiz(self, quiz: Quiz | None, told: Mapping[str, Any], module: Any) -> None:
        self.check_rights(module)
        quiz = quiz or Quiz(module_id=module.pk)
        fill_quiz(quiz=quiz, told=told, questions=self.questions)
        if not self.is_rehearsal:
            quiz.save()

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
                self.bring_addition(addition, rows)
            except (TypeError, ValidationError) as error:
                said = error.messages if isinstance(error, ValidationError) else [""]
                self.plan.errors += [f"{addition.title}: {text}" for text in said]

    def bring_addition(self, addition: CourseAddition, rows: list[dict[str, Any]]) -> None:
        """Raises TypeError, ValidationError."""
        names = addition.name_new(rows)
        if names and not addition.may_save(self.user):
            self.plan.notes.append(
                _("You may not add these, so they are left out: %(kind)s (%(names)s).")
                % {"kind": addition.title, "names": ", ".join(names)}
            )
            return
        self.plan.at_once += [Entry(capfirst(str(addition.title)), each) for each in names]
        if names and self.wish.at_once and not self.is_rehearsal:
            addition.save(rows)

    def add_notes(self) -> None:
        for names, words in (
            (
                self.above_drafts,
                _(
                    "These have changes that are not published. What is imported lies above them; "
                    "the history keeps them: %(names)s"
                ),
            ),
            (
                self.above_sent_back,
                _(
                    "These were sent back by their approver. What is imported lies above what was "
                    "handed in; the history keeps it: %(names)s"
                ),
            ),
        ):
            if names:
                self.plan.notes.append(words % {"names": ", ".join(names)})
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
