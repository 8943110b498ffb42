"""The checker's side. Mount it at a short address: it is printed and typed."""

from django.urls import path
from django.views.generic import RedirectView

from .views import verification

app_name = "verification"

urlpatterns = [
    path("", verification.form, name="form"),
    path("by-name/", verification.by_name, name="by_name"),
    path("<str:code>", verification.answer, name="answer"),
    path("<str:code>/", RedirectView.as_view(pattern_name="verification:answer")),
]
