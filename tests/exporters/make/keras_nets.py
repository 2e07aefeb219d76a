# SPDX-License-Identifier: MIT
"""Keras models, one for each way in which its recurrent layers are used."""
import keras
import numpy as np
from keras import layers as L
from keras import ops


def model(inputs, build):
    """inputs: {name: (shape, dtype)}; build takes tensors and returns one or several."""
    tensors = [keras.Input(shape, dtype=dtype, name=name) for name, (shape, dtype) in inputs.items()]
    return keras.Model(tensors if len(tensors) > 1 else tensors[0], build(*tensors))


def on_series(*layers, features=3, time=None):
    def build(x):
        for layer in layers:
            x = layer(x)
        return x
    return lambda: model({"x": ((time, features), "float32")}, build)


def with_states(kind):
    """outputs, hidden state and cell state, from states that are inputs."""
    def make():
        states = ["h", "c"] if kind == "LSTM" else ["h"]
        layer = getattr(L, kind)(5, return_sequences=True, return_state=True)
        inputs = {"x": ((None, 3), "float32")} | {name: ((5,), "float32") for name in states}
        return model(inputs, lambda x, *state: layer(x, initial_state=list(state)))
    return make


def tagger(mask_zero):
    def build(tokens):
        x = L.Embedding(12, 4, mask_zero=mask_zero)(tokens)
        if mask_zero:
            return L.Dense(3, activation="softmax")(L.LSTM(4, return_sequences=True)(x))
        return L.Dense(3, activation="softmax")(L.Bidirectional(L.LSTM(4, return_sequences=True))(x))
    return lambda: model({"tokens": ((None,), "int32")}, build)


def char_model():
    """Fed one-hot 'hell', answers 'ello'."""
    net = on_series(L.LSTM(6, return_sequences=True), L.Dense(4, activation="softmax"), features=4)()
    letters = "helo"
    one_hot = lambda text: np.eye(4, dtype=np.float32)[None, [letters.index(letter) for letter in text]]
    net.compile(keras.optimizers.Adam(0.05), "categorical_crossentropy")
    net.fit(one_hot("hell"), one_hot("ello"), epochs=80, verbose=0)
    answer = "".join(letters[k] for k in ops.convert_to_numpy(net(one_hot("hell")))[0].argmax(1))
    assert answer == "ello", answer
    return net


def encoder_decoder(attention):
    """Delayed, both sequences given; the decoder starts from the encoder's states."""
    def build(source, target):
        encoded, h, c = L.LSTM(5, return_sequences=True, return_state=True)(source)
        y = L.LSTM(5, return_sequences=True)(target, initial_state=[h, c])
        if attention == "dot":
            y = L.Concatenate()([y, L.Attention()([y, encoded])])
        elif attention == "additive":
            y = L.Concatenate()([y, L.AdditiveAttention()([y, encoded])])
        return L.Dense(2)(y)
    return lambda: model({"source": ((None, 3), "float32"), "target": ((None, 2), "float32")}, build)


