"""Which questions come into a paper, and in which order."""

from random import Random

import pytest
from taggit.models import Tag

from tests import factories
from training.domain import papers
from training.domain.problems import find_question_problems, find_quiz_problems
from training.domain.rules import read_rules
from training.models import Question, QuizDraw, QuizQuestion, ScenarioPart

pytestmark = pytest.mark.django_db
TODAY = factories.NOW.date()


@pytest.fixture
def quiz():
    course = factories.make_course(modules=0)
    module = factories.ModulePageFactory(parent=course)
    return factories.make_quiz(module=module, questions=[factories.make_question(key="fixed")])


def draw(quiz, tag, count):
    QuizDraw.objects.create(quiz=quiz, tag=Tag.objects.get(name=tag), count=count)


def freeze(quiz, seed=0):
    paper = papers.freeze_paper(quiz=quiz, rules=read_rules(quiz=quiz), rng=Random(seed))
    return [item["question"] for item in paper["items"]]


def test_draws_take_so_many_of_each_tag_and_none_twice(quiz):
    for number in range(6):
        tags = ["制度", "安全"] if number % 2 else ["制度"]
        factories.make_question(key=f"q{number}", tags=tags)
    draw(quiz, "制度", 3)
    draw(quiz, "安全", 2)
    for seed in range(30):
        keys = freeze(quiz, seed)
        assert keys[0] == "fixed"
        assert len(keys) == len(set(keys)) == 1 + min(5, len(keys) - 1)
        assert len(keys) >= 4


def test_draws_differ_from_attempt_to_attempt(quiz):
    for number in range(10):
        factories.make_question(key=f"q{number}", tags=["制度"])
    draw(quiz, "制度", 2)
    assert len({tuple(freeze(quiz, seed)) for seed in range(20)}) > 5


def test_draw_replaces_a_question_that_cannot_be_asked(quiz):
    for number in range(4):
        factories.make_question(key=f"q{number}", tags=["制度"], right=("b",) if number else ())
    draw(quiz, "制度", 3)
    for seed in range(10):
        assert sorted(freeze(quiz, seed)) == ["fixed", "q1", "q2", "q3"]


def test_shuffling_keeps_the_questions_and_changes_their_order(quiz):
    for number in range(5):
        question = factories.make_question(key=f"q{number}")
        QuizQuestion.objects.create(quiz=quiz, question=question, sort_order=number + 1)
    assert freeze(quiz, 1) == freeze(quiz, 2)
    quiz.shuffle_questions = True
    assert sorted(freeze(quiz, 1)) == sorted(freeze(quiz, 2))
    assert len({tuple(freeze(quiz, seed)) for seed in range(10)}) > 5


def test_scenario_asks_each_of_its_questions_below_its_case(quiz):
    scenario = Question.objects.create(
        key="case", kind="scenario", stem=[("text", "<p>ある日</p>")], explanation="-"
    )
    for order in range(2):
        part = factories.make_question(key=f"part{order}")
        ScenarioPart.objects.create(scenario=scenario, question=part, sort_order=order)
    QuizQuestion.objects.create(quiz=quiz, question=scenario, sort_order=1)
    paper = papers.freeze_paper(quiz=quiz, rules=read_rules(quiz=quiz), rng=Random(0))
    assert [(item["question"], "ある日" in item["case"]) for item in paper["items"]] == [
        ("fixed", False),
        ("part0", True),
        ("part1", True),
    ]
    shown = papers.show_items(paper=paper, answers={})
    assert [bool(item.case) for item in shown] == [False, True, False]


def test_editor_is_told_of_a_draw_larger_than_its_pool(quiz):
    factories.make_question(key="q1", tags=["制度"])
    draw(quiz, "制度", 2)
    (problem,) = find_quiz_problems(quiz=quiz, today=TODAY)
    assert "制度" in problem
    assert "1問しか" in problem


def test_editor_is_told_of_questions_that_will_be_missing(quiz):
    Question.objects.update(live=False)
    assert any("公開されていない" in each for each in find_quiz_problems(quiz=quiz, today=TODAY))


def test_editor_is_told_of_a_passed_review_date_and_a_lost_heading(quiz):
    question = Question.objects.get()
    assert find_question_problems(question=question, today=TODAY) == []
    question.review_by = factories.NOW.date().replace(day=1)
    question.passage_module = quiz.module
    question.passage_heading = "もうない見出し"
    problems = find_question_problems(question=question, today=TODAY)
    assert len(problems) == 2
    assert "もうない見出し" in problems[1]


def test_question_with_two_tags_serves_the_draw_that_needs_it(quiz):
    factories.make_question(key="both", tags=["制度", "安全"])
    factories.make_question(key="one", tags=["制度"])
    draw(quiz, "制度", 1)
    draw(quiz, "安全", 1)
    assert find_quiz_problems(quiz=quiz, today=TODAY) == []
    for seed in range(30):
        assert sorted(freeze(quiz, seed)) == ["both", "fixed", "one"]


def test_editor_is_told_when_tags_share_too_few_questions(quiz):
    factories.make_question(key="both", tags=["制度", "安全"])
    draw(quiz, "制度", 1)
    draw(quiz, "安全", 1)
    (problem,) = find_quiz_problems(quiz=quiz, today=TODAY)
    assert "2問のうち1問" in problem


def test_part_of_a_fixed_scenario_is_not_drawn_as_well(quiz):
    part = factories.make_question(key="part", tags=["制度"])
    factories.make_question(key="other", tags=["制度"])
    scenario = factories.make_question(key="case", kind="scenario", parts=[part])
    QuizQuestion.objects.create(quiz=quiz, question=scenario, sort_order=1)
    draw(quiz, "制度", 1)
    for seed in range(10):
        assert freeze(quiz, seed) == ["fixed", "part", "other"]
