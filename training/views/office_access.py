from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from training.clock import today_in_japan
from training.domain.offices import read_office
from training.domain.scopes import read_scope

View = Callable[..., HttpResponse]
INVITES = "lms_training.add_invitation"


def acting_officer_required(view: View) -> View:
    """For accounts that act for a body today, whichever it is. Sets `request.scope`."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        request.scope = read_scope(user=request.user, today=today_in_japan())
        if not request.scope.is_officer:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


def officer_required(view: View) -> View:
    """For whoever may see the body at `code`: its officers, those of its prefecture, the ministry.
    Sets `request.scope` and `request.office`; for others there is no such page."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, code: str, *args: object, **kwargs: object) -> HttpResponse:
        request.scope = read_scope(user=request.user, today=today_in_japan())
        request.office = read_office(code=code) if request.scope.can_see(code) else None
        if request.office is None:
            raise Http404
        return view(request, code, *args, **kwargs)

    return wrapped


def own_officer_required(view: View) -> View:
    """For officers of the body itself. Those who may only look are told so."""

    @officer_required
    @wraps(view)
    def wrapped(request: HttpRequest, code: str, *args: object, **kwargs: object) -> HttpResponse:
        if not request.scope.can_act_for(code):
            raise PermissionDenied
        return view(request, code, *args, **kwargs)

    return wrapped


def decider_required(view: View) -> View:
    """For officers of the body, and for those above it, who decide on what its officers say of
    themselves: the view asks for which rows. Those who may only look are told so."""

    @officer_required
    @wraps(view)
    def wrapped(request: HttpRequest, code: str, *args: object, **kwargs: object) -> HttpResponse:
        if not (request.scope.can_act_for(code) or request.scope.can_decide_above(code)):
            raise PermissionDenied
        return view(request, code, *args, **kwargs)

    return wrapped


def inviter_required(view: View) -> View:
    """For officers of the body at `code`, or, without one, for whoever invites for every body; then
    `request.office` is None."""

    own = own_officer_required(view)

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(
        request: HttpRequest, code: str | None = None, *args: object, **kwargs: object
    ) -> HttpResponse:
        if code is not None:
            return own(request, code, *args, **kwargs)
        if not request.user.has_perm(INVITES):
            raise Http404
        request.office = None
        return view(request, None, *args, **kwargs)

    return wrapped
