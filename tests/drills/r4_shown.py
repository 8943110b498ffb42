"""R4: graded on what was shown. Everything that may happen to a quiz, in any order."""

import traceback
from collections import Counter
from datetime import timedelta
from random import Random

from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from wagtail.signal_handlers import disable_reference_index_auto_update

from tests import factories
from training.domain import papers, quizzes
from training.models import Attempt, ModuleCompletion, Question, Quiz, QuizDraw, QuizQuestion

from . import specimens
from .oracle import Save, Sitting, Tab
from .specimens import BLANK, SPECIMENS, Facts

PASS_MARK, LIMIT = 60, timedelta(minutes=30)
TAGGED = ("drawn-1", "drawn-2", "drawn-3")
SEEDS = st.integers(min_value=0, max_value=2**31)
counted: Counter[str] = Counter()


class World:
    """One learner and one quiz with every kind of question, made once. Each story is undone."""

    def __init__(self) -> None:
        rng = Random(1)
        self.facts: dict[str, Facts] = {}
        made = []
        for kind in specimens.registered_specimens():
            for number in (1, 2):
                made.append(self.make(f"{kind}-{number}".replace("_", "-"), kind, rng))
        made.append(self.make("doubtful", "true_false", rng, certainty="unconfirmed"))
        parts = [self.make(f"part-{n}", "single_choice", rng) for n in (1, 2)]
        self.scenario = specimens.make_scenario(key="case", parts=parts)
        made.append(self.scenario)
        for key in TAGGED:
            self.make(key, "true_false", rng).tags.add("制度")
        for question in Question.objects.filter(key__in=TAGGED):
            question.tags.add("制度")
            question.save()
        course = factories.make_course(modules=0, slug="drill")
        module = factories.ModulePageFactory(parent=course)
        self.quiz = factories.make_quiz(
            module=module,
            questions=made,
            pass_mark=PASS_MARK,
            time_limit_minutes=LIMIT.seconds // 60,
        )
        tag = Question.objects.get(key=TAGGED[0]).tags.get()
        self.draw = QuizDraw.objects.create(quiz=self.quiz, tag=tag, count=2)
        self.fixed = [question.key for question in made]
        self.enrolment = factories.make_enrolment(course=course)

    def make(self, key: str, kind: str, rng: Random, **fields: str) -> Question:
        self.facts[key] = specimens.invent(kind=kind, stem=f"{key} 第1版", rng=rng)
        return specimens.make(key=key, facts=self.facts[key], **fields)


