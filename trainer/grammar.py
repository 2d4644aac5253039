"""Caption-like sentences made up by rule, for distillation only.

Run: not by itself; `prepare` calls it when the recipe asks for ``grammar`` sentences.

Short sentences that say almost the same are what the student finds hardest and what free text
collections rarely hold. The teacher needs no human label to say how near two of them are, so they
may as well be made up. Neighbours in the list are variants of one scene: one slot changed, or the
whole denied, so that a batch holds fine differences.
"""

import random
from collections.abc import Iterator

WHO = (
    "man|woman|boy|girl|child|dog|cat|couple|group of people|young man|old woman|cyclist|chef|"
    "farmer|student|teacher|nurse|musician|dancer|skier|surfer|soldier|baby|brown dog|black cat|"
    "horse|bird|monkey|football player|painter|hiker|runner|tourist|crowd|team|worker|biker|"
    "small kid|toddler|singer|fisherman|climber|driver|lady|person|panda|rabbit|skateboarder"
).split("|")
DOES = (
    "playing the guitar|riding a bike|slicing an onion|cutting a tomato|running|jumping|sleeping|"
    "reading a book|talking on the phone|cooking a meal|dancing|walking|swimming|singing a song|"
    "drinking water|eating an apple|kicking a ball|throwing a stick|catching a ball|climbing|"
    "painting a wall|washing the dishes|feeding an animal|driving a car|pouring milk into a bowl|"
    "mixing the dough|playing chess|watching television|typing on a keyboard|writing a letter|"
    "opening a box|carrying a bag|fixing a computer|looking at the camera|sitting|standing|"
    "peeling a potato|frying some fish|brushing the floor|playing the piano|playing a flute|"
    "lifting weights|riding a horse|chasing another one|resting|laughing|taking a picture|"
    "putting on make-up|folding paper|planting a tree|waiting for the bus|selling fruit"
).split("|")
WHERE = (
    "in the park|on the beach|in a kitchen|on a stage|in the snow|near a river|under a tree|"
    "on the street|in a crowded room|at night|in front of a house|on a mountain|in the water|"
    "on the grass|in a classroom|behind a fence|next to a car|at the market|on a bench|indoors|"
    "outdoors|by the lake|in the rain|on a roof|at a party|in the desert|in an office|at home"
).split("|")
LOOK = (
    "in a red shirt|in a blue coat|with a hat|with long hair|wearing glasses|in a white dress|"
    "with a small bag|in uniform|wearing a helmet|with a stick|in black|without shoes"
).split("|")
PLAIN = "{a} {who}{look} is {does}{where}"
DENIED = "{a} {who}{look} is not {does}{where}"
ABSENT = "There is no {who}{look} {does}{where}"
SHAPES = (PLAIN, PLAIN, PLAIN, DENIED, ABSENT, "{who}{look} {does}{where}")


def sentences(count: int, seed: int) -> list[str]:
    """``count`` different sentences, the same for the same seed."""
    made: dict[str, None] = {}
    for sentence in endless(random.Random(seed)):
        made.setdefault(sentence)
        if len(made) == count:
            break
    return list(made)


def endless(chance: random.Random) -> Iterator[str]:
    """Scenes, each followed by variants of itself that differ in one slot."""
    while True:
        scene = {"who": chance.choice(WHO), "does": chance.choice(DOES)}
        scene["where"] = maybe(chance, WHERE, 0.6)
        scene["look"] = maybe(chance, LOOK, 0.3)
        yield say(chance, scene)
        for slot, choices in (("who", WHO), ("does", DOES), ("where", WHERE)):
            changed = chance.choice(choices)
            yield say(chance, {**scene, slot: changed if slot != "where" else " " + changed})
        yield say(chance, scene)


def maybe(chance: random.Random, choices: list[str], probability: float) -> str:
    """One of the choices after a blank, or nothing."""
    return " " + chance.choice(choices) if chance.random() < probability else ""


def say(chance: random.Random, scene: dict[str, str]) -> str:
    """The scene as an affirmation, a denial or a bare caption."""
    article = chance.choice(("The", "A", "A"))
    if article == "A" and scene["who"][0] in "aeiou":
        article = "An"
    text = chance.choice(SHAPES).format(a=article, **scene)
    return text[0].upper() + text[1:] + chance.choice(("", "."))
