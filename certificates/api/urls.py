"""Mount it at api/v1/ or anywhere."""

from django.urls import path

from .schema import NothingView, SchemaView
from .verification import VerifyFileView, VerifyView
from .webhooks import WebhooksView, WebhookView

app_name = "certificates_api"

described = [
    path("certificates/verify/", VerifyView.as_view(), name="verify"),
    path("certificates/verify-file/", VerifyFileView.as_view(), name="verify_file"),
    path("webhooks/", WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<int:pk>/", WebhookView.as_view(), name="webhook"),
]

urlpatterns = [
    *described,
    path("openapi.json", SchemaView.as_view(), name="schema"),
    path("<path:path>", NothingView.as_view()),
]
