from django.conf import settings
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.views import media, sign_in
from training.views.pages import serve

urlpatterns = [
    path("editor/login/", sign_in.editor_login),
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