class Story(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = factories.NOW
        # As it is published now; and as it stands in a draft.
        self.facts = dict(self.world.facts)
        self.drafts: dict[str, Facts] = {}
        self.live = {*self.world.facts, "case"}
        self.fixed = list(self.world.fixed)
        self.versions = 1
        self.draws = 2
        self.is_shuffled = False
        self.sittings: list[Sitting] = []
        self.tabs: list[Tab] = []
        self.has_passed = False
        counted["interleavings"] += 1

    # What the editor does

    @initialize(seed=SEEDS)
    def choose_a_few_questions(self, seed: int) -> None:
        self.fixed = [key for key in self.world.fixed if Random(f"{seed}{key}").random() < 0.2]
        gone = [key for key in self.world.fixed if key not in self.fixed]
        self.take_from_quiz(gone)
        self.start(has_script=bool(seed % 2))

    @rule(
        seed=SEEDS,
        # Drawn in one rule, so that learners get their share of the steps.
        act=st.sampled_from(
            ["edit", "draft", "turn_the_key", "publish", "unpublish", "take_away", "change_rules"]
        ),
    )
    def edit(self, seed: int, act: str) -> None:
        rng = Random(seed)
        if act in ("edit", "draft"):
            self.edit_question(rng, publishes=act == "edit")
        else:
            getattr(self, act)(rng)

    def take_from_quiz(self, keys: list[str]) -> None:
        QuizQuestion.objects.filter(quiz=self.world.quiz, question__key__in=keys).delete()

    def some_question(self, rng: Random) -> str:
        asked = [key for key in self.fixed if key in self.facts] + list(TAGGED[:1])
        return rng.choice(asked)

    def edit_question(self, rng: Random, *, publishes: bool) -> None:
        key = self.some_question(rng)
        self.versions += 1
        old = self.facts[key]
        stem = old.stem if rng.random() < 0.5 else f"{key} 第{self.versions}版"
        facts = specimens.invent(kind=old.kind, stem=stem, rng=rng)
        question = Question.objects.get(key=key).get_latest_revision_as_object()
        specimens.write(question, facts)
        revision = question.save_revision()
        self.drafts[key] = facts
        if publishes:
            revision.publish()
            self.become_published(key)

    def become_published(self, key: str) -> None:
        self.live.add(key)
        self.facts[key] = self.drafts.pop(key, self.facts.get(key))

    def turn_the_key(self, rng: Random) -> None:
        """Behind Wagtail's back: the same texts, another right answer."""
        key = self.some_question(rng)
        if self.facts[key].kind not in ("single_choice", "true_false"):
            return
        old = self.facts[key]
        question = Question.objects.get(key=key)
        facts = Facts(kind=old.kind, stem=old.stem, texts=old.texts)
        if old.kind == "true_false":
            facts.right = not old.right
            Question.objects.filter(key=key).update(parameters={"statement_is_true": facts.right})
        else:
            facts.right = {rng.choice(old.texts)}
            question.choices.update(is_right=False)
            question.choices.filter(text__in=facts.right).update(is_right=True)
        self.facts[key] = facts

    def publish(self, rng: Random) -> None:
        if self.drafts:
            key = rng.choice(sorted(self.drafts))
            Question.objects.get(key=key).get_latest_revision().publish()
            self.become_published(key)

    def unpublish(self, rng: Random) -> None:
        key = "case" if rng.random() < 0.2 else self.some_question(rng)
        if key and (question := Question.objects.filter(key=key).first()):
            question.unpublish()
            self.live.discard(key)

    def take_away(self, rng: Random) -> None:
        if not self.fixed:
            return
        key = rng.choice(self.fixed)
        self.fixed.remove(key)
        self.take_from_quiz([key])
        if rng.random() < 0.5 and key != "case":
            Question.objects.get(key=key).delete()
            self.facts.pop(key)
            self.drafts.pop(key, None)
            self.live.discard(key)

    def change_rules(self, rng: Random) -> None:
        self.draws, self.is_shuffled = rng.randint(1, 3), rng.random() < 0.5
        QuizDraw.objects.filter(quiz=self.world.quiz).update(count=self.draws)
        # Promised otherwise when the learner enrolled: neither may count.
        Quiz.objects.filter(pk=self.world.quiz.pk).update(
            pass_mark=rng.randint(1, 100),
            time_limit_minutes=rng.choice([1, None]),
            shuffle_questions=self.is_shuffled,
            shuffle_choices=rng.random() < 0.5,
            one_per_page=rng.random() < 0.5,
        )

    # What the learner does

    @rule(seconds=st.integers(min_value=0, max_value=90))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.open_sitting)
    @rule(around=st.sampled_from([-1, 0, 1, 3600]))
    def reach_the_deadline(self, around: int) -> None:
        self.now = max(self.now, self.open_sitting.deadline + timedelta(seconds=around))

    @property
    def open_sitting(self) -> Sitting | None:
        """The one that no one has closed: its time may be up."""
        return next((each for each in self.sittings if not each.is_closed), None)

    def is_over(self, sitting: Sitting) -> bool:
        return self.now >= sitting.deadline

    def asked_now(self) -> tuple[set[str], set[str]]:
        """What the quiz surely asks, and what it may draw."""
        sure = {key for key in self.fixed if key in self.live and key != "case"}
        if "case" in self.fixed and "case" in self.live:
            sure |= {key for key in ("part-1", "part-2") if key in self.live}
        pool = {key for key in TAGGED if key in self.live and key in self.facts}
        return sure, pool - set(self.fixed)

    @rule(has_script=st.booleans())
    def start(self, has_script: bool) -> None:
        """Or open the attempt in one more tab."""
        before = self.open_sitting
        if before and self.is_over(before):
            self.close(before)
            before = None
        sure, pool = self.asked_now()
        surely_graded = sure - {"doubtful"} or pool
        quiz = Quiz.objects.get(pk=self.world.quiz.pk)
        try:
            attempt = quizzes.start_attempt(
                enrolment=self.world.enrolment, quiz=quiz, now=self.now, rng=Random(self.versions)
            )
        except papers.QuizNotReady:
            assert not before
            assert not surely_graded, "a quiz with questions was refused"
            return
        sitting = before or self.see_new_paper(attempt.pk, sure, pool)
        assert attempt.pk == sitting.pk
        self.load(sitting, has_script=has_script)

    def see_new_paper(self, pk: int, sure: set[str], pool: set[str]) -> Sitting:
        assert all(each.pk != pk for each in self.sittings)
        items = papers.show_items(paper=Attempt.objects.get(pk=pk).paper, answers={})
        asked = [item.question for item in items]
        assert len(set(asked)) == len(asked)
        assert sure <= set(asked), "a published question was not asked"
        assert set(asked) - sure <= pool, "a question was asked that should not be"
        assert len(set(asked) - sure) == min(self.draws, len(pool))
        for item in items:
            facts = self.facts[item.question]
            assert f"<p>{facts.stem}</p>" in item.stem
            texts = {choice["text"] for choice in item.shown.get("choices", [])}
            assert texts in (set(), set(facts.texts))
        sitting = Sitting(
            pk=pk,
            shown={key: self.facts[key] for key in asked},
            graded={item.question for item in items if item.graded},
            pass_mark=PASS_MARK,
            deadline=self.now + LIMIT,
        )
        assert sitting.graded == set(asked) - {"doubtful"}
        self.sittings.append(sitting)
        counted["attempts"] += 1
        return sitting

    def load(self, sitting: Sitting, *, has_script: bool) -> None:
        attempt = Attempt.objects.get(pk=sitting.pk)
        saved = quizzes.read_saved_answers(attempt=attempt)
        tab = Tab(
            sitting=sitting,
            client=f"tab-{len(self.tabs)}",
            seen=saved.sequence,
            has_script=has_script,
            controls=sitting.last(),
        )
        self.tabs.append(tab)
        self.check_saved(sitting, saved.answers)

    def form(self, tab: Tab, answers: dict) -> dict:
        """The answers as a form posts them, read as the view reads it."""
        data = QueryDict(mutable=True)
        paper = Attempt.objects.get(pk=tab.sitting.pk).paper
        for item in papers.show_items(paper=paper, answers={}):
            if item.question in answers:
                specimen = SPECIMENS[tab.sitting.shown[item.question].kind]
                data.appendlist("shown", str(item.number))
                words = answers[item.question]
                for name, value in specimen.post(words, item.field, item.shown):
                    data.appendlist(name, value)
        return papers.read_answers(paper=paper, data=data)

    def check_saved(self, sitting: Sitting, answers: dict) -> None:
        tab = Tab(sitting=sitting, client="", seen=0, has_script=False, controls={})
        wanted = self.form(tab, sitting.last())
        filled = {key for key, words in sitting.last().items() if words is not BLANK}
        for key in filled:
            assert answers.get(key) == wanted[key], f"{key}: another answer counts"
        for key in answers.keys() - filled:
            assert papers.is_blank(answers[key]), f"{key}: an answer that was taken back counts"

    def some_tab(self, rng: Random) -> Tab:
        return rng.choice(self.tabs[-4:])

    @precondition(lambda self: self.tabs)
    @rule(seed=SEEDS)
    def answer(self, seed: int) -> None:
        rng = Random(seed)
        tab = self.some_tab(rng)
        for key in rng.sample(sorted(tab.sitting.shown), min(2, len(tab.sitting.shown))):
            facts = tab.sitting.shown[key]
            words = SPECIMENS[facts.kind].pick(facts, rng)
            if words is BLANK and facts.kind in ("single_choice", "true_false", "image_choice"):
                continue  # no browser unticks a radio button
            tab.controls[key] = words
            if tab.has_script:
                kept = [each for each in tab.unsent if each.question != key or each.number]
                tab.unsent = [*kept, Save(key, words, self.now)]
        if tab.unsent and rng.random() < 0.5:
            self.send(tab, is_heard=rng.random() < 0.8)

    @precondition(lambda self: any(tab.unsent for tab in self.tabs[-4:]))
    @rule(seed=SEEDS, is_heard=st.booleans())
    def save_in_background(self, seed: int, is_heard: bool) -> None:
        """The oldest first. A reply may be lost: then the same save is sent again later."""
        tab = Random(seed).choice([tab for tab in self.tabs[-4:] if tab.unsent])
        self.send(tab, is_heard=is_heard)

    def send(self, tab: Tab, *, is_heard: bool) -> None:
        save = tab.unsent[0]
        if not save.number:
            tab.number += 1
            save.number = tab.number
        if not self.deliver(tab, save):
            tab.unsent = []
        elif is_heard:
            tab.unsent = tab.unsent[1:]
            tab.sent.append(save)

    def deliver(self, tab: Tab, save: Save) -> bool:
        """Whether it was taken. The tab hears no `seen` of a shared attempt, as in attempt.js."""
        sitting = tab.sitting
        sender = quizzes.Sender(
            client=tab.client, seen=tab.seen, number=save.number, age=self.now - save.at
        )
        counted["saves"] += 1
        try:
            saved = quizzes.save_answers(
                attempt_id=sitting.pk,
                answers=self.form(tab, {save.question: save.words}),
                now=self.now,
                sender=sender,
            )
        except quizzes.AlreadySubmitted:
            assert sitting.is_closed
            return False
        except quizzes.TimeIsUp:
            assert not sitting.is_closed
            assert self.is_over(sitting)
            return False
        assert not sitting.is_closed
        assert not self.is_over(sitting)
        if not save.has_arrived:
            save.has_arrived = True
            sitting.give(save.question, save.words, save.at)
        tab.known[save.question] = save.words
        if not saved.is_shared:
            tab.seen = saved.sequence
        self.check_saved(sitting, saved.answers)
        return True

    @precondition(lambda self: any(tab.sent for tab in self.tabs[-4:]))
    @rule(seed=SEEDS)
    def send_twice(self, seed: int) -> None:
        """A network that delivers again what it delivered long ago."""
        rng = Random(seed)
        tab = rng.choice([tab for tab in self.tabs[-4:] if tab.sent])
        known, seen = dict(tab.known), tab.seen
        self.deliver(tab, rng.choice(tab.sent))
        tab.known, tab.seen = known, seen

    def on_page(self, tab: Tab, rng: Random) -> list[str]:
        """All questions, or one where the quiz shows one a page."""
        asked = sorted(tab.sitting.shown)
        return asked if rng.random() < 0.7 else [rng.choice(asked)]

    def posted(self, tab: Tab, keys: list[str]) -> dict:
        """What the form of a tab posts; a page with a script sends its saves first."""
        while tab.unsent:
            self.send(tab, is_heard=True)
        return {key: tab.controls.get(key, BLANK) for key in keys}

    def take_post(self, tab: Tab, answers: dict) -> None:
        for key, words in answers.items():
            if words != tab.known.get(key, BLANK):
                tab.sitting.give(key, words, self.now)
                tab.known[key] = words

    @precondition(lambda self: self.tabs)
    @rule(seed=SEEDS)
    def save_by_button(self, seed: int) -> None:
        """The tab stays as it is: the back button leads to it again."""
        rng = Random(seed)
        tab = self.some_tab(rng)
        sitting = tab.sitting
        answers = self.posted(tab, self.on_page(tab, rng))
        try:
            saved = quizzes.save_answers(
                attempt_id=sitting.pk,
                answers=self.form(tab, answers),
                now=self.now,
                sender=quizzes.Sender(client=tab.client, seen=tab.seen),
            )
        except quizzes.AlreadySubmitted:
            assert sitting.is_closed
        except quizzes.TimeIsUp:
            assert not sitting.is_closed
            assert self.is_over(sitting)
            quizzes.close_expired(attempt_id=sitting.pk, now=self.now)
            self.close(sitting)
        else:
            assert not self.is_over(sitting)
            self.take_post(tab, answers)
            self.check_saved(sitting, saved.answers)

    @precondition(lambda self: self.tabs)
    @rule(seed=SEEDS, is_final=st.booleans())
    def submit(self, seed: int, is_final: bool) -> None:
        rng = Random(seed)
        tab = self.some_tab(rng)
        sitting = tab.sitting
        answers = self.posted(tab, self.on_page(tab, rng))
        was_over = self.is_over(sitting)
        try:
            quizzes.submit_attempt(
                attempt_id=sitting.pk,
                answers=self.form(tab, answers),
                now=self.now,
                sender=quizzes.Sender(client=tab.client, seen=tab.seen),
                is_final=is_final,
            )
        except quizzes.AlreadySubmitted:
            assert sitting.is_closed
        except quizzes.ChangedElsewhere:
            assert not was_over
            self.take_post(tab, answers)
            last = sitting.last()
            assert any(last.get(key, BLANK) != answers[key] for key in answers)
        except quizzes.NeedsAttention:
            assert not was_over
            assert not is_final
            self.take_post(tab, answers)
        else:
            assert not sitting.is_closed
            if not was_over:
                self.take_post(tab, answers)
            self.close(sitting)

    @rule()
    def sweep(self) -> None:
        sitting = self.open_sitting
        is_due = bool(sitting and self.is_over(sitting))
        assert quizzes.close_all_expired(now=self.now) == is_due
        if is_due:
            self.close(sitting)

    # What must come of it

    def close(self, sitting: Sitting) -> None:
        sitting.is_closed = True
        self.has_passed |= sitting.percent() >= sitting.pass_mark
        counted["submitted"] += 1

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def settle(self) -> None:
        sitting = self.open_sitting
        if sitting:
            quizzes.submit_attempt(attempt_id=sitting.pk, answers={}, now=self.now)
            self.close(sitting)
        rows = Attempt.objects.in_bulk()
        assert rows.keys() == {each.pk for each in self.sittings}
        for each in self.sittings:
            attempt, percent = rows[each.pk], each.percent()
            off = abs(float(attempt.score) - float(percent))
            assert off < 0.001, f"{attempt.score} given, {float(percent)} earned"
            assert attempt.passed == (percent >= each.pass_mark)
            assert attempt.graded_items.count() == len(each.shown)
        assert ModuleCompletion.objects.count() == self.has_passed


def run(*, long: bool) -> dict:
    counted.clear()
    differences = 0
    # Wagtail's index of links between pages takes half the time and has no part in this.
    with transaction.atomic(), disable_reference_index_auto_update():
        Story.world = World()
        rules = settings(
            max_examples=10_000 if long else 300,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(Story, settings=rules)
        except Exception:
            traceback.print_exc()
            differences = 1
        transaction.set_rollback(True)
    return {**counted, "differences": differences}
