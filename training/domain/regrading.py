"""Re-grading after a mended key (rule R3): an explicit act with a report before and after.

The papers of submitted attempts get the key of the *published* question, for the choices that they
showed. The former key stays in the item: "former_keys": [{"key": …, "until": ISO time}, …]. Whether
an item counts, and all that was shown, stays as it was. A completion is never taken away (rule R2).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from training.kinds import get_kind
from training.kinds.base import index_choices
from training.models import Attempt, GradedItem, Question

from .audit import record_audit
from .completion import complete_module, lock_enrolment
from .papers import (
    BLOCK_KEY,
    Answers,
    Paper,
    freeze_item,
    load_for_asking,
    read_module_id,
)
from .records import find_open_attempts
from .results import Grade, grade_paper, keep_marks
from .saving import pick_latest, read_saved_answers

CHUNK = 200
# Renewed along with the key: the old words may defend the old answer.
REASONS = ("explanation", "passage", "source", "source_url")
THOUSANDTH = Decimal("0.001")


class CannotRegrade(Exception):
    """The question has no key to grade by; the message says why."""


class TooManyPapers(Exception):
    """More papers than the caller has time for; nothing was done."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class KeyChanged(Exception):
    """Another version was published since the dry run that the editor has read."""


@dataclass(frozen=True)
class Change:
    """What the mended key makes of one submitted attempt. Where the paper cannot be graded by it,
    `after` is `before`."""

    attempt_id: int
    learner: str
    quiz: str
    submitted_at: datetime
    before: Decimal
    after: Decimal
    passed_before: bool
    passed_after: bool

    @property
    def gains_pass(self) -> bool:
        return self.passed_after and not self.passed_before

    @property
    def loses_pass(self) -> bool:
        return self.passed_before and not self.passed_after


@dataclass
class Regrade:
    """A report: of a dry run what would happen, else what did. `papers` is the sum of `unchanged`,
    `gain_score`, `lose_score`, `kept` and `cannot`. `kept` were left as they were, because they
    would have lost their pass; `reworded` show the question or a choice in other words than now.
    The means and passes are over all `papers`."""

    at: datetime
    fingerprint: str
    papers: int = 0
    unchanged: int = 0
    gain_score: int = 0
    lose_score: int = 0
    reworded: int = 0
    gain_pass: list[Change] = field(default_factory=list)
    lose_pass: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)
    cannot: list[Change] = field(default_factory=list)
    open_mended: int = 0
    open_cannot: int = 0
    passed_before: int = 0
    passed_after: int = 0
    total_before: Decimal = Decimal(0)
    total_after: Decimal = Decimal(0)
    # Papers written to, those included whose explanation alone was renewed.
    written: int = 0

    @property
    def mean_before(self) -> Decimal | None:
        return self.total_before / self.papers if self.papers else None

    @property
    def mean_after(self) -> Decimal | None:
        return self.total_after / self.papers if self.papers else None

    def as_json(self) -> dict[str, Any]:
        mean_before, mean_after = self.mean_before, self.mean_after
        return {
            "papers": self.papers,
            "unchanged": self.unchanged,
            "gain_score": self.gain_score,
            "lose_score": self.lose_score,
            "gain_pass": [change.attempt_id for change in self.gain_pass],
            "lose_pass": [change.attempt_id for change in self.lose_pass],
            "kept": [change.attempt_id for change in self.kept],
            "cannot": len(self.cannot),
            "open_mended": self.open_mended,
            "open_cannot": self.open_cannot,
            "passed_before": self.passed_before,
            "passed_after": self.passed_after,
            "mean_before": None if mean_before is None else str(mean_before.quantize(THOUSANDTH)),
            "mean_after": None if mean_after is None else str(mean_after.quantize(THOUSANDTH)),
        }


@dataclass(frozen=True)
class _Verdict:
    """`paper` is the mended one, None where nothing is to be written; `grade` is None where the
    score stands."""

    paper: Paper | None = None
    grade: Grade | None = None
    is_reworded: bool = False
    cannot: bool = False


def _freeze(question: Question) -> dict[str, Any]:
    """The published question as a paper would hold it. Raises CannotRegrade."""
    # What is in memory may be a draft.
    question = load_for_asking(Question.objects.filter(pk=question.pk))[0]
    kind = get_kind(question.kind)
    if not question.live:
        raise CannotRegrade(
            _("Publish the question first: papers are graded by what is published.")
        )
    if kind.expand(question) != [question]:
        raise CannotRegrade(_("A scenario has no key of its own. Choose one of its questions."))
    if problems := kind.find_problems(question):
        raise CannotRegrade(" ".join(problems))
    # A constant order: a paper keeps its own.
    rng = Random(0)  # noqa: S311
    item = freeze_item(question=question, case="", rng=rng, shuffle_choices=False)
    # As it will come back from the database.
    return dict(json.loads(json.dumps(item)))


