from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter, StringConverter

from .views import (
    affiliations,
    courses,
    invitations,
    office_people,
    offices,
    own_data,
    people,
    quizzes,
    registration,
    reports,
)


class IdConverter(IntConverter):
    """Ids that the database can hold: a larger number is no page, not an error."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")


class CodeConverter(StringConverter):
    """The six digits of a local government."""

    regex = "[0-9]{6}"


register_converter(CodeConverter, "code")

app_name = "training"


def inviting(prefix: str, name: str) -> list[URLPattern]:
    """A body's own, and the same for whoever invites for every body."""
    views = [
        ("", invitations.index, "invitations"),
        ("template.xlsx", invitations.template, "invitation_template"),
        ("lists/<id:upload_id>/", invitations.preview, "invitation_list"),
        ("<id:invitation_id>/withdraw/", invitations.withdraw, "invitation_withdraw"),
        ("<id:invitation_id>/again/", invitations.send_again, "invitation_again"),
    ]
    return [path(f"{prefix}{rest}", view, name=f"{name}_{each}") for rest, view, each in views]


urlpatterns = [
    path("", people.desk, name="desk"),
    path("register/", registration.register, name="register"),
    *(
        path(f"register/{name}/", registration.step, {"name": name}, name=f"register_{name}")
        for name in registration.STEPS
    ),
    path("register/saved/", registration.saved, name="register_saved"),
    path("purpose/", own_data.purpose, name="purpose"),
    path("merged/", own_data.merged, name="merged"),
    path("data/", own_data.overview, name="own_data"),
    path("data/name/", own_data.correct_name, name="correct_name"),
    path("data/export/", own_data.export, name="export_data"),
    path("data/erase/", own_data.erase, name="erase"),
    path("data/erase/confirm/", own_data.confirm_erasure, name="confirm_erasure"),
    path("erased/", own_data.erased, name="erased"),
    path("municipalities/", people.municipalities, name="municipalities"),
    path("affiliations/", affiliations.history, name="affiliations"),
    path("affiliations/add/", affiliations.add, name="add_affiliation"),
    path("affiliations/<id:pk>/end/", affiliations.end, name="end_affiliation"),
    path("affiliations/<id:pk>/transfer/", affiliations.transfer, name="transfer"),
    path("affiliations/<id:pk>/withdraw/", affiliations.withdraw, name="withdraw_affiliation"),
    path("affiliations/<id:pk>/evidence/", affiliations.add_evidence, name="add_evidence"),
    path("evidence/<id:pk>/", affiliations.evidence_file, name="evidence"),
    path("courses/<id:course_id>/enrol/", courses.enrol, name="enrol"),
    path("modules/<id:module_id>/read/", courses.complete_reading, name="complete_reading"),
    path("modules/<id:module_id>/quiz/", quizzes.start, name="start_attempt"),
    path("attempts/<id:attempt_id>/", quizzes.attempt, name="attempt"),
    path("modules/<id:module_id>/attempts/", quizzes.history, name="history"),
    path("attempts/<id:attempt_id>/save/", quizzes.save, name="save_answers"),
    path("attempts/<id:attempt_id>/result/", quizzes.result, name="result"),
    path("invitations/<str:token>/", invitations.answer, name="invitation"),
    path("offices/", offices.index, name="offices"),
    path("offices/<code:code>/", offices.office, name="office"),
    path("offices/<code:code>/people/", offices.people, name="office_people"),
    path("offices/<code:code>/people.csv", offices.people_csv, name="office_people_csv"),
    path("offices/<code:code>/people.xlsx", offices.people_xlsx, name="office_people_xlsx"),
    path("offices/<code:code>/towns.csv", offices.towns_csv, name="office_towns_csv"),
    path("offices/<code:code>/people/<id:learner_id>/", office_people.person, name="office_person"),
    path("offices/<code:code>/waiting/", office_people.waiting, name="office_waiting"),
    path("offices/<code:code>/confirm/", office_people.confirm, name="office_confirm"),
    path(
        "offices/<code:code>/affiliations/<id:affiliation_id>/refuse/",
        office_people.refuse,
        name="office_refuse",
    ),
    path(
        "offices/<code:code>/evidence/<id:evidence_id>/",
        office_people.evidence,
        name="office_evidence",
    ),
    *inviting("offices/<code:code>/invitations/", "office"),
    *inviting("offices/invitations/", "all"),
    path("reports/", reports.courses, name="reports"),
    path("reports/<id:course_id>/", reports.enrolments, name="report"),
    path("reports/<id:course_id>/enrolments.csv", reports.enrolments_csv, name="report_csv"),
]
