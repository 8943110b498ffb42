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
    rule,
    run_state_machine_as_test,
)
from wagtail.signal_handlers import disable_reference_index_auto_update

from tests import factories
from training.domain import papers, quizzes, saving
from training.models import Attempt, ModuleCompletion, Quiz

from .oracle import Save, Sitting, Tab
from .r4_editor import LIMIT, PASS_MARK, Editor, World
from .specimens import BLANK, SPECIMENS

SEEDS = st.integers(min_value=0, max_value=2**31)
ACTS = [
    *("answer",) * 6,
    *("wait", "save_in_background", "save_by_button", "start", "submit") * 2,
    *("send_twice", "reach_the_deadline", "sweep", "arrive_late", "arrive_late"),
    *("publish_edit", "draft_edit", "publish", "turn_the_key", "turn_the_key"),
    *("unpublish", "take_away", "change_rules"),
]
counted: Counter[str] = Counter()


class Story(RuleBasedStateMachine):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = factories.NOW
        self.editor = Editor(self.world)
        self.sittings: list[Sitting] = []
        self.tabs: list[Tab] = []
        self.has_passed = False
        counted["interleavings"] += 1

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        self.editor.choose_a_few_questions(Random(seed))
        self.start(Random(seed))

    @rule(act=st.sampled_from(ACTS), seed=SEEDS)
    def happen(self, act: str, seed: int) -> None:
        """One rule for everything: Hypothesis switches rules off for whole stories, and one without
        an edit or without an answer proves nothing."""
        getattr(self if hasattr(self, act) else self.editor, act)(Random(seed))

    # What the learner does

    def wait(self, rng: Random) -> None:
        self.now += timedelta(seconds=rng.randint(0, 90))

    def reach_the_deadline(self, rng: Random) -> None:
        if sitting := self.open_sitting:
            around = timedelta(seconds=rng.choice([-1, 0, 1, 3600]))
            self.now = max(self.now, sitting.deadline + around)

    @property
    def open_sitting(self) -> Sitting | None:
        """The one that no one has closed: its time may be up."""
        return next((each for each in self.sittings if not each.is_closed), None)

    def is_over(self, sitting: Sitting) -> bool:
        return self.now >= sitting.deadline

    def start(self, rng: Random) -> None:
        """Or open the attempt in one more tab."""
        before = self.open_sitting
        if before and self.is_over(before):
            self.close(before)
            before = None
        sure, pool = self.editor.asked_now()
        surely_graded = sure - {"doubtful"} or pool
        quiz = Quiz.objects.get(pk=self.world.quiz.pk)
        try:
            attempt = quizzes.start_attempt(
                enrolment=self.world.enrolment, quiz=quiz, now=self.now, rng=rng
            )
        except papers.QuizNotReady:
            assert not before
            assert not surely_graded, "a quiz with questions was refused"
            return
        sitting = before or self.see_new_paper(attempt.pk, sure, pool)
        assert attempt.pk == sitting.pk
        self.load(sitting, has_script=rng.random() < 0.7)

    def see_new_paper(self, pk: int, sure: set[str], pool: set[str]) -> Sitting:
        assert all(each.pk != pk for each in self.sittings)
        items = papers.show_items(paper=Attempt.objects.get(pk=pk).paper, answers={})
        asked = [item.question for item in items]
        assert len(set(asked)) == len(asked)
        assert sure <= set(asked), "a published question was not asked"
        assert set(asked) - sure <= pool, "a question was asked that should not be"
        assert len(set(asked) - sure) == min(self.editor.draws, len(pool))
        for item in items:
            facts = self.editor.facts[item.question]
            assert f"<p>{facts.stem}</p>" in item.stem
            texts = {choice["text"] for choice in item.shown.get("choices", [])}
            assert texts in (set(), set(facts.texts))
        sitting = Sitting(
            pk=pk,
            shown={key: self.editor.facts[key] for key in asked},
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
        saved = saving.read_saved_answers(attempt=attempt)
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

    def answer(self, rng: Random) -> None:
        if not self.tabs:
            return
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

    def save_in_background(self, rng: Random) -> None:
        """The oldest first. A reply may be lost: then the same save is sent again later."""
        if tabs := [tab for tab in self.tabs[-4:] if tab.unsent]:
            self.send(rng.choice(tabs), is_heard=rng.random() < 0.7)

    def arrive_late(self, rng: Random) -> None:
        """Two tabs answer one question, and what was given first arrives last."""
        tabs = [tab for tab in self.tabs if tab.has_script and not tab.sitting.is_closed]
        if len(tabs) < 2:
            return
        first, second = rng.sample(tabs, 2)
        key = rng.choice(sorted(first.sitting.shown))
        facts = first.sitting.shown[key]
        for tab in (first, second):
            words = SPECIMENS[facts.kind].pick(facts, rng)
            if words is not BLANK:
                tab.controls[key] = words
                tab.unsent = [*tab.unsent, Save(key, words, self.now)]
                self.now += timedelta(seconds=2)
        for tab in (second, first):
            while tab.unsent:
                self.send(tab, is_heard=True)

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
        sender = saving.Sender(
            client=tab.client, seen=tab.seen, number=save.number, age=self.now - save.at
        )
        counted["saves"] += 1
        try:
            saved = saving.save_answers(
                attempt_id=sitting.pk,
                answers=self.form(tab, {save.question: save.words}),
                now=self.now,
                sender=sender,
            )
        except saving.AlreadySubmitted:
            assert sitting.is_closed
            return False
        except saving.TimeIsUp:
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

    def send_twice(self, rng: Random) -> None:
        """A network that delivers again what it delivered long ago."""
        tabs = [tab for tab in self.tabs[-4:] if tab.sent]
        if not tabs:
            return
        tab = rng.choice(tabs)
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

    def save_by_button(self, rng: Random) -> None:
        """The tab stays as it is: the back button leads to it again."""
        if not self.tabs:
            return
        tab = self.some_tab(rng)
        sitting = tab.sitting
        answers = self.posted(tab, self.on_page(tab, rng))
        try:
            saved = saving.save_answers(
                attempt_id=sitting.pk,
                answers=self.form(tab, answers),
                now=self.now,
                sender=saving.Sender(client=tab.client, seen=tab.seen),
            )
        except saving.AlreadySubmitted:
            assert sitting.is_closed
        except saving.TimeIsUp:
            assert not sitting.is_closed
            assert self.is_over(sitting)
            quizzes.close_expired(attempt_id=sitting.pk, now=self.now)
            self.close(sitting)
        else:
            assert not self.is_over(sitting)
            self.take_post(tab, answers)
            self.check_saved(sitting, saved.answers)

    def submit(self, rng: Random) -> None:
        if not self.tabs:
            return
        is_final = rng.random() < 0.5
        tab = self.some_tab(rng)
        sitting = tab.sitting
        answers = self.posted(tab, self.on_page(tab, rng))
        was_over = self.is_over(sitting)
        try:
            quizzes.submit_attempt(
                attempt_id=sitting.pk,
                answers=self.form(tab, answers),
                now=self.now,
                sender=saving.Sender(client=tab.client, seen=tab.seen),
                is_final=is_final,
            )
        except saving.AlreadySubmitted:
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

    def sweep(self, rng: Random) -> None:
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
