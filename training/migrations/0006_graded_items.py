from django.conf import settings
from django.db import migrations, models
from django.utils import translation

from training.kinds import get_kind

CHUNK = 200


def fill(apps, schema_editor):
    """Write what each question of every submitted attempt earned, as its paper says. A paper can be
    graded for ever by what is in training.kinds, so this does not depend on today's models."""
    Attempt = apps.get_model("lms_training", "Attempt")
    GradedItem = apps.get_model("lms_training", "GradedItem")
    Response = apps.get_model("lms_training", "Response")
    submitted = Attempt.objects.filter(submitted_at__isnull=False)
    pks = list(submitted.order_by("pk").values_list("pk", flat=True))
    # The texts of answers such as “true” are in the site's language; `migrate` itself speaks none.
    with translation.override(settings.LANGUAGE_CODE):
        for start in range(0, len(pks), CHUNK):
            chunk = pks[start : start + CHUNK]
            answers = {pk: {} for pk in chunk}
            given = Response.objects.filter(attempt__in=chunk).order_by("given_at", "sequence")
            for pk, key, answer in given.values_list("attempt_id", "question_key", "answer"):
                answers[pk][key] = answer
            rows = []
            for pk, paper in Attempt.objects.filter(pk__in=chunk).values_list("pk", "paper"):
                for item in paper["items"]:
                    mark = get_kind(item["kind"]).grade(
                        item["shown"], item["key"], answers[pk].get(item["question"])
                    )
                    rows.append(
                        GradedItem(
                            attempt_id=pk,
                            question_key=item["question"],
                            fraction=float(mark.fraction),
                            given=mark.given,
                            graded=item["graded"],
                        )
                    )
            GradedItem.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["attempt", "question_key"],
                update_fields=["fraction", "given", "graded"],
            )


class Migration(migrations.Migration):
    dependencies = [("lms_training", "0005_import_upload")]

    operations = [
        migrations.AddField(
            model_name="gradeditem",
            name="graded",
            field=models.BooleanField(default=True, verbose_name="counts for the score"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
