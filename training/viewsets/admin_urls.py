"""Pages of Wagtail's admin beside the forms; mounted by wagtail_hooks.py."""

from django.urls import path

from . import app_name, audit, audit_csv, audit_log, audit_xlsx, csv, export, figures, figures_csv, index, key, kind, lms_training_admin, name, oversight, path, regrading, show_figures, slug, statistics, urlpatterns, xlsx
    path("questions/<int:pk>/statistics/", statistics.show_question, name="question_statistics"),
    path("quizzes/<int:pk>/statistics/", statistics.show_quiz, name="quiz_statistics"),
    path("questions/<int:pk>/regrade/", regrading.show_plan, name="regrade"),
    path("questions/<int:pk>/regrade/apply/", regrading.regrade, name="apply_regrade"),
]
