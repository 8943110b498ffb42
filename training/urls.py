from django.urls import path, register_converter
from django.urls.converters import IntConverter

from .views import affiliations, courses, people, quizzes, reports


class IdConverter(IntConverter):
    """Ids that the database can hold: a larger number is no page, not an error."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

app_name = "training"

urlpatterns = [
    path("", people.desk, name="desk"),
    path("register/", people.register, name="register"),
    path("municipalities/", people.municipalities, name="municipalities"),
    path("affiliations/", affiliations.history, name="affiliations"),
    path("courses/<id:course_id>/enrol/", courses.enrol, name="enrol"),
    path("modules/<id:module_id>/read/", courses.complete_reading, name="complete_reading"),
    path("modules/<id:module_id>/quiz/", quizzes.start, name="start_attempt"),
    path("attempts/<id:attempt_id>/", quizzes.attempt, name="attempt"),
    path("modules/<id:module_id>/attempts/", quizzes.history, name="history"),
    path("attempts/<id:attempt_id>/save/", quizzes.save, name="save_answers"),
    path("attempts/<id:attempt_id>/result/", quizzes.result, name="result"),
    path("reports/", reports.courses, name="reports"),
    path("reports/<id:course_id>/", reports.enrolments, name="report"),
    path("reports/<id:course_id>/enrolments.csv", reports.enrolments_csv, name="report_csv"),
]
