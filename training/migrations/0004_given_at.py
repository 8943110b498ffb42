from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lms_training", "0003_carry_over")]

    operations = [
        migrations.RemoveField("question", "statement_is_true"),
        migrations.AlterField(
            "response", "given_at", models.DateTimeField(verbose_name="given at")
        ),
    ]
