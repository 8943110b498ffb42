"""The quiz of the drill R4, and everything that an editor may do to it."""

from datetime import timedelta
from random import Random

from tests import factories
from training.models import Question, Quiz, QuizDraw, QuizQuestion

from . import specimens
from .specimens import Facts

PASS_MARK, LIMIT = 60, timedelta(minutes=30)
TAGGED = ("drawn-1", "drawn-2", "drawn-3")


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


class Editor:
    """What stands in the quiz, in words: as it is published now, and as it stands in a draft."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.facts = dict(world.facts)
        self.drafts: dict[str, Facts] = {}
        self.live = {*world.facts, "case"}
        self.fixed = list(world.fixed)
        self.versions = 1
        self.draws = 2

    def choose_a_few_questions(self, rng: Random) -> None:
        gone = [key for key in self.fixed if rng.random() > 0.2]
        self.fixed = [key for key in self.fixed if key not in gone]
        self.take_from_quiz(gone)

    def asked_now(self) -> tuple[set[str], set[str]]:
        """What the quiz surely asks, and what it may draw."""
        sure = {key for key in self.fixed if key in self.live and key != "case"}
        if "case" in self.fixed and "case" in self.live:
            sure |= {key for key in ("part-1", "part-2") if key in self.live}
        pool = {key for key in TAGGED if key in self.live and key in self.facts}
        return sure, pool - set(self.fixed)

    def take_from_quiz(self, keys: list[str]) -> None:
        QuizQuestion.objects.filter(quiz=self.world.quiz, question__key__in=keys).delete()

    def some_question(self, rng: Random) -> str:
        asked = [key for key in self.fixed if key in self.facts] + list(TAGGED[:1])
        return rng.choice(asked)

    def publish_edit(self, rng: Random) -> None:
        self.edit_question(rng, publishes=True)

    def draft_edit(self, rng: Random) -> None:
        self.edit_question(rng, publishes=False)

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
        self.draws = rng.randint(1, 3)
        QuizDraw.objects.filter(quiz=self.world.quiz).update(count=self.draws)
        # Promised otherwise when the learner enrolled: neither may count.
        Quiz.objects.filter(pk=self.world.quiz.pk).update(
            pass_mark=rng.randint(1, 100),
            time_limit_minutes=rng.choice([1, None]),
            shuffle_questions=rng.random() < 0.5,
            shuffle_choices=rng.random() < 0.5,
            one_per_page=rng.random() < 0.5,
        )
