from django.urls import path

from .views import courses, people, quizzes, reports

app_name = "training"

urlpatterns = [
    path("", people.desk, name="desk"),
    path("register/", people.register, name="register"),
    path("municipalities/", people.municipalities, name="municipalities"),
    path("courses/<int:course_id>/enrol/", courses.enrol, name="enrol"),
    path("modules/<int:module_id>/read/", courses.complete_reading, name="complete_reading"),
    path("modules/<int:module_id>/quiz/", quizzes.start, name="start_attempt"),
    path("attempts/<int:attempt_id>/", quizzes.attempt, name="attempt"),
    path("modules/<int:module_id>/attempts/", quizzes.history, name="history"),
    path("attempts/<int:attempt_id>/save/", quizzes.save, name="save_answers"),
    path("attempts/<int:attempt_id>/result/", quizzes.result, name="result"),
    path("reports/", reports.courses, name="reports"),
    path("reports/<int:course_id>/", reports.enrolments, name="report"),
    path("reports/<int:course_id>/enrolments.csv", reports.enrolments_csv, name="report_csv"),
]
