from django.db import migrations


def forget_time_zones(apps, schema_editor):
    """Nobody chooses one any more (WAGTAIL_USER_TIME_ZONES); what was chosen would go on."""
    profiles = apps.get_model("wagtailusers", "UserProfile").objects
    profiles.exclude(current_time_zone="").update(current_time_zone="")


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0006_japanese_names"),
        ("wagtailusers", "0007_userprofile_current_time_zone"),
    ]

    operations = [migrations.RunPython(forget_time_zones, migrations.RunPython.noop)]
