"""The API over HTTP: a real server, and requests that a client of it would make."""

import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest

from asterisk_search.config import Settings
from asterisk_search.service.desk import Desk
from asterisk_search.service.http.endpoints import Api
from asterisk_search.service.http.openapi import PREFIX
from asterisk_search.service.operations import OPERATIONS, Defaults
from tests.service.served import Served

API = "/api/v1"


def test_words_find_a_note(service: Served) -> None:
    got = service.get(f"{API}/search?q=servers+agree+on+a+leader")
    assert got.status == 200
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert "Raft" in got.json["results"][0]["title"]


def test_notices_say_that_nothing_matches_well(service: Served) -> None:
    (notice,) = service.get("/api/v1/search?q=qwxz+vbnrt+plfgh").json["notices"]
    assert notice == "no confident match: these are the closest"
    assert service.get("/api/v1/search?q=qwxz+vbnrt+plfgh&min_score=0.5").json["notices"] == []
    assert service.get("/api/v1/recent").json["notices"] == []


def test_filters_narrow_and_may_be_repeated(service: Served) -> None:
    got = service.get(f"{API}/search?q=water&folder=Garden&folder=Recipes&limit=20")
    folders = {row["path"].split("/")[0] for row in got.json["results"]}
    assert folders
    assert folders <= {"Garden", "Recipes"}


def test_a_type_is_any_that_a_filter_in_the_text_may_name(service: Served) -> None:
    got = service.get(f"{API}/search?type=canvas&limit=20").json
    assert {row["kind"] for row in got["results"]} <= {"canvas"}
    got = service.get(f"{API}/search?type=markdown").json
    assert got["results"] == []
    assert "nothing is of the type 'markdown' (there are: " in got["notices"][0]


def test_without_words_the_newest_that_pass_the_filters_are_listed(service: Served) -> None:
    assert len(service.get(f"{API}/search?folder=Recipes&limit=3").json["results"]) == 3


def test_an_answer_does_not_wait_for_its_head_to_be_confirmed(service: Served) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)) as connection:
        connection.request("GET", f"{API}/health")
        connection.getresponse().read()
        (held,) = service.server._server.server_state.connections
        connected = held.transport.get_extra_info("socket")
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_nothing_asked_is_refused(service: Served) -> None:
    assert service.get(f"{API}/search").code == "bad_request"


def test_what_is_new_is_listed(service: Served) -> None:
    rows = service.get(f"{API}/recent").json["results"]
    days = [row["created"] or row["modified"][:10] for row in rows]
    assert len(days) == 10
    assert days == sorted(days, reverse=True)
    since = service.get(f"{API}/recent?since=2026-03-01&folder=Daily").json
    assert 0 < since["total"] < since["index"]["documents"]


def test_weak_results_can_be_left_out(service: Served) -> None:
    rows = service.get(f"{API}/search?q=servers+agree+on+a+leader&min_score=0.5").json["results"]
    assert rows
    assert all(row["score"] >= 0.5 for row in rows)


