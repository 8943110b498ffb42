from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("editor/", include(wagtailadmin_urls)),
    path("somewhere/else/", include("training.urls")),
    path("", include(wagtail_urls)),
]
