"""What every `Embedder` promises. Subclass it and provide the fixture ``embedder``."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from asterisk_search.protocols import Embedder, TextRole

TEXTS = (
    "how to mend a flat tyre of a bicycle",
    "to mend a flat tyre of a bicycle take the wheel off first",
    "income tax for the year is due in April",
)
ODD = ("", " \n\t ", "\x00", "🙂🏳️‍🌈", "a\u0301e\u0301", "\ud800 alone", "中文", "x" * 5000)


class EmbedderConformance:
    """The promises of `asterisk_search.protocols.Embedder`."""

    def test_one_row_a_text(self, embedder: Embedder) -> None:
        vectors = embedder.embed(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dim)
        assert vectors.dtype == np.float32

    def test_no_texts_no_rows(self, embedder: Embedder) -> None:
        vectors = embedder.embed([])
        assert vectors.shape == (0, embedder.dim)
        assert vectors.dtype == np.float32

    @pytest.mark.parametrize("role", ["passage", "query"])
    def test_rows_have_unit_length(self, embedder: Embedder, role: TextRole) -> None:
        lengths = np.linalg.norm(embedder.embed(TEXTS, role), axis=1)
        assert lengths == pytest.approx(1.0, abs=1e-5)

    @pytest.mark.parametrize("text", ODD)
    def test_every_string_has_a_unit_vector(self, embedder: Embedder, text: str) -> None:
        (vector,) = embedder.embed([text])
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
        assert embedder.count_tokens(text) >= 0

    def test_neighbours_and_order_change_no_bit(self, embedder: Embedder) -> None:
        together = embedder.embed([*TEXTS, TEXTS[0], "word " * 90])
        alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
        backwards = embedder.embed(TEXTS[::-1])[::-1]
        assert (together[:3] == alone).all()
        assert (backwards == alone).all()
        assert (together[3] == together[0]).all()

    def test_many_threads_at_once_change_no_bit(self, embedder: Embedder) -> None:
        expected = embedder.embed(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: embedder.embed(TEXTS), range(8)))
        assert all((vectors == expected).all() for vectors in found)

    def test_related_texts_are_nearer(self, embedder: Embedder) -> None:
        question, answer, other = embedder.embed(TEXTS)
        assert question @ answer > question @ other + 0.2

    def test_text_beyond_the_limit_is_cut_off(self, embedder: Embedder) -> None:
        full = "bread " * embedder.max_tokens
        first, second = embedder.embed([full + "and an end", full + "of which nothing is read"])
        assert (first == second).all()

    def test_counting_leaves_out_what_frames_a_text(self, embedder: Embedder) -> None:
        assert embedder.count_tokens("") == 0
        assert embedder.count_tokens("bread") == 1
        assert embedder.count_tokens("bread and butter") == 3

    def test_the_space_has_a_name(self, embedder: Embedder) -> None:
        assert embedder.fingerprint
        assert embedder.fingerprint == embedder.fingerprint
        assert embedder.dim > 0
        assert embedder.max_tokens > 0
