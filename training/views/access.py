from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from wagtail.models import Page, PageViewRestriction

from training.domain.scopes import read_scope
from training.models import Learner

View = Callable[..., HttpResponse]


def is_open_to(request: HttpRequest, page: Page) -> bool:
    """Whether Wagtail's view restrictions of the page and those above it let this visitor in."""
    # One statement; Page.get_view_restrictions takes two.
    above = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    restrictions = PageViewRestriction.objects.filter(page__path__in=above)
    return all(each.accept_request(request) for each in restrictions)


def learner_required(view: View) -> View:
    """Sign in, then register, then come back here. Sets `request.learner`; never cached."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.learner = Learner.objects.filter(user_id=request.user.pk).first()
        if request.learner is None:
            # A POST cannot be repeated after a detour; its page can be read again.
            back = request.get_full_path() if request.method == "GET" else reverse("training:desk")
            return redirect(f"{reverse('training:register')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return wrapped


def for_acting_officers(view: View) -> View:
    """For accounts that act for a body today. Sets `request.scope`; never cached."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.scope = read_scope(user=request.user, today=timezone.localdate())
        if not request.scope.is_officer:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped
