"""Properties: what counts as a block, what its scalars are, and what survives broken YAML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.frontmatter import read_properties, split


def values(inside: str) -> list[tuple[str, str]]:
    return list(read_properties(f"---\n{inside}\n---\nbody").values)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("---\na: b\n---\nc", 3),
        ("--- \na: b\n---\t\nc", 3),
        ("---\n---", 2),
        ("---\na: b\n----\n---\n", 4),
        ("\n---\na: b\n---\n", 0),
        ("---\na: b\n", 0),
        ("---", 0),
        ("--- a\nb\n---\n", 0),
        ("----\na: b\n---\n", 0),
        (" ---\na: b\n---\n", 0),
        ('{"a": 1}\n\ntext', 0),
        ("+++\na = 1\n+++\n", 0),
    ],
)
def test_the_first_line_and_a_later_one_must_be_three_hyphens(text: str, lines: int) -> None:
    assert split(text)[1] == lines
    assert read_properties(text).lines == lines


def test_scalars_stay_as_typed() -> None:
    inside = (
        "a: 12:30:00\nb: no\nc: 1.10\nd: 2024-01-02\ne: 0x1F\nf: true\ng: '007'\nh: ~\ni:\nj: ''"
    )
    assert values(inside) == [
        ("a", "12:30:00"),
        ("b", "no"),
        ("c", "1.10"),
        ("d", "2024-01-02"),
        ("e", "0x1F"),
        ("f", "true"),
        ("g", "007"),
    ]


def test_keys_are_lower_case_and_lists_give_a_pair_for_each_item() -> None:
    inside = "Tags:\n  - One\n  -\n  - null\n  - Two words\nAUTHOR: Ann"
    assert values(inside) == [("tags", "One"), ("tags", "Two words"), ("author", "Ann")]


def test_one_text_is_told_from_a_list() -> None:
    properties = read_properties("---\na: x y\nb: [x y]\n---\n")
    assert properties.single == {"a"}
    assert properties.all("b", "a") == ("x y", "x y")


def test_maps_are_flattened() -> None:
    assert values("a:\n  B: 1\n  c:\n    - d: 2") == [("a.b", "1"), ("a.c.d", "2")]


def test_links_need_no_quotes() -> None:
    inside = 'up: [[Old Lamp]]\ndown: "[[New]]"\nside:\n  - [[A]]\n  - "[[B]]"\nodd: [[A, B]]'
    assert values(inside) == [
        ("up", "[[Old Lamp]]"),
        ("down", "[[New]]"),
        ("side", "[[A]]"),
        ("side", "[[B]]"),
        ("odd", "[[A, B]]"),
    ]


def test_json_between_the_hyphens() -> None:
    assert values('{"tags": ["a", "b"], "n": 1}') == [("tags", "a"), ("tags", "b"), ("n", "1")]
    assert values('{\n\t"a":\t{"b": null, "c": "d"}\n}') == [("a.c", "d")]


def test_template_words_are_no_error() -> None:
    properties = read_properties("---\ndate: {{date}}\n{{title}}: x\na: b\n---\n")
    assert ("a", "b") in properties.values
    assert properties.error == ""


@pytest.mark.parametrize(
    ("inside", "rescued"),
    [
        ("title: One: two\ntags: [a, 'b']", [("title", "One: two"), ("tags", "a"), ("tags", "b")]),
        ("a: @b\ntags:\n- x\n-\n- y", [("a", "@b"), ("tags", "x"), ("tags", "y")]),
        ('a: \'b\nc: "d"', [("a", "b"), ("c", "d")]),
        ("tags: [inbox, urgent", [("tags", "inbox"), ("tags", "urgent")]),
        ("t: u: v\ntags: inbox, 'urgent']", [("t", "u: v"), ("tags", "inbox"), ("tags", "urgent")]),
        ('aliases: "foo', [("aliases", "foo")]),
        (
            "tags: [\"a, 'b\nc:\n- [d, e\n- '",
            [("tags", "a"), ("tags", "b"), ("c", "d"), ("c", "e")],
        ),
        ('title: "One": two', [("title", "One: two")]),
        (
            'up: [[A]]\nside: [b, [[C]]\nx: 6"',
            [
                ("up", "[[A]]"),
                ("side", "b"),
                ("side", "[[C]]"),
                ("x", '6"'),
            ],
        ),
        ("\ta: b\nc: %d", [("c", "%d")]),
        ("a: b\nc: *d", [("a", "b"), ("c", "*d")]),
    ],
)
def test_broken_yaml_is_rescued_line_by_line(inside: str, rescued: list[tuple[str, str]]) -> None:
    properties = read_properties(f"---\n{inside}\n---\n")
    assert list(properties.values) == rescued
    assert properties.error


def test_the_error_says_where() -> None:
    assert read_properties("---\na: b\nc: d: e\n---\n").error.endswith("on line 3")


def test_what_is_no_mapping_has_no_properties() -> None:
    assert read_properties("---\njust a line\n---\n").values == ()
    assert read_properties("---\n- a\n---\n").values == ()
    assert read_properties("---\n# a\n---\n").values == ()


@pytest.mark.parametrize(
    "inside",
    [
        "a: " + "[" * 50_000,
        "a: " + "{a: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "\n".join(" " * i + "a:" for i in range(700)),
        "a: &a [b]\n" + "\n".join(f"a{i}: &a{i} [{'*a, ' * 9}]" for i in range(50)),
        "a: &a\n  b: *a",
        "x0: &x0 {k: v}\n"
        + "\n".join(f"x{i}: &x{i}\n  <<: [{f'*x{i - 1},' * 9}]" for i in range(1, 12)),
        "l0: &l0 [v]\n" + "\n".join(f"l{i}: &l{i} [{f'*l{i - 1},' * 9}]" for i in range(1, 12)),
        "a: " + "9" * 10_000,
        "a: !!int b\nc: !!python/object:os.system d\ne: !!timestamp f\n!!binary g: h",
        "a: b\n" * 60_000,
    ],
    ids=lambda inside: inside[:12],
)
def test_hostile_yaml_is_bounded(inside: str) -> None:
    found = read_properties(f"---\n{inside}\n---\n").values
    assert len(found) <= 5_000
    assert sum(len(value) for _, value in found) <= 300_000


YAMLISH = st.lists(
    st.sampled_from(
        ["a", ":", ": ", "\n", "- ", "[", "]", "{", "}", "'", '"', "&a ", "*a", "!", "|", ">", "%",
         "@", "`", ",", "#", "? ", "<<", "~", "---", "...", "\t", "  ", "\x07", "\u2028", "é", "1"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(YAMLISH | st.text())
def test_any_block_at_all_is_read(inside: str) -> None:
    properties = read_properties(f"---\n{inside}\n---\n")
    assert all(key == key.lower() and value for key, value in properties.values)