@pytest.mark.parametrize(
    ("query", "message", "hint"),
    [
        ("q=x&tga=y", "unknown parameter 'tga'", "did you mean 'tag'?"),
        ("q=x&limit=0", "'limit' is '0'", "use a whole number from 1 to 100"),
        ("q=x&limit=ten", "'limit' is 'ten'", "use a whole number from 1 to 100"),
        ("q=x&limit=1&n=2", "'limit' was given 2 times", "give it once"),
        ("q=x&min_score=nan", "'min_score' is 'nan'", "use a number from 0 to 1"),
        ("q=x&mode=magic", "'mode' is 'magic'", "use one of hybrid, keyword, semantic"),
        ("q=x&explain=perhaps", "'explain' is 'perhaps'", "use true or false"),
        ("q=x&after=soon", "'soon' is not a date", "use 2024"),
        ("q=" + "x" * 10_001, "'query' has 10,001 characters", "10,000 at most"),
        ("q=x&" + "tag=y&" * 101, "'tag' was given 101 times", "give it 100 times at most"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_would_be_right(
    service: Served, query: str, message: str, hint: str
) -> None:
    got = service.get(f"{API}/search?{query}")
    assert got.status == 400
    assert got.code == "bad_request"
    assert message in got.json["error"]["message"]
    assert hint in got.json["error"]["hint"]


def test_an_unknown_source_is_not_found(service: Served) -> None:
    got = service.get(f"{API}/search?q=x&source=volt")
    assert (got.status, got.code) == (404, "nothing_indexed")


def test_any_bytes_in_an_address_are_a_query(service: Served) -> None:
    got = service.get(f"{API}/search?q=%ff%00%22%27%3B--")
    assert got.status == 200


def test_a_document_is_read_by_the_id_of_a_result(service: Served) -> None:
    row = service.get(f"{API}/search?q=servers+agree+on+a+leader").json["results"][0]
    document = service.get(f"{API}/document/{quote(row['id'], safe='')}").json
    assert (document["path"], document["title"]) == (row["path"], row["title"])
    assert document["lines"] >= document["end_line"] >= document["line"] == row["line"]
    some = service.get(f"{API}/document/{quote(row['path'])}?line=2&lines=3").json
    assert len(some["text"].splitlines()) == 3


def test_a_document_that_is_not_there_is_not_found(service: Served) -> None:
    got = service.get(f"{API}/document/No%20such%20note")
    assert (got.status, got.code) == (404, "not_found")


def test_a_path_out_of_the_vault_reads_nothing(service: Served) -> None:
    for path in ("/etc/passwd", "../../../etc/passwd", "vault:../../../etc/passwd"):
        assert service.get(f"{API}/document/{quote(path, safe='')}").status in (400, 404)


def test_similar_documents_are_found_for_a_note_or_a_text(service: Served) -> None:
    of_note = service.get(f"{API}/similar?id=Home.md").json
    assert of_note["of"]["path"] == "Home.md"
    assert of_note["results"]
    assert service.get(f"{API}/similar?text=bread+and+dough").json["of"] is None
    for query in ("", "?id=Home.md&text=x"):
        assert service.get(f"{API}/similar{query}").code == "bad_request"


def test_state_and_sources_are_told(service: Served) -> None:
    assert service.get(f"{API}/status").json["documents"] > 50
    assert service.get(f"{API}/sources").json["sources"][0]["name"] == "vault"
    assert service.get(f"{API}/health").json == {"schema": 1, "status": "ok"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v2/search?q=x", 404, "not_found"),
        ("GET", "/..%2f..%2fetc/passwd", 404, "not_found"),
    ],
)
def test_what_is_not_there_is_said_in_the_same_shape(
    service: Served, method: str, path: str, status: int, code: str
) -> None:
    got = service.ask(method, path)
    assert (got.status, got.code) == (status, code)


def test_a_wrong_method_is_said_in_the_same_shape(service: Served) -> None:
    got = service.authorized("DELETE", f"{API}/search")
    assert (got.status, got.code) == (405, "method_not_allowed")


@pytest.fixture(scope="module")
def described(service: Served) -> Any:
    return service.get(f"{API}/openapi.json").json


def shape_of(described: Any, operation: Any, status: str = "200") -> Any:
    """The schema of a response, with the components it refers to at hand."""
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    return {**schema, "components": described["components"]}


def test_the_description_names_every_route_and_no_other(described: Any) -> None:
    routes = {
        (route.path.replace(":path", ""), method.lower())
        for route in Api(Desk(Settings()), Defaults(), ThreadPoolExecutor(1)).routes()
        for method in route.methods or ()
        if method != "HEAD"
    }
    paths = {(path, method) for path, item in described["paths"].items() for method in item}
    assert paths == routes - {(f"{PREFIX}/openapi.json", "get")}
    assert described["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/search", "q=raft&explain=true"),
        ("/recent", "limit=2"),
        ("/similar", "id=vault:Home.md&limit=3"),
        ("/similar", "text=bread+that+rests+overnight&limit=3"),
        ("/document/{id}", ""),
        ("/sources", ""),
        ("/status", ""),
        ("/health", ""),
    ],
)
def test_answers_are_as_described(service: Served, described: Any, path: str, query: str) -> None:
    got = service.get(f"{API}{path.format(id='vault:Home.md')}?{query}")
    assert got.status == 200, got.body
    operation = described["paths"][API + path]["get"]
    jsonschema.Draft202012Validator(shape_of(described, operation)).validate(got.json)


@pytest.mark.parametrize("path", ["/search?limit=x", "/status?x=1", "/health?x=1", "/sources?x=1"])
def test_failures_are_as_described(service: Served, described: Any, path: str) -> None:
    got = service.get(API + path)
    operation = described["paths"][API + path.partition("?")[0]]["get"]
    jsonschema.Draft202012Validator(shape_of(described, operation, "default")).validate(got.json)


def test_every_parameter_that_is_understood_is_described(described: Any) -> None:
    for name, operation in OPERATIONS.items():
        path = next(path for path in described["paths"] if path.split("/")[3] == name)
        said = [item["name"] for item in described["paths"][path]["get"]["parameters"]]
        assert said == [item.name for item in operation.parameters]


def test_the_description_is_itself_valid_json_schema(described: Any) -> None:
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert json.dumps(described)
