from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from certificates.domain.names import NameMatch, compare_names
from certificates.domain.verification import (
    verify_code,
    verify_number,
    verify_sha256,
)
from training.clock import today_in_japan

from .base import KeyedView
from .serializers import (
    AnswerSerializer,
    FileQuestionSerializer,
    ProblemSerializer,
    QuestionSerializer,
    write_answer,
)

RESPONSES = {
    200: AnswerSerializer,
    (400, "application/problem+json"): ProblemSerializer,
    (401, "application/problem+json"): ProblemSerializer,
    (415, "application/problem+json"): ProblemSerializer,
    (429, "application/problem+json"): ProblemSerializer,
}


@extend_schema(request=QuestionSerializer, responses=RESPONSES)
class VerifyView(KeyedView):
    """Is this certificate genuine and valid?"""

    operations = {"POST": "verify"}

    def post(self, request: Request) -> Response:
        question = QuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        today = today_in_japan()
        name = asked.get("full_name")
        if "number" in asked:
            answer, match = verify_number(number=asked["number"], full_name=name, today=today)
            return Response(write_answer(answer, match))
        answer = verify_code(typed=asked["code"], today=today)
        if name is None:
            return Response(write_answer(answer, None))
        match = NameMatch.DIFFERENT
        if answer.facts:
            match = compare_names(typed=name, printed=answer.facts.full_name)
        return Response(write_answer(answer, match))


@extend_schema(request=FileQuestionSerializer, responses=RESPONSES)
class VerifyFileView(KeyedView):
    """Is this the very file that was issued? Only its hash is sent."""

    operations = {"POST": "verify_file"}

    def post(self, request: Request) -> Response:
        question = FileQuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        answer = verify_sha256(
            sha256=question.validated_data["sha256"].lower(),
            today=today_in_japan(),
        )
        return Response(write_answer(answer, None))
