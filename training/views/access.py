from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from training.models import Learner

View = Callable[..., HttpResponse]


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
