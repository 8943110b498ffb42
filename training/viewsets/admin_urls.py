"""Pages of Wagtail's admin beside the forms; mounted by wagtail_hooks.py."""

from django.urls import path

from . import audit_log, course_checks, course_files, oversight, regrading, statistics

app_name = "lms_training_admin"
urlpatterns = [
    path("audit/", audit_log.index, name="audit_log"),
    path("audit.csv", audit_log.export, {"kind": "csv"}, name="audit_csv"),
    path("audit.xlsx", audit_log.export, {"kind": "xlsx"}, name="audit_xlsx"),
    path("courses/<int:pk>/check/", course_checks.show_check, name="course_check"),
    path("courses/<int:pk>/export/", course_files.show_export, name="course_export"),
    path("courses/<int:pk>/export/file/", course_files.download, name="course_file"),
    # Beneath the page that the course shall stand under.
    path("courses/<int:pk>/import/", course_files.upload, name="course_import"),
    path("courses/<int:pk>/import/<int:upload_id>/", course_files.preview, name="course_preview"),
    path("courses/<int:pk>/import/<int:upload_id>/apply/", course_files.apply, name="course_apply"),
    path("figures/", oversight.show_figures, name="figures"),
    path("figures/<slug:key>.csv", oversight.figures_csv, name="figures_csv"),
    path("questions/<int:pk>/statistics/", statistics.show_question, name="question_statistics"),
    path("quizzes/<int:pk>/statistics/", statistics.show_quiz, name="quiz_statistics"),
    path("questions/<int:pk>/regrade/", regrading.show_plan, name="regrade"),
    path("questions/<int:pk>/regrade/apply/", regrading.regrade, name="apply_regrade"),
]
