"""What the example vault says nothing about is not presented as an answer."""

from collections.abc import Iterator

import pytest

from asterisk_search.answers import Query
from asterisk_search.config import Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from asterisk_search.service.wire import confidence
from tests.conftest import ROOT

NONSENSE = """
    asdf qwer zxcv uiop
    blorf snarg quixling
    flurbo wentle dranquist
    xkcdq vbnmz plokij
    gribble nax torvid
    zzzzzz yyyyyy
    lorem ipsum dolor sit amet
    qwertyuiop
    hjkl hjkl hjkl
    wug blicket dax fep
    colourless green ideas sleep furiously
    frabjous slithy toves
    the quick purple theorem jumped over
    carburettor stoichiometry of diesel locomotives
    papal conclave of 1492
    quarterback passer rating
    byzantine tax law in Anatolia
    tokamak plasma confinement
    mitochondrial haplogroup of the Etruscans
    offside rule in ice hockey
    opera libretto by Metastasio
    cuneiform tablet from Nippur
    zoning permits for oil refineries
    submarine sonar calibration
    insider trading indictment
    whale migration near Antarctica
    orbital mechanics of Phobos
    antitrust case against a railway
    knitting a cable sweater
    cricket test match at Lord's
    1234567890 0987654321
    !!! ??? ;;; &&&
    ж щ ъ ы ё
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(Settings(data_dir=str(tmp_path_factory.mktemp("data"))))
    made.register([str(ROOT / "examples" / "vault")])
    made.update(None, Silent())
    yield made
    made.close()


def best(library: Library, text: str) -> str:
    results = library.search(Query(text)).results
    return confidence(results[0].score) if results else "low"


@pytest.mark.parametrize("text", [line.strip() for line in NONSENSE.strip().splitlines()])
def test_nonsense_scores_low(library: Library, text: str) -> None:
    assert best(library, text) == "low"


@pytest.mark.parametrize("text", ["raft consensus", "how do I restore a backup"])
def test_what_the_vault_answers_does_not(library: Library, text: str) -> None:
    assert best(library, text) != "low"
