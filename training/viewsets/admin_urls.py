"""Pages of Wagtail's admin beside the forms; mounted by wagtail_hooks.py."""

from django.urls import path

from . import audit_log, course_checks, oversight, regrading, statistics

app_name = "lms_training_admin"
urlpatterns = [
    path("audit/", audit_log.index, name="audit_log"),
    path("audit.csv", audit_log.export, {"kind": "csv"}, name="audit_csv"),
    path("audit.xlsx", audit_log.export, {"kind": "xlsx"}, name="audit_xlsx"),
    path("courses/<int:pk>/check/", course_checks.show_check, name="course_check"),
    path("figures/", oversight.show_figures, name="figures"),
    path("figures/<slug:key>.csv", oversight.figures_csv, name="figures_csv"),
    path("questions/<int:pk>/statistics/", statistics.show_question, name="question_statistics"),
    path("quizzes/<int:pk>/statistics/", statistics.show_quiz, name="quiz_statistics"),
    path("questions/<int:pk>/regrade/", regrading.show_plan, name="regrade"),
    path("questions/<int:pk>/regrade/apply/", regrading.regrade, name="apply_regrade"),
]
