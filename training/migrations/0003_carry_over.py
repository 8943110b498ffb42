from django.db import migrations
from django.db.models import F


def carry_over(apps, schema_editor):
    """The key of a true/false question becomes a detail of its kind; answers were given when they
    were saved. Drafts of such questions are in their revisions."""
    Response = apps.get_model("lms_training", "Response")
    Response.objects.filter(given_at=None).update(given_at=F("saved_at"))
    Question = apps.get_model("lms_training", "Question")
    Revision = apps.get_model("wagtailcore", "Revision")
    for question in Question.objects.filter(kind="true_false").exclude(statement_is_true=None):
        question.parameters = {"statement_is_true": question.statement_is_true}
        question.save(update_fields=["parameters"])
        revisions = Revision.objects.filter(
            content_type__app_label="lms_training",
            content_type__model="question",
            object_id=str(question.pk),
        )
        for revision in revisions:
            statement = revision.content.pop("statement_is_true", None)
            revision.content["parameters"] = {"statement_is_true": statement}
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("lms_training", "0002_questions_and_attempts")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
