import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import JSONObject, Length, Substr
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from training.domain import enrolments, papers, quizzes, results, saving
from training.domain.progress import read_progress
from training.domain.rules import find_promised_rules
from training.models import Attempt, CoursePage, Enrolment, Quiz
from training.models.courses import of_unpublished_course
from training.prepared import Given, Prepared

from .access import is_open_to
from .attempt_page import build_attempt_page

# Answers of a learner whose session ran out, until they have signed in again.
STASH = "training_answers"
STASH_LIMIT = 20_000
# No answer was given longer ago than this: a page's clock that says so is wrong.
OLDEST_ANSWER = timedelta(days=30)
CLIENT = re.compile("[A-Za-z0-9]{1,32}")
ELSEWHERE = gettext_lazy(
    "This attempt is open on another page or device too. All answers are saved; below is what "
    "counts now. Please look through it."
)


def unread(module: str) -> list[str]:
    """What a quiz does not need of its module: most of a page's row is the lesson."""
    return [f"{module}__{name}" for name in ("body", "objectives", "sources", "summary")]


def _unpublished_course() -> QuerySet[CoursePage]:
    path = OuterRef("module__path")
    return CoursePage.objects.filter(
        live=False, path=Substr(path, 1, Length(path) - CoursePage.steplen)
    )


_quiz_of_module = Prepared(
    lambda: (
        Quiz.objects.filter(module_id=Given("module"))
        .annotate(is_closed=Exists(_unpublished_course()))
        .select_related("module")
        .defer(*unread("module"))
    )
)


def _find_quiz(request: HttpRequest, module_id: int) -> tuple[Quiz, Enrolment]:
    quiz = _quiz_of_module.first(module=module_id)
    if not quiz:
        raise Http404
    enrolment = enrolments.find_enrolment(user_id=request.user.pk, module_path=quiz.module.path)
    if not enrolment:
        raise Http404
    return quiz, enrolment


@never_cache
@login_required
def start(request: HttpRequest, module_id: int) -> HttpResponse:
    quiz, enrolment = _find_quiz(request, module_id)
    if not quiz.module.live or quiz.is_closed:
        raise Http404
    if request.method != "POST":
        # Whoever signed in on the way comes back by GET, which must not start anything.
        return redirect(quiz.module.get_url())
    if not is_open_to(request, quiz.module):
        return redirect(quiz.module.get_url())
    try:
        attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=timezone.now())
    except papers.QuizNotReady:
        messages.error(request, _("This quiz is being prepared. Please try again later."))
    except (quizzes.AttemptsExhausted, quizzes.MustWait) as obstacle:
        messages.error(request, quizzes.NextAttempt(is_open=False, obstacle=obstacle).sentence)
    else:
        return redirect("training:attempt", attempt.pk)
    return redirect(quiz.module.get_url())


