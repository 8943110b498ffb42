from django.conf import settings
from django.urls import include, path, re_path
from django.urls.base import reverse_lazy
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.views import media
from training.views.pages import serve

urlpatterns = [
    # allauth signs everybody in, editors too.
    path(
        "editor/login/", RedirectView.as_view(url=reverse_lazy("account_login"), query_string=True)
    ),
    path("editor/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("account/", include("allauth.urls")),
    path("learn/", include("training.urls")),
    path("certificates/", include("certificates.urls")),
    path("v/", include("certificates.verification_urls")),
    path("media/<path:name>", media.image, name="media"),
]

if settings.DEMO:
    from cms.views import mail

    urlpatterns += [
        path("mail/", mail.mail_list, name="mail_list"),
        path("mail/<str:mail_id>/", mail.mail_detail, name="mail_detail"),
    ]

urlpatterns += [
    re_path(wagtail_urls.serve_pattern, serve),
    path("", include(wagtail_urls)),
]
