from django.urls import path

from cms.views import cases

app_name = "office_cases"

urlpatterns = [
    path("", cases.submitted, name="index"),
    path("new/", cases.submit, name="new"),
]
