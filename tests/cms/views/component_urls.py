from django.urls import path

from cms.urls import urlpatterns as site_urlpatterns
from cms.views import components

urlpatterns = [path("components/", components.index, name="components"), *site_urlpatterns]
