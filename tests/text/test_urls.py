"""When two addresses mean the same page."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.urls import domain_key, domain_of, shown_url, url_key

HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z][a-z0-9]{0,5}){1,2}", fullmatch=True).filter(
    lambda host: not host.startswith("www.")
)
PATHS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)).map(
    lambda parts: "".join("/" + quote(part, safe="") for part in parts)
)
QUERIES = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=2), st.text(string.ascii_letters)
).map(lambda items: "&".join(f"{key}={value}" for key, value in items.items()))


@given(HOSTS, PATHS, QUERIES, st.data())
def test_what_does_not_name_the_page_does_not_count(
    host: str, path: str, query: str, data: st.DataObject
) -> None:
    plain = f"https://{host}{path}" + (f"?{query}" if query else "")
    scheme, port = data.draw(st.sampled_from([("http", ""), ("https", ":443"), ("HTTP", ":80")]))
    www = data.draw(st.sampled_from(["", "www.", "WWW."]))
    named = data.draw(st.sampled_from([host, host.upper()]))
    slash = data.draw(st.sampled_from(["", "/"]))
    tracked = data.draw(st.sampled_from(["", "utm_source=news", "fbclid=1&gclid=2"]))
    fragment = data.draw(st.sampled_from(["", "#part", "#:~:text=words"]))
    queries = "&".join(part for part in (tracked, query) if part)
    other = f"{scheme}://{www}{named}{port}{path}{slash}" + (f"?{queries}" if queries else "")
    assert url_key(other + fragment) == url_key(plain) != ""


@given(st.one_of(st.text(max_size=60), PATHS.map(lambda path: f"http://a.org:81{path}?x#/y")))
def test_a_key_is_its_own_key(url: str) -> None:
    key = url_key(url)
    assert url_key(key) == key
    key.encode("utf-8")


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    domain_of(text)
    domain_key(text)
    assert shown_url(f"http://a.org/{text}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.org/x", "http://a.org/y"),
        ("http://a.org/x", "http://b.org/x"),
        ("http://a.org/x?page=1", "http://a.org/x?page=2"),
        ("http://a.org/#!/one", "http://a.org/#!/two"),
        ("http://a.org/", "http://a.org:8080/"),
        ("http://a.org/X", "http://a.org/x"),
        ("http://a.org/a%2Fb", "http://a.org/a/b"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "url", ["mailto:a@b.org", "file:///etc/passwd", "", "http://", "obsidian://open?x"]
)
def test_what_is_no_web_page_has_no_key(url: str) -> None:
    assert url_key(url) == ""


def test_one_character_has_one_spelling() -> None:
    assert url_key("http://a.org/%7euser/na%c3%afve") == url_key("http://a.org/~user/naïve")
    assert url_key("http://bücher.de/") == url_key("http://xn--bcher-kva.de")


def test_a_domain_is_filed_under_the_one_it_belongs_to() -> None:
    assert domain_key("https://www.Blog.Example.org:8080/x") == "org.example.blog"
    assert domain_key(" example.org. ") == "org.example"
    assert domain_of("http://127.0.0.5:8765/x") == "127.0.0.5"


def test_people_read_letters_not_escapes() -> None:
    assert shown_url("http://www.a.org/na%C3%AFve%20file.html#x") == "a.org/naïve file.html"
    assert shown_url("http://a.org/%E9%0A") == "a.org/%E9%0A"


@given(HOSTS, st.from_regex(r"(/[A-Za-z0-9/._~!$&'()*+,;=:@-]{0,9}){0,3}", fullmatch=True))
def test_plain_addresses_take_a_short_cut_to_the_same_key(host: str, path: str) -> None:
    for start in ("http://", "https://", "http://www.", "http://www.www."):
        url = f"{start}{host}{path}"
        assert url_key(url) == url_key(f"{url}#fragment") == url_key(f"{url}?utm_source=x")
