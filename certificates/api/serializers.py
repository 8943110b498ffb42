"""What comes in and what goes out. Names come in and never go out (rule R7)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from certificates.domain.names import NameMatch
from certificates.domain.verification import Answer, VerificationStatus

WORDS = {
    "required": _("This is needed."),
    "blank": _("This may not be empty."),
    "null": _("This may not be null."),
    "invalid": _("This is not text."),
    "max_length": _("This is too long."),
}
STATES = [s.value for s in VerificationStatus if s is not VerificationStatus.MALFORMED]


def text(**options: Any) -> serializers.CharField:
    return serializers.CharField(error_messages=WORDS, **options)


class JsonObject(serializers.Serializer):
    default_error_messages = {"invalid": _("A JSON object is needed.")}


class QuestionSerializer(JsonObject):
    """Either `code`, with or without `full_name`, or `number` and `full_name`."""

    code = text(max_length=300, required=False)
    number = text(max_length=60, required=False)
    full_name = text(max_length=100, required=False)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        if ("code" in attrs) == ("number" in attrs):
            raise serializers.ValidationError(
                {"code": [_("Please send either “code” or “number” with “full_name”.")]}
            )
        if "number" in attrs and "full_name" not in attrs:
            raise serializers.ValidationError(
                {"full_name": [_("A number is confirmed only together with a name.")]}
            )
        return attrs


class FileQuestionSerializer(JsonObject):
    sha256 = serializers.RegexField(
        r"\A[0-9a-fA-F]{64}\Z",
        error_messages=WORDS | {"invalid": _("A SHA-256 has 64 digits of 0–9 and a–f.")},
        help_text="SHA-256 of the PDF, in hexadecimal.",
    )


class FactsSerializer(serializers.Serializer):
    """What the genuine paper says, but for its holder's name."""

    number = serializers.CharField()
    title = serializers.CharField()
    course_title = serializers.CharField()
    study_minutes = serializers.IntegerField()
    completed_on = serializers.DateField()
    issued_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True)
    issuer_office = serializers.CharField()
    is_specimen = serializers.BooleanField()


class AnswerSerializer(serializers.Serializer):
    """`name` is null if none was sent. An unknown certificate and a name that differs are one and
    the same answer."""

    status = serializers.ChoiceField(choices=STATES)
    name = serializers.ChoiceField(choices=[match.value for match in NameMatch], allow_null=True)
    revoked_on = serializers.DateField(allow_null=True)
    superseded_by = serializers.CharField(allow_null=True)
    certificate = FactsSerializer(allow_null=True)


def write_answer(answer: Answer, match: NameMatch | None) -> dict[str, Any]:
    facts = answer.facts if match is not NameMatch.DIFFERENT else None
    return AnswerSerializer(
        {
            "status": (answer.status if facts else VerificationStatus.UNKNOWN).value,
            "name": match and match.value,
            "revoked_on": answer.revoked_on if facts else None,
            "superseded_by": (answer.superseded_number or None) if facts else None,
            "certificate": facts,
        }
    ).data


class NewWebhookSerializer(JsonObject):
    url = text(max_length=500, help_text="https only, and public.")


class WebhookSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    url = serializers.CharField()
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(allow_null=True)


class MadeWebhookSerializer(WebhookSerializer):
    """`secret` is shown this once; calls are signed with it."""

    secret = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(required=False)
