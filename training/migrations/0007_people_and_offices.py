import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import training.models.affiliations
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, schema_editor):
    """Registered and claimed when the purpose was accepted; who registered as OB/OG had an
    affiliation that was over by then, as what is not known: a volunteer, to be confirmed."""
    Learner = apps.get_model("lms_training", "Learner")
    Affiliation = apps.get_model("lms_training", "Affiliation")
    Learner.objects.update(registered_at=models.F("purpose_accepted_at"))
    for each in Affiliation.objects.select_related("learner").iterator():
        each.claimed_at = each.learner.purpose_accepted_at
        if each.category == "former":
            each.category = "volunteer"
            each.ended_on = each.ended_on or each.claimed_at.date()
        each.save(update_fields=["claimed_at", "category", "ended_on"])


# Kept by the database too: not even the application's own connection changes a row. (Not TRUNCATE,
# which only the owner of a table may do. docs/operations.md tells how to run under a lesser role.)
REFUSE_CHANGES = """
CREATE FUNCTION lms_training_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to';
END $$;
CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR DELETE ON lms_training_auditentry
    FOR EACH ROW EXECUTE FUNCTION lms_training_refuse_change();
"""
ALLOW_CHANGES = """
DROP TRIGGER audit_only_added_to ON lms_training_auditentry;
DROP FUNCTION lms_training_refuse_change();
"""


def refuse_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REFUSE_CHANGES)


def allow_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ALLOW_CHANGES)


class Migration(migrations.Migration):

    dependencies = [
        ('lms_training', '0006_graded_items'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
            ],
            options={
                'verbose_name': 'officer',
                'verbose_name_plural': 'officers',
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('action', models.CharField(max_length=50, verbose_name='action')),
                ('object_type', models.CharField(blank=True, max_length=100, verbose_name='kind of object')),
                ('object_id', models.CharField(blank=True, max_length=64, verbose_name='object')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('details', models.JSONField(default=dict, verbose_name='details')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit log',
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(blank=True, storage=training.models.affiliations.evidence_storage, upload_to='', verbose_name='file')),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                ('deleted_at', models.DateTimeField(blank=True, null=True, verbose_name='deleted at')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('full_name', models.CharField(max_length=100, verbose_name='full name')),
                ('kana', models.CharField(blank=True, max_length=100, verbose_name='reading of the name')),
                ('category', models.CharField(choices=[('volunteer', 'regional revitalisation volunteer'), ('supporter', 'village supporter'), ('prefecture_staff', 'prefecture staff'), ('municipality_staff', 'municipality staff')], max_length=20, verbose_name='category')),
                ('started_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('token_sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(verbose_name='invited at')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('sent_count', models.PositiveSmallIntegerField(default=1, verbose_name='times sent')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted at')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
            },
        ),
        migrations.CreateModel(
            name='InvitationUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('data', models.BinaryField()),
                ('made_at', models.DateTimeField(verbose_name='uploaded at')),
            ],
            options={
                'verbose_name': 'uploaded list of people',
                'verbose_name_plural': 'uploaded lists of people',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=150, unique=True, verbose_name='key')),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='answers go to')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('next_try_at', models.DateTimeField(blank=True, null=True, verbose_name='next try at')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='problem')),
            ],
            options={
                'verbose_name': 'outgoing mail',
                'verbose_name_plural': 'outgoing mails',
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='RegistrationDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data', models.JSONField(default=dict, verbose_name='data')),
                ('updated_at', models.DateTimeField(verbose_name='changed at')),
            ],
            options={
                'verbose_name': 'registration under way',
                'verbose_name_plural': 'registrations under way',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='affiliation',
            name='claimed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='entered at'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='affiliation',
            name='refusal_reason',
            field=models.TextField(blank=True, max_length=1000, verbose_name='reason of the refusal'),
        ),
        migrations.AddField(
            model_name='affiliation',
            name='refused_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='refused at'),
        ),
        migrations.AddField(
            model_name='affiliation',
            name='refused_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by'),
        ),
        migrations.AddField(
            model_name='learner',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='erased at'),
        ),
        migrations.AddField(
            model_name='learner',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='lms_training.learner', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='learner',
            name='registered_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='registered at'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='localgovernment',
            name='abolished_on',
            field=models.DateField(blank=True, null=True, verbose_name='abolished on'),
        ),
        migrations.AddField(
            model_name='localgovernment',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='lms_training.localgovernment', verbose_name='merged into'),
        ),
        migrations.AlterField(
            model_name='affiliation',
            name='category',
            field=models.CharField(choices=[('volunteer', 'regional revitalisation volunteer'), ('supporter', 'village supporter'), ('prefecture_staff', 'prefecture staff'), ('municipality_staff', 'municipality staff')], max_length=20, verbose_name='category'),
        ),
        migrations.AlterField(
            model_name='learner',
            name='full_name',
            field=models.CharField(blank=True, max_length=100, verbose_name='full name'),
        ),
        migrations.AlterField(
            model_name='learner',
            name='kana',
            field=models.CharField(blank=True, max_length=100, verbose_name='reading of the name'),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='affiliation',
            index=models.Index(fields=['local_government', 'ended_on'], name='affiliations_of_body'),
        ),
        migrations.AddIndex(
            model_name='affiliation',
            index=models.Index(condition=models.Q(('confirmed_at', None), ('refused_at', None)), fields=['local_government'], name='affiliations_to_confirm'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at', None), ('refused_at', None), _connector='OR'), name='affiliation_confirmed_or_refused'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on', None), ('refused_at', None)), fields=('learner', 'local_government', 'category'), name='one_open_affiliation'),
        ),
        migrations.AddConstraint(
            model_name='learner',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('full_name', ''), _negated=True), ('erased_at__isnull', False), _connector='OR'), name='learner_has_name_unless_erased'),
        ),
        migrations.AddConstraint(
            model_name='localgovernment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('abolished_on', None), ('successor', None)), models.Q(('abolished_on__isnull', False), ('successor__isnull', False)), _connector='OR'), name='abolished_with_successor'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='appointed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='appointed by'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='local_government',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='lms_training.localgovernment', verbose_name='local government'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='local_government',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lms_training.localgovernment', verbose_name='local government'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='affiliation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='lms_training.affiliation', verbose_name='affiliation'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='invited_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='learner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lms_training.learner', verbose_name='learner'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='local_government',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lms_training.localgovernment', verbose_name='local government'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='taken_up_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken up by'),
        ),
        migrations.AddField(
            model_name='invitationupload',
            name='local_government',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lms_training.localgovernment'),
        ),
        migrations.AddField(
            model_name='invitationupload',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at'], name='outgoing_mail_due'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at', None), ('next_try_at', None), _connector='OR'), name='sent_mail_has_no_more_tries'),
        ),
        migrations.AddField(
            model_name='registrationdraft',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='registration_draft', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='appointment_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None), ('ends_on', None)), fields=('user', 'local_government'), name='one_open_appointment'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['action', '-id'], name='audit_by_action'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['actor', '-id'], name='audit_by_actor'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['object_type', 'object_id'], name='audit_by_object'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(models.F('local_government'), django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), name='one_open_invitation'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('learner', None)), models.Q(('accepted_at__isnull', False), ('learner__isnull', False)), _connector='OR'), name='invitation_accepted_by_learner'),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='recorded_by_hand',
            field=models.BooleanField(default=False, verbose_name='recorded by hand'),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
