"""How the small encoder of `evaluation.encoder` is made: `python -m benchmarks.training --data DIR --weights FILE`.

Rules of this place: what is learned comes from the tuning halves alone (the same halves as in `benchmarks.judges`);
the measuring halves are read by `benchmarks.encoder` and by nothing here. torch and onnx are no dependencies of Assay:
install them where you train (`pip install torch onnx safetensors`). Everything drawn is drawn from one seed.
"""
