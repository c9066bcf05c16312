"""How a model is opened: on the CPU, with the threads it is given, quietly, and giving back the memory it took."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["open_session"]


def open_session(content: bytes, threads: int) -> "InferenceSession":
    """Open a model from its bytes."""
    import onnxruntime  # noqa: PLC0415 (dear: a third of a second)

    onnxruntime.disable_telemetry_events()  # the pinned build has none; another one may call out by itself
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other work shares the cores
    options.enable_cpu_mem_arena = False  # what a large batch took goes back
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
