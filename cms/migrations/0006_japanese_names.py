"""What Wagtail's own migrations put there under English names, for editors to read in Japanese."""

from django.db import migrations

NAMES = [
    ("Workflow", {"name": "Moderators approval"}, {"name": "承認者による承認"}),
    ("Task", {"name": "Moderators approval"}, {"name": "承認者による承認"}),
    ("Collection", {"depth": 1, "name": "Root"}, {"name": "ルート"}),
    # The page above the sites: its title stands in every list and path of pages.
    ("Page", {"depth": 1, "title": "Root"}, {"title": "ルート", "draft_title": "ルート"}),
]


def rename(apps, schema_editor):
    for model, english, japanese in NAMES:
        apps.get_model("wagtailcore", model).objects.filter(**english).update(**japanese)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0005_notices"),
        ("wagtailcore", "0048_add_default_workflows"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