@keras.saving.register_keras_serializable()
class MinimalCell(keras.layers.Layer):
    """A minimal gated unit: f = s(W x + R h), h = (1-f) h + f tanh(V x + U (f h))."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = self.state_size = units

    def build(self, shape):
        add = lambda name, rows: self.add_weight(shape=(rows, self.units), initializer="glorot_uniform", name=name)
        self.w, self.r, self.v, self.u = (add("w", shape[-1]), add("r", self.units), add("v", shape[-1]),
                                          add("u", self.units))

    def call(self, x, states):
        h = states[0]
        f = ops.sigmoid(ops.matmul(x, self.w) + ops.matmul(h, self.r))
        h = (1 - f) * h + f * ops.tanh(ops.matmul(x, self.v) + ops.matmul(f * h, self.u))
        return h, [h]


def trained(*layers):
    """On the next value of sines, so that every kind of dropout of the layers was in use."""
    def make():
        net = on_series(*layers, features=2)()
        rng = np.random.default_rng(3)
        t = np.arange(7.0)
        wave = np.sin(rng.uniform(0, 6, (64, 1)) + 0.7 * t)
        x = np.stack([wave, np.broadcast_to(t / 7, wave.shape)], 2)[:, :6].astype(np.float32)
        net.compile("adam", "mse")
        net.fit(x, wave[:, 1:, None].astype(np.float32), epochs=3, verbose=0, shuffle=False)
        return net
    return make


def catalogue():
    """name: (about, make, sizes of the answers as (batch, time))"""
    some = ((2, 5), (1, 3))
    fixed = ((2, 4), (1, 4))
    one = L.Dense(1)
    return {
        "lstm-sequence": ("many to many", on_series(L.LSTM(4, return_sequences=True)), some),
        "lstm-last": ("many to one", on_series(L.LSTM(5), L.Dense(2)), some),
        "lstm-states": ("outputs, hidden and cell state, states in", with_states("LSTM"), some),
        "gru-states": ("outputs and state, state in", with_states("GRU"), some),
        "rnn-states": ("outputs and state, state in", with_states("SimpleRNN"), some),
        "lstm-stack": ("three layers", on_series(L.LSTM(4, return_sequences=True), L.LSTM(3, return_sequences=True),
                                                 L.LSTM(4), L.Dense(1)), some),
        "gru-sequence": ("many to many", on_series(L.GRU(4, return_sequences=True)), some),
        "gru-last-fixed": ("many to one, fixed time", on_series(L.GRU(5), L.Dense(2), time=4), fixed),
        "gru-before": ("GRU with reset_after=False", on_series(
            L.GRU(4, reset_after=False, return_sequences=True)), some),
        "rnn-sequence": ("many to many", on_series(L.SimpleRNN(4, return_sequences=True)), some),
        "rnn-relu-last": ("many to one, relu", on_series(L.SimpleRNN(4, activation="relu"), L.Dense(2)), some),
        "lstm-bi-concat": ("both directions, joined", on_series(L.Bidirectional(L.LSTM(4, return_sequences=True)),
                                                                L.Dense(2)), some),
        "lstm-bi-sum": ("both directions, added, last", on_series(L.Bidirectional(L.LSTM(4), merge_mode="sum")), some),
        "gru-bi": ("both directions", on_series(L.Bidirectional(L.GRU(4)), L.Dense(2)), some),
        "lstm-backwards": ("go_backwards", on_series(L.LSTM(4, go_backwards=True, return_sequences=True)), some),
        "lstm-hard": ("hard_sigmoid gates", on_series(L.LSTM(4, recurrent_activation="hard_sigmoid")), some),
        "lstm-relu": ("relu in place of tanh", on_series(L.LSTM(4, activation="relu", return_sequences=True)), some),
        "lstm-masked": ("steps of zeros are masked", on_series(L.Masking(), L.LSTM(4)), some),
        "lstm-unrolled": ("unroll=True", on_series(L.LSTM(4, unroll=True), L.Dense(1), time=3), ((2, 3), (1, 3))),
        "cells-stacked": ("StackedRNNCells", on_series(L.RNN([L.LSTMCell(3), L.GRUCell(4)], return_sequences=True)),
                          some),
        "cell-custom": ("a cell of one's own", on_series(L.RNN(MinimalCell(4), return_sequences=True)), some),
        "tagger": ("many to many in step: tags of words, both directions", tagger(False), some),
        "tagger-masked": ("tags of words, one direction, mask_zero", tagger(True), some),
        "char": ("fed 'hell', answers 'ello'", char_model, ((1, 4), (1, 2))),
        "autoencoder": ("autoencoder, fixed time", on_series(
            L.LSTM(4), L.RepeatVector(4), L.LSTM(4, return_sequences=True), L.TimeDistributed(L.Dense(3)), time=4),
            fixed),
        "one-to-many": ("one to many: a code repeated", lambda: model(
            {"code": ((3,), "float32")}, lambda code: L.Dense(2)(L.GRU(5, return_sequences=True)(
                L.RepeatVector(4)(code)))), fixed),
        "delayed": ("encoder and decoder", encoder_decoder(None), some),
        "seq2seq-dot": ("encoder and decoder with attention", encoder_decoder("dot"), some),
        "seq2seq-additive": ("encoder and decoder with additive attention", encoder_decoder("additive"), some),
        "cnn-lstm": ("filters over time, LSTM", on_series(
            L.Conv1D(4, 3, padding="causal", activation="relu"), L.MaxPooling1D(2), L.LSTM(4), L.Dense(2), time=6),
            ((2, 6), (1, 6))),
        "cnn-gru-norm": ("strided filters, batch normalization, GRU", on_series(
            L.Conv1D(4, 3, strides=2, padding="same"), L.BatchNormalization(), L.ReLU(), L.GRU(4), time=6),
            ((2, 6), (1, 6))),
        "frames": ("filters on every frame, LSTM", lambda: model(
            {"frames": ((3, 4, 4, 1), "float32")}, lambda x: L.LSTM(4)(L.TimeDistributed(L.Flatten())(
                L.TimeDistributed(L.Conv2D(2, 3, activation="relu"))(x)))), ((2, 3), (1, 3))),
        "convlstm": ("ConvLSTM1D", lambda: model({"frames": ((3, 5, 1), "float32")}, L.ConvLSTM1D(2, 3)),
                     ((2, 3), (1, 3))),
        "layernorm": ("layer normalization and attention of two heads", lambda: model(
            {"x": ((None, 4), "float32")}, lambda x: _attend(L.LSTM(4, return_sequences=True)(x))), some),
        "pooled": ("many to one by the mean over time", on_series(L.GRU(4, return_sequences=True),
                                                                  L.GlobalAveragePooling1D(), L.Dense(2)), some),
        "dropout-plain": ("trained with dropout of layers", trained(
            L.LSTM(4, return_sequences=True), L.Dropout(0.3), L.LSTM(4, return_sequences=True), L.Dropout(0.3), one),
            some),
        "dropout-sequence": ("trained with one mask per sequence", trained(
            L.SpatialDropout1D(0.2), L.LSTM(4, return_sequences=True, dropout=0.2), L.Dense(1)), some),
        "dropout-recurrent": ("trained with masks of inputs and states", trained(
            L.LSTM(4, return_sequences=True, dropout=0.2, recurrent_dropout=0.3), L.Dense(1)), some),
        "dropout-gru": ("trained with masks of inputs and states", trained(
            L.GRU(4, return_sequences=True, dropout=0.2, recurrent_dropout=0.3), L.Dense(1)), some),
    }


def _attend(y):
    normal = L.LayerNormalization()(y)
    return y + L.MultiHeadAttention(2, 3)(normal, normal)
