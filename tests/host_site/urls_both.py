from django.urls import include, path
from host_site.urls_training import urlpatterns as training_patterns

urlpatterns = [
    path("papers/", include("certificates.urls")),
    path("check/", include("certificates.verification_urls")),
    *training_patterns,
]
