"""The model at work: texts in, unit vectors out, through ONNX Runtime on the processor.

Every text runs alone. In most eight-bit models the numbers of a batch share one quantisation, so
that a text's vector would depend on its neighbours and on their padding; and a batch is no faster
than its texts one by one. Alone, the same text gives the same bits whatever is asked beside it.
Parallelism is over texts: each session run takes one thread and releases the interpreter's lock.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from asterisk_search.embedding.bundle import MODEL, TOKENIZER, Bundle
from asterisk_search.errors import BundleError, EmbedderUnavailable
from asterisk_search.protocols import TextRole

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

LONGEST_TOKEN = 100
"""Characters of text read per token of room: bounds the work on a text of any length."""
TRY_AGAIN = "close other programs if memory is short, then try again"


class OnnxEmbedder:
    """A bundle as an `asterisk_search.protocols.Embedder`; thread-safe.

    The tokenizer and the session are loaded when first needed: counting tokens never starts the
    session. An empty text is a text like any other and has a unit vector.
    """

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        """``threads`` texts at most are embedded at the same time."""
        self._bundle = bundle
        self._threads = max(1, threads)
        self._lock = threading.Lock()
        self._tokenizer: Tokenizer | None = None
        self._session: ort.InferenceSession | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    @property
    def bundle(self) -> Bundle:
        """What the embedder was made from."""
        return self._bundle

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the bundle's manifest."""
        return self._bundle.fingerprint

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._bundle.manifest.dim

    @property
    def max_tokens(self) -> int:
        """Longest text the model reads, special tokens not counted; the rest is cut off."""
        return self._bundle.manifest.max_tokens

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text``, special ones not counted.

        Raises:
            BundleError: the tokenizer is missing, altered or unusable.
        """
        return len(self._ready_tokenizer().encode(encodable(text), add_special_tokens=False))

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        """One unit vector per text: shape (len(texts), dim), float32.

        The same text gives the same bits, whatever its neighbours and however many threads.

        Raises:
            EmbedderUnavailable: closed, or the runtime fails, or gives numbers that are none.
            BundleError: the bundle is missing, altered or unusable.
        """
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        tokenizer, session = self._ready_tokenizer(), self._ready_session()
        prefixes = self._bundle.manifest.prefixes
        prefix = prefixes.query if role == "query" else prefixes.passage

        def one(text: str) -> "Vectors":
            return vector(session, self._ids(tokenizer, prefix + text))

        pool = self._ready_pool() if len(texts) > 1 else None
        return np.stack(list(pool.map(one, texts) if pool else map(one, texts)))

    def close(self) -> None:
        """Release session, tokenizer and threads; embedding afterwards is refused."""
        with self._lock:
            pool, self._pool, self._session, self._closed = self._pool, None, None, True
            self._tokenizer = None  # twenty megabytes; counting loads it again
        if pool:
            pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ids(self, tokenizer: Tokenizer, text: str) -> list[int]:
        """Token ids, special ones included, at most ``max_tokens`` others among them."""
        head = encodable(text[: LONGEST_TOKEN * self.max_tokens])
        ids: list[int] = tokenizer.encode(head).ids
        room = self.max_tokens + tokenizer.num_special_tokens_to_add(False)
        return ids if len(ids) <= room else [*ids[: room - 1], ids[-1]]

    def _ready_tokenizer(self) -> Tokenizer:
        """The tokenizer, loaded once."""
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = open_tokenizer(self._bundle)
            return self._tokenizer

    def _ready_session(self) -> ort.InferenceSession:
        """The session, opened once."""
        with self._lock:
            if self._closed:
                raise EmbedderUnavailable("the model was closed")
            if self._session is None:
                self._session = open_session(self._bundle)
            return self._session

    def _ready_pool(self) -> ThreadPoolExecutor | None:
        """The threads, started once; none for a single thread."""
        with self._lock:
            if self._pool is None and self._threads > 1 and not self._closed:
                self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="embed")
            return self._pool


def encodable(text: str) -> str:
    """The text with lone surrogates, which no tokenizer accepts, as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def open_tokenizer(bundle: Bundle) -> Tokenizer:
    """The bundle's tokenizer, neither padding nor cutting.

    Raises:
        BundleError: missing, altered or unusable.
    """
    content = bundle.read(TOKENIZER)
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # the library raises bare Exception
        raise unusable(bundle, TOKENIZER, error) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def open_session(bundle: Bundle) -> ort.InferenceSession:
    """A session that runs on the calling thread and keeps little memory between runs.

    Raises:
        BundleError: missing, altered, unusable, or of another dimension than the manifest's.
    """
    content = bundle.read(MODEL)
    try:
        session = ort.InferenceSession(content, options(), providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions share no documented base class
        raise unusable(bundle, MODEL, error) from error
    # It keeps the file's bytes, as many as the model takes, to start again with other providers.
    vars(session).pop("_model_bytes", None)
    check_ends(bundle, session)
    return session


def options() -> ort.SessionOptions:
    """One thread a run, no spinning, no arena that only grows, no talk on standard error."""
    made = ort.SessionOptions()
    made.intra_op_num_threads = 1
    made.inter_op_num_threads = 1
    made.enable_cpu_mem_arena = False
    made.enable_mem_pattern = False  # patterns are kept per input length, of which there are many
    made.log_severity_level = 3
    made.add_session_config_entry("session.intra_op.allow_spinning", "0")
    made.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return made


def check_ends(bundle: Bundle, session: ort.InferenceSession) -> None:
    """Refuse a graph whose inputs or output are not those of the format."""
    inputs = {end.name for end in session.get_inputs()}
    outputs = session.get_outputs()
    if inputs != {"input_ids", "attention_mask"} or len(outputs) != 1:
        raise unusable(bundle, MODEL, f"its inputs are {sorted(inputs)}")
    dim = outputs[0].shape[-1]
    if dim != bundle.manifest.dim:
        raise unusable(bundle, MODEL, f"it gives {dim} numbers, not {bundle.manifest.dim}")


def unusable(bundle: Bundle, name: str, reason: object) -> BundleError:
    """An error for a file that is the right one and still of no use."""
    return BundleError(
        f"{bundle.folder / name} cannot be used: {reason}", hint="see docs/bundle.md"
    )


def vector(session: ort.InferenceSession, ids: list[int]) -> "Vectors":
    """The unit vector of one text's token ids: shape (dim,)."""
    row = np.array([ids], dtype=np.int64)  # (1, T)
    try:
        outputs: list[Any] = session.run(
            None, {"input_ids": row, "attention_mask": np.ones_like(row)}
        )
    except Exception as error:  # the runtime's exceptions share no documented base class
        raise EmbedderUnavailable(f"the model failed: {error}", hint=TRY_AGAIN) from error
    found: Vectors = outputs[0][0]
    if not np.isfinite(found).all():
        raise EmbedderUnavailable("the model gave numbers that are not finite", hint=TRY_AGAIN)
    return found
