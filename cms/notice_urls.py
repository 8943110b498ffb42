from django.urls import path

from cms.views import notices

app_name = "notices"

urlpatterns = [
    path("", notices.index, name="index"),
    path("<int:pk>/", notices.detail, name="detail"),
    path("<int:pk>/confirm/", notices.confirm, name="confirm"),
    path("<int:pk>/forward/", notices.forward, name="forward"),
    path("<int:pk>/remind/<str:code>/", notices.remind, name="remind"),
]
