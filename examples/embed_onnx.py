"""The bundled model without Asterisk Search: onnxruntime, tokenizers and numpy alone.

Run: python examples/embed_onnx.py asterisk_search/embedding/bundled "a question" "a text" "another"
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder, question, *texts = sys.argv[1:]
tokenizer = Tokenizer.from_file(str(Path(folder, "tokenizer.json")))
tokenizer.enable_truncation(258)  # 256 tokens and the two special ones
session = onnxruntime.InferenceSession(Path(folder, "model.onnx").read_bytes())


def embed(text: str) -> np.ndarray:
    """A unit vector of 256 numbers; texts go in one by one."""
    ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
    return session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]


for text in texts:
    print(f"{embed(question) @ embed(text):.3f}  {text}")
