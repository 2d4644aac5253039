"""Texts on which one form of a model is compared with another.

Not run by itself; `export` and `quantize` use them.
"""

PROBES = (
    "",
    "bread",
    "How do I restore a note that I deleted yesterday?",
    "The meeting was moved to Thursday because the room with the projector was taken. " * 30,
)
"""An empty text, a word, a question, and a text longer than the model reads."""
