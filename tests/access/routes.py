"""Every pattern of the URLconf, and an address for it in the world of world.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from .world import TOKENS, Side, World

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
NAMED = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
UNNAMED = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
# Whose pages these are: written by others, and the same in every site with Wagtail or allauth.
OF_OTHERS = re.compile(r"^(editor|documents|account|_util)/|^\^")
OURS = re.compile(
    r"^editor/(appointments|certificates|notices|training|questions/exchange|figures|login"
    r"|snippets/lms_|training_learner_chooser|users/(new|edit)|groups/(new|edit))"
    r"|^account/($|again|sessions|sign-in|connect-first)"
)


@dataclass(frozen=True)
class Route:
    pattern: str
    parameters: tuple[str, ...]
    template: str

    @property
    def is_ours(self) -> bool:
        return not OF_OTHERS.match(self.pattern) or bool(OURS.match(self.pattern))


def list_routes() -> list[Route]:
    found = {pattern: _read(pattern) for pattern in _walk(get_resolver().url_patterns)}
    return sorted(found.values(), key=lambda route: route.pattern)


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for each in patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, pattern)
        elif isinstance(each, URLPattern):
            yield pattern


def _read(pattern: str) -> Route:
    template = NAMED.sub(r"<\1>", pattern)
    counter = iter("abc")
    template = UNNAMED.sub(lambda _match: f"<group_{next(counter)}>", template)
    template = template.replace("\\.", ".").replace("\\Z", "").replace("^", "").replace("$", "")
    return Route(pattern, tuple(CONVERTER.findall(template)), template)


# By the beginning of the pattern and the parameter; the first that fits. A word in braces is a
# value of a side, then of the world; anything else stands for itself.
SNIPPETS = {
    "cms/glossaryterm/": "{term}",
    "cms/reading/": "{reading}",
    "lms_certificates/certificate/": "{certificate}",
    "lms_certificates/namecorrection/": "{correction}",
    "lms_certificates/registerentry/": "{entry}",
    "lms_certificates/certificatetemplate/": "{template}",
    "lms_training/quiz/": "{quiz}",
    "lms_training/question/": "{question}",
    "lms_training/allowance/": "{allowance}",
    "lms_training/purposenotice/": "{notice_version}",
}
RULES: list[tuple[str, str, str]] = [
    (r"", "revision_id_a", "earliest"),
    (r"", "revision_id_b", "latest"),
    *((rf"editor/snippets/(choose/)?{key}", "pk", value) for key, value in SNIPPETS.items()),
    (r"editor/snippets/lms_certificates/certificatetemplate", "revision_id", "{template_revision}"),
    (r"editor/snippets/lms_training/question", "revision_id", "{question_revision}"),
    (r"editor/pages", "revision_id", "{page_revision}"),
    (r"editor/pages/workflow/preview", "task_id", "{task}"),
    (r"", "task_id", "{task}"),
    (r"editor/snippets/lms_training/question", "task_state_id", "{question_task_state}"),
    (r"editor/snippets/lms_training/question", "workflow_state_id", "{question_workflow_state}"),
    (r"", "task_state_id", "{task_state}"),
    (r"", "workflow_state_id", "{workflow_state}"),
    (r"", "workflow_pk", "{workflow}"),
    (r"editor/workflows/(enable|disable|edit|usage)", "pk", "{workflow}"),
    (r"editor/workflows/tasks/add", "app_label", "wagtailcore"),
    (r"editor/workflows/tasks/add", "model_name", "groupapprovaltask"),
    (r"editor/workflows/tasks", "pk", "{task}"),
    (r"editor/workflows/remove", "page_pk", "{module}"),
    (r"editor/pages/(add|usage|create)", "content_type_app_name", "lms_training"),
    (r"editor/pages/(add|usage|create)", "content_type_model_name", "modulepage"),
    (r"editor/pages/create", "app_label", "lms_training"),
    (r"editor/pages/create", "model_name", "modulepage"),
    (r"editor/", "parent_page_id", "{course}"),
    (r"editor/", "page_to_move_id", "{module}"),
    (r"editor/", "destination_id", "{course}"),
    (r"editor/notices", "page_id", "{notice}"),
    (r"editor/", "page_id", "{module}"),
    (r"editor/pages", "pk", "{module}"),
    (r"editor/api/main/.pages", "pk", "{module}"),
    (r"editor/api/main/.documents", "pk", "{document}"),
    (r"editor/api/main/.images", "pk", "{image}"),
    (r"editor/api", "action_name", "publish"),
    (r"editor/.*workflow", "action_name", "approve"),
    (r"editor/bulk", "app_label", "lms_training"),
    (r"editor/bulk", "model_name", "question"),
    (r"editor/bulk", "action", "delete"),
    (r"editor/editing-sessions", "app_label", "lms_training"),
    (r"editor/editing-sessions", "model_name", "question"),
    (r"editor/editing-sessions", "object_id", "{question}"),
    (r"editor/editing-sessions", "session_id", "1"),
    (r"editor/tag-autocomplete", "app_name", "lms_training"),
    (r"editor/tag-autocomplete", "model_name", "questiontag"),
    (r"editor/collections", "(pk|collection_id)", "{collection}"),
    (r"editor/appointments", "pk", "{appointment}"),
    (r"editor/certificates/names", "pk", "{correction}"),
    (r"editor/certificates/api-keys", "pk", "{api_key}"),
    (r"editor/certificates/by-hand/propose", "learner_id", "{shared_learner}"),
    (r"editor/certificates/by-hand", "pk", "{manual}"),
    (r"editor/certificates", "pk", "{certificate}"),
    (r"editor/training/figures", "key", "funnel"),
    (r"editor/training/courses", "pk", "{course}"),
    (r"editor/training/courses", "upload_id", "{import_upload}"),
    (r"editor/training/questions", "pk", "{question}"),
    (r"editor/training/quizzes", "pk", "{quiz}"),
    (r"editor/questions/exchange", "upload_id", "{import_upload}"),
    (r"editor/questions/exchange", "name", "xlsx"),
    (r"editor/redirects", "redirect_id", "{redirect}"),
    (r"editor/settings", "app_name", "cms"),
    (r"editor/settings", "model_name", "user"),
    (r"editor/settings", "pk", "1"),
    (r"editor/documents", "(document_id|doc_id|pk)", "{document}"),
    (r"editor/images", "(image_id|pk)", "{image}"),
    (r"editor/", "uploaded_file_id", "1"),
    (r"editor/images", "filter_spec", "original"),
    (r"editor/training_learner_chooser", "pk", "{shared_learner}"),
    (r"editor/sites", "pk", "{site}"),
    (r"editor/users", "pk", "{user}"),
    (r"editor/groups", "pk", "{group}"),
    (r"editor/password_reset", "uidb64", "MQ"),
    (r"editor/password_reset", "token", "a-b"),
    (r"documents/", "group_a", "{document}"),
    (r"documents/", "group_b", "{document_name}"),
    (r"(documents|_util)/", "(restriction_id|page_view_restriction_id)", "{restriction}"),
    (r"_util/", "page_id", "{module}"),
    (r"\^|\(", "group_a", "digital-support/"),
    (r"account/sign-in", "secret", "not-a-secret"),
    (r"account/oidc", "provider_id", "none"),
    (r"account/", "(key|uidb36)", "a"),
    (r"account/2fa", "pk", "1"),
    (r"learn/courses", "course_id", "{course}"),
    (r"learn/modules", "module_id", "{module}"),
    (r"learn/attempts", "attempt_id", "{attempt}"),
    (r"learn/reports", "course_id", "{course}"),
    (r"learn/invitations", "token", "{token}"),
    (r"learn/offices/.*towns", "code", "{prefecture_code}"),
    (r"learn/offices", "code", "{code}"),
    (r"learn/offices", "learner_id", "{learner}"),
    (r"learn/offices", "affiliation_id", "{affiliation}"),
    (r"learn/offices", "evidence_id", "{evidence}"),
    (r"learn/offices", "upload_id", "{invitation_upload}"),
    (r"learn/offices", "invitation_id", "{invitation}"),
    (r"learn/affiliations", "pk", "{affiliation}"),
    (r"learn/evidence", "pk", "{evidence}"),
    (r"certificates/offers/mine/messages", "pk", "{message}"),
    (r"certificates/offers/mine/blocked", "code", "{code}"),
    (r"certificates/offers", "pk", "{offer}"),
    (r"certificates/lists", "pk", "{list}"),
    (r"certificates/", "pk", "{certificate}"),
    (r"offices/notices/.*remind", "code", "{prefecture_code}"),
    (r"offices/notices", "pk", "{notice}"),
    (r"api/v1/webhooks", "pk", "{webhook}"),
    (r"api/v1/", "path", "nowhere"),
    (r"v/status", "number", "0"),
    (r"v/keys", "name", "{signing_key}"),
    (r"v/", "code", "{verification_code}"),
    (r"media/", "name", "{image_name}"),
]


class NoRule(Exception):
    """A parameter that nothing above says a value for."""


def _find_rule(route: Route, parameter: str) -> str:
    for start, name, value in RULES:
        if re.match(start, route.pattern) and re.fullmatch(name, parameter):
            return value
    raise NoRule(
        f"tests/access/routes.py has no rule for <{parameter}> of {route.pattern}: add one"
    )


def _fill(value: str, world: World, side: Side) -> str:
    if not value.startswith("{"):
        return value
    name = value[1:-1]
    if name == "token":
        return TOKENS[side is world.other]
    if name == "shared_learner":
        return str(world.values["learner"])
    return str(side.values[name] if name in side.values else world.values[name])


def is_sided(route: Route, world: World) -> bool:
    """Whether the address names something that belongs to somebody."""
    rules = {_find_rule(route, parameter).strip("{}") for parameter in route.parameters}
    return bool(rules & (world.own.values.keys() | {"token"}))


def make_address(route: Route, world: World, side: Side) -> str:
    address = route.template
    for parameter in route.parameters:
        value = _fill(_find_rule(route, parameter), world, side)
        address = re.sub(rf"<(\w+:)?{parameter}>", lambda _match, v=value: v, address)
    return f"/{address}"
