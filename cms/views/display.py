from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cms.accounts.kept_forms import is_from_here
from cms.display import CHOICES, COOKIE, COOKIE_AGE, read_display
from cms.ways_back import find_readable


# Its form stands on every page, and one with a token would set a cookie on every page. That our own
# page sent it is asked of the browser instead.
@csrf_exempt
@require_POST
def choose_display(request: HttpRequest) -> HttpResponseBase:
    """Remember language, size of text and theme, and go back to the page; with the answers of a
    quiz if they came along, so that its page saves them."""
    if not is_from_here(request):
        return HttpResponse(status=403)
    back = request.POST.get("next", "")
    # Only an address from the root: redirect() takes other words for the name of a view.
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answers = "csrfmiddlewaretoken" in request.POST
    if not answers:
        back = find_readable(back)
    # Only a form of the page itself has a token; that one is sent on to it as it is (307).
    response = redirect(back, preserve_request=answers)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)
    wanted = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if wanted:
        display = read_display(request.COOKIES.get(COOKIE, "")).choose(wanted)
        if value := display.to_cookie():
            _set_cookie(response, COOKIE, value)
        else:
            response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
