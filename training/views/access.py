from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from wagtail.models import Page, PageViewRestriction

from training.clock import today_in_japan
from training.domain.people import find_learner
from training.domain.scopes import read_scope

View = Callable[..., HttpResponse]


def is_open_to(request: HttpRequest, page: Page) -> bool:
    """Whether Wagtail's view restrictions of the page and those above it let this visitor in."""
    # One statement; Page.get_view_restrictions takes two.
    above = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    restrictions = PageViewRestriction.objects.filter(page__path__in=above)
    return all(each.accept_request(request) for each in restrictions)


def next_url(request: HttpRequest, *, fallback: str = "") -> str:
    """Where to go on: what was asked for if it is ours, else the learner's own page."""
    wanted = request.POST.get("next") or request.GET.get("next") or fallback
    # From the root: redirect() takes other words for the name of a view.
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("training:desk")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None


def _detour(name: str, request: HttpRequest) -> HttpResponse:
    # A POST cannot be repeated after a detour; its page can be read again.
    back = request.get_full_path() if request.method == "GET" else reverse("training:desk")
    return redirect(f"{reverse(f'training:{name}')}?{urlencode({'next': back})}")


def learner_required(view: View) -> View:
    """Sign in, then register, then accept the purpose notice in force, then come back here. Sets
    `request.learner`; never cached."""
    return _for_learners(view, asks_purpose=True)


def learner_required_as_before(view: View) -> View:
    """As `learner_required`, whatever notice was accepted: nobody has to accept a new one to see,
    take away or erase what is held already."""
    return _for_learners(view, asks_purpose=False)


def _for_learners(view: View, *, asks_purpose: bool) -> View:
    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        learner = find_learner(user_id=request.user.pk, today=today_in_japan())
        if learner is None:
            # An officer who takes no course has a page too: the body's.
            is_desk = request.path == reverse("training:desk")
            if is_desk and read_scope(user=request.user, today=today_in_japan()).is_officer:
                return redirect("training:offices")
            return _detour("register", request)
        if learner.merged_into_id:
            return redirect("training:merged")
        if asks_purpose and learner.has_new_purpose:
            return _detour("purpose", request)
        request.learner = learner
        return view(request, *args, **kwargs)

    return wrapped
