from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before a new sign-in: show it again with a fresh token, losing nothing.

    Nothing is carried out until the person presses the button on this page.
    """
    skip = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in skip
        for value in values
    ]
    # A form sent from another site is shown without its contents.
    same_site = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return render(
        request,
        "errors/csrf_failure.html",
        {"fields": fields if same_site else [], "action": request.get_full_path()},
        status=403,
    )
