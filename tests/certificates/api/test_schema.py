"""The description says what the API does: every answer fits the schema that it names."""

import pytest

from .conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(anonymous):
    response = anonymous.get("openapi.json")
    assert response.status_code == 200
    return response.json()


def test_all_operations_are_described(schema):
    operations = {
        operation["operationId"]: sorted(operation["responses"])
        for methods in schema["paths"].values()
        for operation in methods.values()
    }
    assert operations == {
        "verify": ["200", "400", "401", "415", "429"],
        "verify_file": ["200", "400", "401", "415", "429"],
        "list_webhooks": ["200", "401", "429"],
        "register_webhook": ["201", "400", "401", "409", "415", "429"],
        "remove_webhook": ["204", "401", "404", "429"],
    }
    assert schema["servers"] == [{"url": "/api/v1"}]
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def fits(value, schema, components):
    if "$ref" in schema:
        return fits(value, components[schema["$ref"].rpartition("/")[2]], components)
    if value is None:
        return schema.get("nullable") or any(
            None in components[each["$ref"].rpartition("/")[2]].get("enum", ())
            for each in schema.get("oneOf", [])
            if "$ref" in each
        )
    if alternatives := schema.get("oneOf") or schema.get("allOf"):
        return any(fits(value, each, components) for each in alternatives)
    if "enum" in schema:
        return value in schema["enum"]
    if schema.get("type") == "object" and "properties" in schema:
        required = set(schema.get("required", ()))
        return required <= value.keys() <= schema["properties"].keys() and all(
            fits(value[name], schema["properties"][name], components) for name in value
        )
    kinds = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}
    return isinstance(value, kinds[schema["type"]])


@pytest.mark.parametrize(
    ("path", "question", "status"),
    [
        ("verify", {"code": "CODE"}, 200),
        ("verify", {"code": "CODE", "full_name": "高橋 𠮷江"}, 200),
        ("verify", {"number": "R8-1", "full_name": "鈴木"}, 200),
        ("verify", {}, 400),
        ("verify-file", {"sha256": "0" * 64}, 200),
        ("verify-file", {"sha256": 1}, 400),
    ],
)
def test_answers_fit_the_description(api, certificate, schema, path, question, status):
    if question.get("code"):
        question |= {"code": certificate.facts["code"]}
    response = api.post(f"certificates/{path}/", question)
    assert response.status_code == status
    [described] = schema["paths"][f"/certificates/{path}/"]["post"]["responses"][str(status)][
        "content"
    ].items()
    kind, content = described
    assert response["Content-Type"] == kind
    assert fits(response.json(), content["schema"], schema["components"]["schemas"])


def test_no_asset_of_others_is_served(anonymous):
    for path in ("", "docs/", "swagger/", "redoc/"):
        assert anonymous.get(path).status_code == 404
    assert Api("").client.get("/static/rest_framework/css/bootstrap.min.css").status_code == 404
