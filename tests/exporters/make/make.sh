#!/bin/sh
# SPDX-License-Identifier: MIT
# make.sh FOLDER: the whole corpus anew, the two virtual environments in FOLDER (about 5 GB).
set -e
cd "$(dirname "$0")"
for set in torch tensorflow; do
  [ -d "$1/$set" ] || python3.11 -m venv "$1/$set"
  "$1/$set/bin/pip" install --quiet --requirement requirements-$set.txt
done
rm -rf ../torchscript ../dynamo ../keras-torch ../tf2onnx ../keras-tensorflow ../onnxruntime ../loops
"$1/torch/bin/python" torch_corpus.py
"$1/torch/bin/python" loop_corpus.py
"$1/torch/bin/python" keras_corpus.py keras-torch
"$1/tensorflow/bin/python" keras_corpus.py tf2onnx
"$1/tensorflow/bin/python" keras_corpus.py keras-tensorflow
"$1/torch/bin/python" onnxruntime_corpus.py
"$1/torch/bin/python" onnxruntime_operators.py
