from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0015_readings_in_pieces"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchentry",
            name="readings",
            field=models.TextField(blank=True),
        ),
    ]
