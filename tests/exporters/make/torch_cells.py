# SPDX-License-Identifier: MIT
"""The recurrent layers themselves: stacks of every kind, packed sequences, cells, and each kind of dropout."""
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Stack(nn.Module):
    """nn.LSTM, nn.GRU or nn.RNN; `states`: which of the states are inputs and outputs ("none", "in", "out", "both")."""

    def __init__(self, kind, states="none", **options):
        super().__init__()
        self.kind, self.states = kind, states
        layer = {"LSTM": nn.LSTM, "GRU": nn.GRU}.get(kind, nn.RNN)
        if kind == "RNNRelu":
            options["nonlinearity"] = "relu"
        self.layer = layer(**options)

    def forward(self, x, *state):
        start = (state if self.kind == "LSTM" else state[0]) if state else None
        y, end = self.layer(x, start)
        if self.states in ("none", "in"):
            return y
        return (y, *end) if self.kind == "LSTM" else (y, end)


class Packed(nn.Module):
    def __init__(self, kind, enforce_sorted=True, **options):
        super().__init__()
        self.layer = getattr(nn, kind)(batch_first=True, **options)
        self.enforce_sorted = enforce_sorted

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=self.enforce_sorted)
        y, end = self.layer(packed)
        y, _ = pad_packed_sequence(y, batch_first=True, total_length=x.shape[1])
        return (y, *end) if isinstance(end, tuple) else (y, end)


class CellStep(nn.Module):
    """One step of nn.LSTMCell, nn.GRUCell or nn.RNNCell with its states, and a layer on top."""

    def __init__(self, kind, inputs, hidden):
        super().__init__()
        self.cell = getattr(nn, kind)(inputs, hidden)
        self.out = nn.Linear(hidden, 2)

    def forward(self, x, *state):
        new = self.cell(x, state if len(state) == 2 else state[0])
        new = new if isinstance(new, tuple) else (new,)
        return (self.out(new[0]), *new)


class CellLoop(nn.Module):
    """A Python loop over the steps of a cell, as tutorials write it."""

    def __init__(self, kind, inputs, hidden):
        super().__init__()
        self.cell = getattr(nn, kind)(inputs, hidden)
        self.hidden = hidden

    def forward(self, x):
        state = torch.zeros(x.shape[0], self.hidden)
        state = (state, state) if isinstance(self.cell, nn.LSTMCell) else state
        outputs = []
        for t in range(x.shape[1]):
            state = self.cell(x[:, t], state)
            outputs.append(state[0] if isinstance(state, tuple) else state)
        return torch.stack(outputs, 1)


class LayerNormLSTMStep(nn.Module):
    """An LSTM cell with layer normalization of its four gates and of its cell state."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.w = nn.Linear(inputs, 4 * hidden, bias=False)
        self.r = nn.Linear(hidden, 4 * hidden)
        self.gates = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(4))
        self.cell = nn.LayerNorm(hidden)

    def forward(self, x, h, c):
        i, f, g, o = [norm(part) for norm, part in zip(self.gates, (self.w(x) + self.r(h)).chunk(4, 1))]
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(self.cell(c))
        return h, h.clone(), c


class PeepholeLSTM(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.w = nn.Linear(inputs + hidden, 4 * hidden)
        self.peep = nn.Parameter(torch.randn(3, hidden) * 0.5)
        self.hidden = hidden

    def forward(self, x):
        h = c = torch.zeros(x.shape[0], self.hidden)
        outputs = []
        for t in range(x.shape[1]):
            i, f, g, o = self.w(torch.cat([x[:, t], h], 1)).chunk(4, 1)
            c = torch.sigmoid(f + self.peep[1] * c) * c + torch.sigmoid(i + self.peep[0] * c) * torch.tanh(g)
            h = torch.sigmoid(o + self.peep[2] * c) * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs, 1)


# Dropout, each kind as its paper has it. All are the identity in eval mode but zoneout.

class PlainDropout(nn.Module):
    """Between the layers and before the head; masks differ from step to step."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 4, 2, batch_first=True, dropout=0.3)
        self.drop, self.out = nn.Dropout(0.3), nn.Linear(4, 1)

    def forward(self, x):
        return self.out(self.drop(self.lstm(x)[0]))


