"""The description of the API (OpenAPI 3.1), made of the tables that the API itself runs on."""

from importlib.metadata import version
from typing import Any, Final

from asterisk_search.service import shapes
from asterisk_search.service.http.failures import ALL
from asterisk_search.service.operations import OPERATIONS, REINDEX
from asterisk_search.service.parameters import Parameter
from asterisk_search.service.shapes import Schema

PREFIX: Final = "/api/v1"
SCHEMAS: Final = {
    "Answer": shapes.ANSWER,
    "Similar": shapes.SIMILAR,
    "Document": shapes.DOCUMENT,
    "Sources": shapes.SOURCES,
    "Status": shapes.STATUS,
    "Progress": shapes.PROGRESS,
    "Health": shapes.HEALTH,
    "Accepted": shapes.ACCEPTED,
    "Error": shapes.ERROR,
}


def description() -> dict[str, Any]:
    """The whole description, ready to be sent."""
    paths = {
        path_of(name): {
            "get": _asked(name, operation.meaning, operation.parameters, operation.returns)
        }
        for name, operation in OPERATIONS.items()
    }
    paths[f"{PREFIX}/health"] = {
        "get": _asked("health", "Whether the service is up.", (), "Health")
    }
    reindex = _asked("reindex", "Have sources looked through soon.", REINDEX, "Accepted", "202")
    paths[f"{PREFIX}/reindex"] = {"post": {**reindex, "security": [{"token": []}]}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Asterisk Search",
            "version": version("asterisk-search"),
            "description": "Search your own notes and archived pages. Errors: "
            + "; ".join(f"{failure.code} ({failure.status})" for failure in ALL),
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def path_of(name: str) -> str:
    """The path of an operation, with the parameters that are part of it in braces."""
    placed = [item.name for item in OPERATIONS[name].parameters if item.placed]
    return "/".join([PREFIX, name, *(f"{{{one}}}" for one in placed)])


def _asked(
    name: str, meaning: str, parameters: tuple[Parameter, ...], returns: str, status: str = "200"
) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": meaning,
        "parameters": [_parameter(item) for item in parameters],
        "responses": {
            status: _response("The answer.", returns),
            "default": _response("Why there is none.", "Error"),
        },
    }


def _parameter(item: Parameter) -> dict[str, Any]:
    also = f" Also called: {', '.join(item.aliases)}." if item.aliases else ""
    return {
        "name": item.name,
        "in": "path" if item.placed else "query",
        "description": item.meaning + also,
        "required": item.required,
        "schema": item.schema(),
    }


def _response(meaning: str, name: str) -> Schema:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}
