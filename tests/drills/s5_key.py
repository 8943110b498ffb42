"""S5: the key never leaves. Canaries in every part of every key; two keys that look alike."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from unittest import mock

import wagtail_factories
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils.html import escape
from wagtail.search.models import IndexEntry
from wagtail.signal_handlers import disable_reference_index_auto_update

from tests import factories
from training.domain import quizzes
from training.models import Attempt, ModulePage, Question, Quiz

from . import specimens
from .crawler import list_addresses
from .toy import registered_toy

CANARY = "zzkanaria"
NUMBER, TOLERANCE = "918273.645", "0.7391"
SECRETS = re.compile(f"{CANARY}|{NUMBER}|{TOLERANCE}", re.IGNORECASE)
# Random for each page, whatever the key is.
NOISE = re.compile(rb'name="(csrfmiddlewaretoken|client)" value="[^"]*"')
# Shown in an order that is drawn from the right one.
DRAWN = ("ordering", "matching")


class Watch:
    """Reads every response, its headers too, and keeps what it should not have seen."""

    def __init__(self) -> None:
        self.responses = 0
        self.seen: list[str] = []
        self.open_to_learner: list[str] = []

    def read(self, response: object, where: str) -> bytes:
        self.responses += 1
        body = response.getvalue() if response.streaming else response.content
        text = f"{response.headers} {body.decode('utf-8', 'ignore')}"
        # What was asked for stands in the forms that lead back to it: no news to whoever asked.
        asked = escape(where.removeprefix("POST "))
        text = text.replace(f'name="next" value="{asked}"', "")
        if found := SECRETS.search(text):
            self.seen.append(where)
            around = text[max(0, found.start() - 80) : found.end() + 40]
            print(f"seen at {where}: {around!r}", file=sys.stderr)
        if response.status_code == 200 and where.startswith("/editor/snippets/"):
            self.open_to_learner.append(where)
            print(f"open to a learner: {where}", file=sys.stderr)
        return body

    def get(self, client: Client, address: str) -> bytes:
        return self.read(client.get(address), address)

    def post(self, client: Client, address: str, data: dict) -> object:
        response = client.post(address, data)
        self.read(response, f"POST {address}")
        return response


def hide_canaries(question: Question, module: ModulePage) -> int:
    """In everything that a learner may not read before handing in; returns how many."""
    question.explanation = f"{CANARY}解説"
    question.source, question.source_url = f"{CANARY}出典", f"https://{CANARY}.example/"
    question.passage_module, question.passage_heading = module, f"{CANARY}見出し"
    hidden = 4
    for choice in question.choices.all():
        choice.feedback = f"{CANARY}一言"
        hidden += 1
        if question.kind == "short_text":
            choice.text = f"{CANARY}{choice.text}"
            hidden += 1
        choice.save()
    if question.kind == "numeric":
        question.parameters = {
            "value": NUMBER,
            "tolerance": TOLERANCE,
            "units": ["人", f"{CANARY}名"],
        }
        hidden += 3
    if question.kind == "toy":
        question.parameters = {"word": f"{CANARY}語"}
        hidden += 1
    question.save()
    # A draft holds the key as well.
    question.save_revision()
    return hidden


def turn_key(question: Question) -> None:
    """Another right answer to the same question: nothing else about it changes."""
    choices = list(question.choices.order_by("sort_order", "pk"))
    if question.kind == "true_false":
        question.parameters["statement_is_true"] = not question.parameters["statement_is_true"]
    elif question.kind == "numeric":
        question.parameters |= {"value": "5", "tolerance": "0"}
    elif question.kind == "toy":
        question.parameters = {"word": "ほかの語"}
    elif question.kind == "ordering":
        for order, choice in enumerate(choices[1:] + choices[:1]):
            choice.sort_order = order
    elif question.kind == "matching":
        lefts = [choice for choice in choices if choice.text]
        matches = [choice.match for choice in lefts]
        for choice, match in zip(lefts, matches[1:] + matches[:1], strict=True):
            choice.match = match
    elif question.kind == "multiple_choice":
        for choice, is_right in zip(
            choices, [each.is_right for each in choices[1:] + choices[:1]], strict=True
        ):
            choice.is_right = is_right
        question.parameters = {"partial_credit": not question.parameters.get("partial_credit")}
    else:
        flags = [choice.is_right for choice in choices]
        for choice, is_right in zip(choices, flags[1:] + flags[:1], strict=True):
            choice.is_right = is_right
    for choice in choices:
        choice.save()
    question.save()


class Site:
    def __init__(self) -> None:
        rng = Random(5)
        course = factories.make_course(modules=0, slug="canaries")
        self.module = factories.ModulePageFactory(parent=course)
        self.questions = []
        # The one picture that specimens take: editors give files telling names.
        wagtail_factories.ImageFactory(title=f"{CANARY}絵", file__filename=f"{CANARY}.png")
        for kind in specimens.registered_specimens(besides=("toy",)):
            facts = specimens.invent(kind=kind, stem=f"{kind}の問い", rng=rng)
            if kind == "multiple_choice":
                facts.right = {facts.texts[0]}
            self.questions.append(specimens.make(key=kind.replace("_", "-"), facts=facts))
        toy = Question(key="toy", kind="toy", stem=[("text", "<p>問い</p>")], explanation="解説")
        toy.parameters = {"word": "語"}
        toy.save()
        self.questions.append(toy)
        part = specimens.make(
            key="part",
            facts=specimens.invent(kind="single_choice", stem="事例の問い", rng=rng),
        )
        case = specimens.make_scenario(key="case", parts=[part])
        self.canaries = 2 + sum(
            hide_canaries(question, self.module) for question in [*self.questions, part, case]
        )
        self.quiz = factories.make_quiz(module=self.module, questions=[*self.questions, case])
        self.enrolment = factories.make_enrolment(course=course)
        self.learner = Client()
        self.learner.force_login(self.enrolment.learner.user)

    def set_rules(self, **rules: object) -> None:
        Quiz.objects.filter(pk=self.quiz.pk).update(**rules)

    def start(self) -> str:
        response = self.learner.post(f"/learn/modules/{self.module.pk}/quiz/")
        return response.headers["Location"]


@contextmanager
def undone() -> Iterator[None]:
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)
        cache.clear()


def wrong_answers(attempt: Attempt) -> dict:
    """A form in which every question is answered, some of them even rightly."""
    data: dict = {"shown": [], "client": "tab", "seen": "0"}
    rng = Random(9)
    for number, item in enumerate(attempt.paper["items"], start=1):
        data["shown"].append(str(number))
        field, shown = f"item-{number}", item["shown"]
        data[field] = "12"
        for choice in shown.get("choices", []):
            data[field] = choice["key"]
            options = [each["id"] for each in shown.get("matches", [])] or ["1", "2"]
            data[f"{field}-{choice['key']}"] = rng.choice(options)
        if item["kind"] == "true_false":
            data[field] = "true"
    return data


def crawl_open_attempt(site: Site, watch: Watch) -> None:
    for one_per_page in (False, True):
        with undone():
            site.set_rules(one_per_page=one_per_page)
            visit_attempt(site, watch, everything=not one_per_page)


def visit_attempt(site: Site, watch: Watch, *, everything: bool) -> None:
    address = site.start()
    attempt = Attempt.objects.get()
    data = wrong_answers(attempt)
    anonymous, stranger = Client(), Client(enforce_csrf_checks=True)
    other = Client()
    other.force_login(factories.LearnerFactory().user)
    pages = range(len(attempt.paper["items"]) + 2)
    # Handed in without an answer: sent back.
    watch.post(site.learner, address, {"client": "phone", "submit": "1", "seen": "0"})
    for query in ["", "?check=1", *(f"?page={n}" for n in pages), "?page=1&check=1"]:
        watch.get(site.learner, address + query)
    assert watch.post(site.learner, f"{address}save/", data | {"number": "1"}).status_code == 200
    watch.post(site.learner, address, data | {"save": "1"})
    watch.get(site.learner, f"{address}result/")
    # Signed out in between: the answers come back after signing in.
    watch.post(anonymous, address, data | {"submit": "1"})
    watch.post(anonymous, f"{address}save/", data)
    anonymous.force_login(site.enrolment.learner.user)
    watch.get(anonymous, address)
    # Refusals
    for client in (other, stranger):
        watch.get(client, address)
        watch.post(client, f"{address}save/", data)
        watch.post(client, address, data)
    assert not Attempt.objects.get().submitted_at
    if everything:
        signed_out = Client()
        for each in list_addresses():
            watch.get(site.learner, each)
            watch.get(signed_out, each)
        for each in (site.module.get_url(), "/", "/learn/", "/nowhere/"):
            for word in (CANARY, NUMBER):
                watch.post(site.learner, f"{each}?q={word}", {"q": word})
                watch.read(site.learner.get(each, {"q": "x", "search": "x"}), each)


def crawl_results(site: Site, watch: Watch) -> None:
    for shows in (Quiz.Shows.NOTHING, Quiz.Shows.MARKS, Quiz.Shows.WRONG):
        with undone():
            site.set_rules(shows=shows)
            visit_result(site, watch)


def visit_result(site: Site, watch: Watch) -> None:
    address = site.start()
    data = wrong_answers(Attempt.objects.get())
    watch.post(site.learner, address, data | {"submit": "anyway"})
    assert Attempt.objects.get().submitted_at
    watch.post(site.learner, address, data | {"submit": "anyway"})
    watch.post(site.learner, f"{address}save/", data)
    learn = f"/learn/modules/{site.module.pk}"
    for each in (address, f"{address}result/", f"{learn}/attempts/", "/learn/"):
        watch.get(site.learner, each)
    watch.get(site.learner, site.module.get_url())
    watch.get(site.learner, site.start())


def shows_canaries_when_allowed(site: Site) -> bool:
    """Or the drill would be blind."""
    eye = Watch()
    with undone(), mock.patch("sys.stderr"):
        site.set_rules(shows=Quiz.Shows.EXPLANATIONS)
        visit_result(site, eye)
    return bool(eye.seen)


def read_attempt(site: Site, one_per_page: bool) -> list[bytes]:
    site.set_rules(one_per_page=one_per_page)
    with mock.patch.object(quizzes, "SystemRandom", return_value=Random(3)):
        address = site.start()
    attempt = Attempt.objects.get()
    data = wrong_answers(attempt) | {"number": "1"}
    bodies = [site.learner.get(address).content]
    bodies.append(site.learner.post(f"{address}save/", data).content)
    bodies += [site.learner.get(f"{address}?check=1&page={n}").content for n in (1, 2)]
    path = address.encode()
    return [NOISE.sub(b"", body).replace(path, b"") for body in bodies]


def sort_parts(body: bytes) -> list[bytes]:
    return sorted(re.split(rb"[\s<>]+", body))


def differs_by_key(site: Site, question: Question) -> bool:
    """Whether a learner could tell two questions apart that differ in the key alone."""

    def ask(change: Callable[[], None]) -> list[bytes]:
        with undone():
            site.quiz.quiz_questions.exclude(question=question).delete()
            change()
            return read_attempt(site, one_per_page=False)

    one = ask(lambda: None)
    other = ask(lambda: turn_key(Question.objects.get(pk=question.pk)))
    if question.kind in DRAWN:
        one, other = (
            [sorted(re.split(rb"[\s<>]+", each)) for each in side] for side in (one, other)
        )
    return one != other


def run(*, long: bool) -> dict:
    watch = Watch()
    with registered_toy(), transaction.atomic(), disable_reference_index_auto_update():
        site = Site()
        crawl_open_attempt(site, watch)
        crawl_results(site, watch)
        differing = [each.kind for each in site.questions if differs_by_key(site, each)]
        if differing:
            print(f"the key shows: {differing}", file=sys.stderr)
        indexed = IndexEntry.objects.filter(content_type__model__in=["question", "choice"])
        figures = {
            "kinds": len(site.questions) + 1,
            "canaries": site.canaries,
            "responses": watch.responses,
            "seen": len(watch.seen),
            "differing": len(differing),
            "open_to_learner": len(watch.open_to_learner),
            "indexed": indexed.count(),
            "blind": int(not shows_canaries_when_allowed(site)),
        }
        transaction.set_rollback(True)
    return figures