def locked(x, p, training):
    """One mask for all steps of a sequence; x is [batch, time, features]."""
    if not training:
        return x
    mask = torch.empty(x.shape[0], 1, x.shape[2]).bernoulli_(1 - p) / (1 - p)
    return x * mask


class PerSequenceDropout(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.out = nn.GRU(2, 4, batch_first=True), nn.Linear(4, 1)

    def forward(self, x):
        y = self.gru(locked(x, 0.1, self.training))[0]
        return self.out(locked(y, 0.3, self.training))


class LoopDropout(nn.Module):
    """`variational` (Gal and Ghahramani): one mask each for x and h over all steps. `recurrent` (Semeniuta et al.): the
    candidate alone is dropped. `zoneout` (Krueger et al.): units keep their last value with probability z, and in eval
    mode the state is its expectation z s[t-1] + (1-z) s[t]."""

    def __init__(self, kind, inputs=2, hidden=4):
        super().__init__()
        self.kind, self.hidden = kind, hidden
        self.w, self.r = nn.Linear(inputs, 4 * hidden), nn.Linear(hidden, 4 * hidden, bias=False)
        self.out = nn.Linear(hidden, 1)

    def zoned(self, old, new, z):
        if not self.training:
            return z * old + (1 - z) * new
        return torch.where(torch.rand_like(new) < z, old, new)

    def step(self, x, h, c, mask):
        i, f, g, o = (self.w(x) + self.r(h if mask is None else h * mask)).chunk(4, 1)
        g = torch.tanh(g)
        if self.kind == "recurrent":
            g = F.dropout(g, 0.3, self.training)
        new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * g
        new_h = torch.sigmoid(o) * torch.tanh(new_c)
        if self.kind == "zoneout":
            new_h, new_c = self.zoned(h, new_h, 0.15), self.zoned(c, new_c, 0.4)
        return new_h, new_c

    def forward(self, x):
        mask = None
        if self.kind == "variational" and self.training:
            x = locked(x, 0.1, True)
            mask = torch.empty(x.shape[0], self.hidden).bernoulli_(0.7) / 0.7
        h = c = torch.zeros(x.shape[0], self.hidden)
        outputs = []
        for t in range(x.shape[1]):
            h, c = self.step(x[:, t], h, c, mask)
            outputs.append(h)
        return self.out(torch.stack(outputs, 1))


class OneStep(nn.Module):
    """The step of a LoopDropout, its states in and out."""

    def __init__(self, loop):
        super().__init__()
        self.loop = loop

    def forward(self, x, h, c):
        h, c = self.loop.step(x, h, c, None)
        return self.loop.out(h), h, c


class WeightDropped(nn.Module):
    """AWD-LSTM (Merity et al.): DropConnect on the recurrent matrix; the raw one is the parameter."""

    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(2, 4, batch_first=True), nn.Linear(4, 1)
        self.raw = nn.Parameter(self.lstm.weight_hh_l0.detach().clone())
        del self.lstm._parameters["weight_hh_l0"]
        self.set_weight()

    def set_weight(self):
        self.lstm.weight_hh_l0 = F.dropout(self.raw, 0.3, self.training)

    def forward(self, x):
        self.set_weight()
        return self.out(self.lstm(x)[0])


def train(model, steps=40):
    """The next value of noisy sines."""
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    model.train()
    for _ in range(steps):
        phase, t = torch.rand(8, 1) * 6, torch.arange(7.0)
        wave = torch.sin(phase + 0.7 * t)
        x = torch.stack([wave + 0.1 * torch.randn_like(wave), t.expand(8, 7) / 7], 2)[:, :6]
        loss = F.mse_loss(model(x)[..., 0], wave[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()
