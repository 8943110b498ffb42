"""The checker's side. Mount it at a short address: it is printed and typed."""

from django.urls import path
from django.views.generic import RedirectView

from .views import issuer, keys, uploads, verification

app_name = "verification"

urlpatterns = [
    path("", verification.form, name="form"),
    path("did.json", issuer.did_document, name="did"),
    path("status/<int:number>", issuer.status_list, name="status_list"),
    path("by-name/", verification.by_name, name="by_name"),
    path("keys/", keys.index, name="keys"),
    path("keys/<slug:name>.pem", keys.download, name="key"),
    path("how-to/", keys.how_to, name="how_to"),
    path("file/", uploads.file, name="file"),
    path("scan/", uploads.scan, name="scan"),
    path("<str:code>", verification.answer, name="answer"),
    path("<str:code>/", RedirectView.as_view(pattern_name="verification:answer")),
]
