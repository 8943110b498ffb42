from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.views import (
    accessibility,
    account,
    cases,
    catalogue,
    display,
    figures,
    glossary,
    guide,
    handbooks,
    media,
    search,
    sign_in,
)
from training.views import courses
from training.views.pages import serve

handler400 = "cms.views.errors.bad_request"

urlpatterns = [
    path("editor/login/", sign_in.editor_login, name="editor_login"),
    path("editor/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("editor/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("account/", account.index, name="account_index"),
    path("account/again/", account.again, name="account_again"),
    path("account/sessions/end/", account.end_sessions, name="account_end_sessions"),
    path("account/sign-in/<str:secret>/", sign_in.link, name="account_sign_in_link"),
    path("account/connect-first/", sign_in.connect_first, name="account_connect_first"),
    # In place of allauth's: its form would take any address for an account, proven or not.
    path("account/3rdparty/signup/", RedirectView.as_view(pattern_name="account_connect_first")),
    path("account/oidc/<slug:provider_id>/login/", sign_in.start_oidc, name="account_oidc"),
    path("account/", include("allauth.urls")),
    path("learn/", include("training.urls")),
    path("certificates/", include("certificates.urls")),
    path("robots.txt", catalogue.robots, name="robots"),
    path("sitemap.xml", catalogue.sitemap, name="sitemap"),
    path("notices/", catalogue.notice_list, name="notice_list"),
    path("notices/feed/", require_safe(catalogue.NoticeFeed()), name="notice_feed"),
    path("courses/", courses.catalogue, name="courses"),
    path("cases/", cases.case_list, name="cases"),
    path("offices/cases/", include("cms.case_urls")),
    path("offices/notices/", include("cms.notice_urls")),
    path("api/v1/", include("certificates.api.urls")),
    path("v/", include("certificates.verification_urls")),
    path("display/", display.choose_display, name="display"),
    path("accessibility/results/", accessibility.results, name="accessibility_results"),
    path("figures/", figures.figures, name="figures"),
    path("figures.csv", figures.figures_csv, name="figures_csv"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("guide/", guide.guide, name="guide"),
    path("guide/matrix/", guide.guide_matrix, name="guide_matrix"),
    path("handbooks/editors/", handbooks.editors, name="handbook_editors"),
    path("handbooks/towns/", handbooks.towns, name="handbook_towns"),
    path("search/", search.search_pages, name="search"),
    path("media/<path:name>", media.image, name="media"),
]

if settings.DEMO:
    from cms.views import mail

    urlpatterns += [
        path("mail/", mail.mail_list, name="mail_list"),
        path("mail/<str:mail_id>/", mail.mail_detail, name="mail_detail"),
    ]

if settings.DEBUG:
    from cms.views import components

    urlpatterns += [path("components/", components.index, name="components")]

urlpatterns += [
    # Before the pages, whose pattern would take it; Wagtail's other utility, a sign-in form without
    # limits, is left out.
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        wagtail_views.authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    re_path(wagtail_urls.serve_pattern, serve),
    path("", include(wagtail_urls)),
]
