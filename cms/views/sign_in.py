from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


def editor_login(request: HttpRequest) -> HttpResponse:
    """allauth signs everybody in, editors too. Wagtail sends here whoever may not edit: someone
    already signed in would be sent back and forth for ever."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect(f"{reverse('account_login')}?{request.GET.urlencode()}")
