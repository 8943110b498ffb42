"""The learner's side. Mount it anywhere."""

from django.urls import path

from .views import mine

app_name = "certificates"

urlpatterns = [
    path("<int:pk>/", mine.detail, name="detail"),
    path("<int:pk>/certificate.pdf", mine.download, name="download"),
    path("<int:pk>/name/", mine.correct_name, name="correct_name"),
    path("<int:pk>/renew/", mine.renew_course, name="renew"),
]