def _with_module(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Annotates what a page needs of the quiz's module: see `_find_place_of`."""
    # A subquery: PostgreSQL takes longer to plan a join of seven tables than to run it.
    module = Page.objects.filter(modulepage__quiz=OuterRef("quiz")).order_by()
    facts = JSONObject(
        title="title",
        slug="slug",
        path="path",
        url_path="url_path",
        live="live",
        is_closed=of_unpublished_course(),
    )
    return attempts.annotate(module_facts=Subquery(module.values(facts=facts)))


@dataclass(frozen=True)
class Place:
    """A quiz's module. The addresses are "" of what nobody can read any more."""

    module: Page
    url: str
    course_url: str


def _find_place_of(quiz_module: int, facts: dict[str, Any]) -> Place:
    is_closed = facts.pop("is_closed")
    module = Page(pk=quiz_module, **facts)
    url = module.get_url() or ""
    return Place(
        module=module,
        url=url if module.live and not is_closed else "",
        course_url="" if is_closed else url.removesuffix(f"{module.slug}/"),
    )


_own_open = Prepared(
    lambda: _with_module(
        Attempt.objects.owned_by(Given("user")).enrolled().filter(pk=Given("attempt"))
    )
)
_own_result = Prepared(
    lambda: _with_module(
        Attempt.objects.owned_by(Given("user")).filter(pk=Given("attempt"))
    ).select_related("enrolment__version", "enrolment__learner", "quiz")
)


def _read_sender(data: QueryDict) -> saving.Sender:
    """Which page sent a form. What is not a number is taken as not sent."""

    def number(name: str) -> int | None:
        text = data.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    age = timedelta(milliseconds=number("age") or 0)
    client = data.get("client", "")
    return saving.Sender(
        client=client if CLIENT.fullmatch(client) else "",
        seen=number("seen"),
        number=number("number"),
        age=min(age, OLDEST_ANSWER),
    )


def _encode(data: QueryDict) -> str:
    """For the session; "" for what no browser sends, such as half a character."""
    try:
        return data.urlencode()
    except UnicodeEncodeError:
        return ""


def _page_url(attempt_id: int, page: str = "", *, check: bool = False) -> str:
    query = "&".join([f"page={page}"] * bool(page) + ["check=1"] * check)
    return f"{reverse('training:attempt', args=[attempt_id])}{query and '?'}{query}"


@never_cache
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Show the paper, or a page of it; save it (`save`, `go`) or hand it in (`submit`)."""
    if not request.user.is_authenticated:
        data = _encode(request.POST)
        if request.method == "POST" and 0 < len(data) <= STASH_LIMIT:
            request.session[STASH] = {"attempt": attempt_id, "data": data}
            messages.info(
                request, _("You were signed out. Your answers are kept: please sign in again.")
            )
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        return _take_answers(request, attempt_id)
    # Somebody else's attempt is as unknown as one that does not exist.
    found = _own_open.first(user=request.user.pk, attempt=attempt_id)
    if not found:
        raise Http404
    if found.submitted_at:
        return redirect("training:result", attempt_id)
    saved = saving.read_saved_answers(attempt=found)
    answers = saved.answers
    stash = request.session.get(STASH)
    restored = bool(stash and stash["attempt"] == attempt_id)
    if restored:
        data = QueryDict(stash["data"])
        answers |= saving.find_unsaved(
            attempt=found,
            answers=papers.read_answers(paper=found.paper, data=data),
            sender=_read_sender(data),
        )
    page = build_attempt_page(
        attempt=found,
        answers=answers,
        sequence=saved.sequence,
        number=request.GET.get("page", ""),
        checks="check" in request.GET,
        module_url=_find_place_of(0, found.module_facts).url,
        now=timezone.now(),
    )
    return render(
        request,
        "training/attempt.html",
        {
            "attempt": found,
            "page": page,
            "restored": restored,
            # For the site's own settings of a page, which then come with the answers.
            "answers": None if page.is_expired else page,
        },
    )


def _find_place(user_id: int | None, attempt_id: int, data: QueryDict) -> str:
    """Of the question last answered among those that are to be saved: a fragment of the address."""
    found = Attempt.objects.owned_by(user_id).enrolled().get(pk=attempt_id)
    new = saving.find_unsaved(
        attempt=found,
        answers=papers.read_answers(paper=found.paper, data=data),
        sender=replace(_read_sender(data), number=None),
    )
    items = papers.show_items(paper=found.paper, answers={})
    fields = [item.field for item in items if item.question in new]
    return f"#{fields[-1]}" if fields else ""


def _take_answers(request: HttpRequest, attempt_id: int) -> HttpResponse:
    data, user_id, now = request.POST, request.user.pk, timezone.now()
    page = data.get("page", "")
    # A form has no number: those belong to the script's saves.
    sender = replace(_read_sender(data), number=None)
    try:
        if "submit" in data:
            found = Attempt.objects.owned_by(user_id).enrolled().get(pk=attempt_id)
            quizzes.submit_attempt(
                attempt_id=attempt_id,
                answers=papers.read_answers(paper=found.paper, data=data),
                sender=sender,
                now=now,
                is_final=data["submit"] == "anyway",
            )
        else:
            place = ""
            if data.get("save") == "here":
                place = _find_place(user_id, attempt_id, data)
            saved = saving.save_form(
                user_id=user_id, attempt_id=attempt_id, data=data, sender=sender, now=now
            )
            if saved.is_shared:
                messages.warning(request, ELSEWHERE)
            if "save" in data:
                messages.success(request, _("Saved. You can go on later from here."))
            return redirect(_page_url(attempt_id, data.get("go", page)) + place)
    except Attempt.DoesNotExist:
        raise Http404 from None
    except saving.AlreadySubmitted:
        messages.info(request, _("This attempt was handed in already. Its result stands."))
    except saving.TimeIsUp:
        quizzes.close_expired(attempt_id=attempt_id, now=now)
    except quizzes.ChangedElsewhere:
        messages.warning(request, ELSEWHERE)
        return redirect(_page_url(attempt_id, page))
    except quizzes.NeedsAttention:
        return redirect(_page_url(attempt_id, page, check=True))
    finally:
        if (request.session.get(STASH) or {}).get("attempt") == attempt_id:
            del request.session[STASH]
    return redirect("training:result", attempt_id)


@require_POST
@never_cache
def save(request: HttpRequest, attempt_id: int) -> JsonResponse:
    """A background save of the page's script. 401: sign in again; 409: the attempt is closed."""
    if not request.user.is_authenticated:
        return JsonResponse({"login": redirect_to_login(_page_url(attempt_id)).url}, status=401)
    try:
        saved = saving.save_form(
            user_id=request.user.pk,
            attempt_id=attempt_id,
            data=request.POST,
            sender=_read_sender(request.POST),
            now=timezone.now(),
        )
    except Attempt.DoesNotExist:
        raise Http404 from None
    except saving.ClientClash:
        return JsonResponse({"renew": True}, status=409)
    except (saving.AlreadySubmitted, saving.TimeIsUp):
        return JsonResponse({"closed": _page_url(attempt_id)}, status=409)
    return JsonResponse({"seen": saved.sequence, "shared": saved.is_shared})


@never_cache
@login_required
def result(request: HttpRequest, attempt_id: int) -> HttpResponse:
    found = _own_result.first(user=request.user.pk, attempt=attempt_id)
    if not found:
        raise Http404
    if not found.submitted_at:
        return redirect("training:attempt", attempt_id)
    place = _find_place_of(found.quiz.module_id, found.module_facts)
    module = place.module
    answers = saving.read_saved_answers(attempt=found).answers
    items = results.explain_items(paper=found.paper, answers=answers)
    shows_score = found.paper.get("shows") != Quiz.Shows.NOTHING
    following, shortfall = None, ""
    if not found.passed:
        if shows_score:
            shortfall = results.tell_shortfall(paper=found.paper, answers=answers)
        following = quizzes.find_next_attempt(
            enrolment=found.enrolment,
            module_id=module.pk,
            rules=find_promised_rules(enrolment=found.enrolment, quiz=found.quiz),
            now=timezone.now(),
        )
    graded = [item for item in items if item.graded]
    return render(
        request,
        "training/result.html",
        {
            "attempt": found,
            "title": found.paper["title"],
            "pass_mark": found.paper["pass_mark"],
            "shows_score": shows_score,
            "shortfall": shortfall,
            "items": items,
            "next_attempt": following,
            "time_was_up": found.deadline is not None and found.submitted_at >= found.deadline,
            "graded_count": len(graded),
            "reference_count": sum(not item["graded"] for item in found.paper["items"]),
            "right_count": sum(item.is_right for item in graded),
            "enrolment": found.enrolment,
            "progress": read_progress(
                course_path=module.path[: -module.steplen],
                enrolment=found.enrolment,
                current_module_id=module.pk,
            ),
            "course_url": place.course_url,
            "module_url": place.url,
            "module": module,
        },
    )


@require_GET
@never_cache
@login_required
def history(request: HttpRequest, module_id: int) -> HttpResponse:
    """All attempts of one's own at a quiz."""
    quiz, enrolment = _find_quiz(request, module_id)
    attempts = Attempt.objects.filter(enrolment=enrolment, quiz=quiz).order_by("-number")
    return render(
        request,
        "training/history.html",
        {
            "quiz": quiz,
            "attempts": attempts.annotate(shows=KT("paper__shows")).defer("paper"),
            "now": timezone.now(),
            "rules": find_promised_rules(enrolment=enrolment, quiz=quiz),
            "module_url": quiz.module.get_url() if quiz.module.live and not quiz.is_closed else "",
        },
    )
