from trainer import joined


def test_long_texts_are_two_passages_of_one_source() -> None:
    passages = {source: [f"{source}{n} " + "x" * 300 for n in range(20)] for source in (1, 2)}
    made = joined.texts(passages, 30, seed=1)
    assert made == joined.texts(passages, 30, seed=1)
    assert made != joined.texts(passages, 30, seed=2)
    assert len(set(made)) == 30
    known = {f"{one} {other}" for found in passages.values() for one in found for other in found}
    assert set(made) <= known
    assert joined.texts({1: ["too", "short"]}, 30, seed=1) == []
