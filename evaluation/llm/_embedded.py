"""The embedded model: a llama.cpp server inside the run's process, on a loopback port, spoken to like any endpoint.

Rules of this place: the weights' digest is known before they are loaded; only who holds the random key of this process
may ask; the prompt cache has a bound (without one it grew to gigabytes); nothing native reaches the terminal.
"""

import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Any

from assay.kernel import InputError, MissingError, UnavailableError
from evaluation.llm._endpoint import EndpointOptions
from evaluation.weights import file_digest

__all__ = ["EmbeddedServer", "default_threads"]

_MOST_THREADS = 4
_PROMPT_CACHE_MIB = 256
_SILENT = -1
_TIMEOUT_S = 900.0  # a long prompt on one busy core
_CPUS = Path("/sys/devices/system/cpu")


class EmbeddedServer:
    """Loads weights and serves them: `with EmbeddedServer(path) as endpoint_options`.

    `sha256` (tagged) is what the catalogue says of the file; raises `MissingError` without the file, `InputError` when
    the digest differs or the file is no model, `UnavailableError` when the memory does not suffice.
    """

    def __init__(
        self,
        weights_path: Path,
        *,
        sha256: str = "",
        model: str = "",
        threads: int | None = None,
        alone: bool = False,
        context_tokens: int = 4096,
    ) -> None:
        """Take the file, its expected digest, the model id to record, and how much of the machine it may use.

        `alone`: nothing else computes here meanwhile, so no core is left to the application under test.
        """
        self._path = weights_path
        self._sha256 = sha256
        self._model = model or weights_path.stem
        self._threads = threads or default_threads(alone=alone)
        self._context_tokens = context_tokens
        self._server: object | None = None

    def __enter__(self) -> EndpointOptions:
        """Verify, load, listen on a free loopback port."""
        digest = self._verified_digest()
        key = secrets.token_urlsafe(24)
        self._server, address = _serve(_parameters(self._path, self._model, key, self._threads, self._context_tokens))
        return EndpointOptions(
            name="embedded",
            base_url=f"{address}/v1",
            model=self._model,
            api_key=key,
            concurrency=1,
            timeout_s=_TIMEOUT_S,
            max_retries=1,
            supports_schema=True,
            supports_logprobs=True,
            digest=digest,
        )

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop the server and free the weights."""
        self._server = None

    def _verified_digest(self) -> str:
        if not self._path.is_file():
            raise MissingError(f"there are no weights at {self._path}", hint="assay models pull judge")
        digest = file_digest(self._path)
        if self._sha256 and digest != self._sha256:
            raise InputError(
                f"the weights {self._path} have the digest {digest!r}, expected {self._sha256!r}; they are not loaded",
                hint="assay models pull judge",
            )
        return digest


def default_threads(*, alone: bool) -> int:
    """Physical cores that this process may use, unless `alone` less one for the application; at least 1, at most 4.

    The threads wait for each other by spinning: with one thread more than free cores, generation fell from 67 to 10
    tokens a second and below (two cores, load 2).
    """
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = {_siblings(cpu) for cpu in usable}
    return max(1, min(_MOST_THREADS, len(cores) - (not alone)))


def _siblings(cpu: int) -> str:
    try:
        return (_CPUS / f"cpu{cpu}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return str(cpu)


def _parameters(path: Path, model: str, key: str, threads: int, context_tokens: int) -> Any:  # noqa: ANN401 (native)
    # Lazy: native code that only the embedded judge needs.
    import xllamacpp  # noqa: PLC0415

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.model_alias = {model}  # else replies name the path
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.cache_prompt = True
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB
    parameters.verbosity = _SILENT
    parameters.ui = False
    parameters.offline = True
    parameters.api_keys = [key]
    return parameters


def _serve(parameters: Any) -> tuple[object, str]:  # noqa: ANN401 (native)
    # Lazy: as above.
    import xllamacpp  # noqa: PLC0415

    path = parameters.model.path
    try:
        server = xllamacpp.Server(parameters)
    except MemoryError as error:
        raise UnavailableError(f"not enough memory to load {path}", hint="free about 2 GiB of memory") from error
    except (RuntimeError, ValueError) as error:
        raise InputError(f"cannot load {path} as a GGUF model: {error}", hint="assay models verify") from error
    return server, str(server.listening_address)
