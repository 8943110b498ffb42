from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from training.domain import enrolments, papers, quizzes
from training.domain.progress import read_progress
from training.models import Attempt, CoursePage, ModulePage, Quiz

from .access import learner_required

# Answers of a learner whose session ran out, until they have signed in again.
STASH = "training_answers"
STASH_LIMIT = 20_000


@require_POST
@learner_required
def start(request: HttpRequest, module_id: int) -> HttpResponse:
    quiz = get_object_or_404(Quiz.objects.select_related("module"), module_id=module_id)
    parent = CoursePage.objects.parent_of(quiz.module).first()
    enrolment = parent and enrolments.find_enrolment(user_id=request.user.pk, course_id=parent.pk)
    if not enrolment or not quiz.module.live:
        raise Http404
    try:
        attempt = quizzes.start_attempt(enrolment=enrolment, quiz=quiz, now=timezone.now())
    except papers.QuizNotReady:
        messages.error(request, _("This quiz is being prepared. Please try again later."))
        return redirect(quiz.module.get_url())
    return redirect("training:attempt", attempt.pk)


def _own_attempt(request: HttpRequest, attempt_id: int) -> Attempt:
    """Somebody else's attempt is as unknown as one that does not exist."""
    return get_object_or_404(
        Attempt.objects.select_related("quiz__module", "enrolment__version"),
        pk=attempt_id,
        enrolment__learner__user_id=request.user.pk,
    )


@never_cache
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Show the paper, save (`save`) or hand in."""
    if not request.user.is_authenticated:
        if request.method == "POST" and len(request.body) <= STASH_LIMIT:
            request.session[STASH] = {"attempt": attempt_id, "data": request.POST.urlencode()}
        return redirect_to_login(request.path)
    found = _own_attempt(request, attempt_id)
    if found.submitted_at:
        if request.method == "POST":
            messages.info(request, _("This attempt was handed in already. Its result stands."))
        return redirect("training:result", attempt_id)
    if request.method == "POST":
        return _take_answers(request, found)
    stash = request.session.get(STASH)
    restored = bool(stash and stash["attempt"] == attempt_id)
    answers = quizzes.read_saved_answers(attempt=found)
    if restored:
        answers |= papers.read_answers(paper=found.paper, data=QueryDict(stash["data"]))
    return render(
        request,
        "training/attempt.html",
        {
            "attempt": found,
            "title": found.paper["title"],
            "pass_mark": found.paper["pass_mark"],
            "items": papers.show_items(paper=found.paper, answers=answers),
            "restored": restored,
            "module_url": found.quiz.module.get_url(),
        },
    )


def _take_answers(request: HttpRequest, found: Attempt) -> HttpResponse:
    answers = papers.read_answers(paper=found.paper, data=request.POST)
    act = quizzes.save_answers if "save" in request.POST else quizzes.submit_attempt
    try:
        act(attempt_id=found.pk, answers=answers, now=timezone.now())
    except quizzes.AlreadySubmitted:
        messages.info(request, _("This attempt was handed in already. Its result stands."))
    request.session.pop(STASH, None)
    if "save" in request.POST:
        messages.success(request, _("Saved. You can go on later from here."))
        return redirect("training:attempt", found.pk)
    return redirect("training:result", found.pk)


@learner_required
def result(request: HttpRequest, attempt_id: int) -> HttpResponse:
    found = _own_attempt(request, attempt_id)
    if not found.submitted_at:
        return redirect("training:attempt", attempt_id)
    module: ModulePage = found.quiz.module
    course = CoursePage.objects.parent_of(module).first()
    answers = quizzes.read_saved_answers(attempt=found)
    return render(
        request,
        "training/result.html",
        {
            "attempt": found,
            "title": found.paper["title"],
            "pass_mark": found.paper["pass_mark"],
            "items": papers.explain_items(paper=found.paper, answers=answers),
            "enrolment": found.enrolment,
            "progress": read_progress(
                course_path=course.path, enrolment=found.enrolment, current_module_id=module.pk
            ),
            "course_url": course.get_url(),
            "module_url": module.get_url(),
            "module": module,
        },
    )