def _fingerprint(mended: dict[str, Any]) -> str:
    text = json.dumps(mended, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_reworded(item: dict[str, Any], mended: dict[str, Any]) -> bool:
    then, now = index_choices(item["shown"]), index_choices(mended["shown"])
    return BLOCK_KEY.sub("", item["stem"]) != mended["stem"] or any(
        then[key].get("text") != now[key].get("text") for key in then.keys() & now.keys()
    )


def _judge(*, paper: Paper, answers: Answers, mended: dict[str, Any], at: datetime) -> _Verdict:
    place, item = next(
        (place, item)
        for place, item in enumerate(paper["items"])
        if item["question"] == mended["question"]
    )
    key = None
    if item["kind"] == mended["kind"]:
        key = get_kind(item["kind"]).rekey(item["shown"], mended["shown"], mended["key"])
    if key is None:
        return _Verdict(cannot=True)
    reasons = {name: mended[name] for name in REASONS}
    is_reworded = _is_reworded(item, mended)
    if key == item["key"] and all(item.get(name) == reasons[name] for name in REASONS):
        return _Verdict(is_reworded=is_reworded)
    new = item | reasons | {"key": key}
    if key != item["key"]:
        former = {"key": item["key"], "until": at.isoformat()}
        new["former_keys"] = [*item.get("former_keys", []), former]
    items = [new if number == place else each for number, each in enumerate(paper["items"])]
    mended_paper = paper | {"items": items}
    grade = None
    if key != item["key"]:
        grade = grade_paper(paper=mended_paper, answers=answers)
    return _Verdict(paper=mended_paper, grade=grade, is_reworded=is_reworded)


def _describe(attempt: Attempt, verdict: _Verdict) -> Change:
    # A submitted attempt has all of them: attempt_submitted_with_score.
    assert attempt.submitted_at  # noqa: S101
    assert attempt.score is not None  # noqa: S101
    assert attempt.passed is not None  # noqa: S101
    grade = verdict.grade
    return Change(
        attempt_id=attempt.pk,
        learner=attempt.enrolment.learner.full_name,
        quiz=attempt.paper["title"],
        submitted_at=attempt.submitted_at,
        before=attempt.score,
        after=grade.score.quantize(THOUSANDTH) if grade else attempt.score,
        passed_before=attempt.passed,
        passed_after=grade.passed if grade else attempt.passed,
    )


def _add(report: Regrade, change: Change, verdict: _Verdict, *, is_kept: bool) -> None:
    report.papers += 1
    report.reworded += verdict.is_reworded
    report.passed_before += change.passed_before
    report.passed_after += change.passed_before if is_kept else change.passed_after
    report.total_before += change.before
    report.total_after += change.before if is_kept else change.after
    if verdict.cannot:
        report.cannot.append(change)
        return
    if is_kept:
        report.kept.append(change)
        return
    report.unchanged += change.after == change.before
    report.gain_score += change.after > change.before
    report.lose_score += change.after < change.before
    if change.gains_pass:
        report.gain_pass.append(change)
    if change.loses_pass:
        report.lose_pass.append(change)


def _list_submitted(key: str, *, most: int | None = None) -> list[int]:
    """Attempts whose paper holds the question. Raises TooManyPapers."""
    rows = GradedItem.objects.filter(question_key=key, attempt__submitted_at__isnull=False)
    pks = list(rows.order_by("attempt_id").values_list("attempt_id", flat=True))
    if most is not None and len(pks) > most:
        raise TooManyPapers(len(pks))
    return pks


def _read_attempts(pks: list[int]) -> Iterator[Attempt]:
    """With their responses; two statements a chunk."""
    for start in range(0, len(pks), CHUNK):
        chunk = Attempt.objects.filter(pk__in=pks[start : start + CHUNK]).order_by("pk")
        yield from chunk.select_related("enrolment__learner").prefetch_related("responses")


def plan_regrade(*, question: Question, now: datetime, most: int | None = None) -> Regrade:
    """What apply_regrade would do if passes could be lost. Writes nothing. Raises CannotRegrade,
    and TooManyPapers if more than `most` were handed in."""
    mended = _freeze(question)
    report = Regrade(at=now, fingerprint=_fingerprint(mended))
    for attempt in _read_attempts(_list_submitted(question.key, most=most)):
        answers = pick_latest(attempt.responses.all())
        verdict = _judge(paper=attempt.paper, answers=answers, mended=mended, at=now)
        report.written += verdict.paper is not None
        _add(report, _describe(attempt, verdict), verdict, is_kept=False)
    for attempt in Attempt.objects.filter(pk__in=find_open_attempts(key=question.key)):
        verdict = _judge(paper=attempt.paper, answers={}, mended=mended, at=now)
        report.open_mended += verdict.paper is not None
        report.open_cannot += verdict.cannot
    return report


def read_fingerprint(*, question: Question) -> str:
    """Of what papers would be graded by now. Raises CannotRegrade."""
    return _fingerprint(_freeze(question))


def apply_regrade(
    *,
    question: Question,
    fingerprint: str,
    allow_losing: bool,
    reason: str,
    user: Any,
    now: datetime,
    most: int | None = None,
) -> Regrade:
    """Mend papers and scores, attempt by attempt, each in a transaction of its own.

    An attempt that would lose its pass is left wholly as it is unless `allow_losing`. A run that
    was broken off is finished by another; where nothing is left to do, nothing is written. Reports
    what was done, which may differ from the plan: learners go on meanwhile. Raises CannotRegrade,
    TooManyPapers as `plan_regrade` does, and KeyChanged if `fingerprint` is not the plan's.
    """
    mended = _freeze(question)
    if _fingerprint(mended) != fingerprint:
        raise KeyChanged
    _list_submitted(question.key, most=most)
    report = Regrade(at=now, fingerprint=fingerprint)
    try:
        # First, so that what is handed in meanwhile is found among the submitted.
        for pk in find_open_attempts(key=question.key):
            _mend_open(pk, mended=mended, report=report)
        for attempt in _read_attempts(_list_submitted(question.key)):
            answers = pick_latest(attempt.responses.all())
            verdict = _judge(paper=attempt.paper, answers=answers, mended=mended, at=now)
            if verdict.paper is None:
                _add(report, _describe(attempt, verdict), verdict, is_kept=False)
            else:
                _mend(attempt, mended=mended, allow_losing=allow_losing, report=report)
    finally:
        if report.written or report.open_mended:
            # Of a run that was broken off, too: each attempt was a transaction of its own.
            with transaction.atomic():
                data = report.as_json() | {"allow_losing": allow_losing}
                log(instance=question, action="lms_training.regrade", user=user, data=data)
                record_audit(
                    action="question.regrade",
                    actor=user,
                    at=now,
                    subject=question,
                    reason=reason,
                    details=data,
                )
    return report


def _lock(attempt_id: int) -> Attempt:
    locked = Attempt.objects.select_for_update(of=("self",))
    return locked.select_related("quiz", "enrolment__learner").get(pk=attempt_id)


def _mend(found: Attempt, *, mended: dict[str, Any], allow_losing: bool, report: Regrade) -> None:
    with transaction.atomic():
        enrolment = lock_enrolment(enrolment_id=found.enrolment_id)
        attempt = _lock(found.pk)
        # Judged anew: another run may have been here.
        answers = read_saved_answers(attempt=attempt).answers
        verdict = _judge(paper=attempt.paper, answers=answers, mended=mended, at=report.at)
        change = _describe(attempt, verdict)
        is_kept = change.loses_pass and not allow_losing
        if verdict.paper is not None and not is_kept:
            attempt.paper = verdict.paper
            fields = ["paper"]
            if verdict.grade:
                attempt.score, attempt.passed = change.after, change.passed_after
                fields += ["score", "passed"]
                keep_marks(attempt=attempt, grade=verdict.grade)
            attempt.save(update_fields=fields)
            if change.gains_pass:
                module_id = read_module_id(attempt=attempt)
                complete_module(enrolment=enrolment, module_id=module_id, now=report.at)
    report.written += verdict.paper is not None and not is_kept
    _add(report, change, verdict, is_kept=is_kept)


def _mend_open(attempt_id: int, *, mended: dict[str, Any], report: Regrade) -> None:
    """So that it will be graded rightly. What the learner sees stays as it was."""
    enrolment_id = Attempt.objects.values_list("enrolment_id", flat=True).get(pk=attempt_id)
    with transaction.atomic():
        lock_enrolment(enrolment_id=enrolment_id)
        attempt = _lock(attempt_id)
        if attempt.submitted_at:
            return
        verdict = _judge(paper=attempt.paper, answers={}, mended=mended, at=report.at)
        if verdict.paper is not None:
            attempt.paper = verdict.paper
            attempt.save(update_fields=["paper"])
    report.open_mended += verdict.paper is not None
    report.open_cannot += verdict.cannot
