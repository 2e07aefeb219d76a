# SPDX-License-Identifier: MIT
"""Whole nets, one for each shape in which recurrent nets are used and taught."""
import torch
import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    """Many to one: the last output (or the last hidden state) through a layer."""

    def __init__(self, kind, by="output", bidirectional=False):
        super().__init__()
        self.by, self.layer = by, getattr(nn, kind)(3, 5, batch_first=True, bidirectional=bidirectional)
        self.out = nn.Linear(10 if bidirectional else 5, 2)

    def forward(self, x):
        y, end = self.layer(x)
        if self.by == "output":
            return self.out(y[:, -1])
        if self.by == "mean":
            return self.out(y.mean(1))
        if self.by == "max":
            return self.out(y.max(1).values)
        h = end[0] if isinstance(end, tuple) else end
        return self.out(torch.cat([h[-2], h[-1]], 1) if self.layer.bidirectional else h[-1])


class Tagger(nn.Module):
    """Many to many in step: words in, the logarithms of the tags' probabilities out."""

    def __init__(self, layers=1):
        super().__init__()
        self.embedding = nn.Embedding(12, 4)
        self.lstm = nn.LSTM(4, 5, layers, batch_first=True, bidirectional=True)
        self.out = nn.Linear(10, 3)

    def forward(self, tokens):
        return F.log_softmax(self.out(self.lstm(self.embedding(tokens))[0]), -1)


class Generator(nn.Module):
    """One to many: each output is the next input; all steps in one graph."""

    def __init__(self, steps=4):
        super().__init__()
        self.start, self.cell, self.out = nn.Linear(3, 5), nn.GRUCell(2, 5), nn.Linear(5, 2)
        self.steps = steps

    def forward(self, code):
        h, y = torch.tanh(self.start(code)), torch.zeros(code.shape[0], 2)
        outputs = []
        for _ in range(self.steps):
            h = self.cell(y, h)
            y = self.out(h)
            outputs.append(y)
        return torch.stack(outputs, 1)


class GeneratorStep(nn.Module):
    """The same as a step: the caller, or a linked state, feeds the output back."""

    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(2, 5, batch_first=True), nn.Linear(5, 2)

    def forward(self, code, last, h, c):
        y, (h, c) = self.lstm(last + code, (h, c))
        y = self.out(y)
        return y, y + 0.0, h, c


class CharModel(nn.Module):
    """Fed one-hot 'h', 'e', 'l', 'l'; answers 'e', 'l', 'l', 'o'."""
    letters = "helo"

    def __init__(self, kind):
        super().__init__()
        self.layer, self.out = getattr(nn, kind)(4, 6, batch_first=True), nn.Linear(6, 4)

    def forward(self, x):
        return self.out(self.layer(x)[0])

    def one_hot(self, text):
        return F.one_hot(torch.tensor([[self.letters.index(letter) for letter in text]]), 4).float()

    def answer(self, text):
        return "".join(self.letters[k] for k in self(self.one_hot(text))[0].argmax(1))

    def learn(self):
        optimizer = torch.optim.Adam(self.parameters(), 0.05)
        target = self.one_hot("ello")[0].argmax(1)
        for _ in range(120):
            optimizer.zero_grad()
            F.cross_entropy(self(self.one_hot("hell"))[0], target).backward()
            optimizer.step()
        assert self.answer("hell") == "ello", self.answer("hell")
        return self.eval()


class CharStep(nn.Module):
    """One letter at a time."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x, *state):
        y, end = self.model.layer(x, state if len(state) == 2 else state[0])
        return (self.model.out(y), *end) if isinstance(end, tuple) else (self.model.out(y), end)


class Encoder(nn.Module):
    def __init__(self, kind="GRU"):
        super().__init__()
        self.embedding, self.layer = nn.Embedding(11, 4), getattr(nn, kind)(4, 5, batch_first=True)

    def forward(self, tokens):
        y, end = self.layer(self.embedding(tokens))
        return (y, *end) if isinstance(end, tuple) else (y, end)


class BahdanauStep(nn.Module):
    """score = v tanh(W h + U e); the context joins the input of the cell."""

    def __init__(self):
        super().__init__()
        self.embedding, self.gru = nn.Embedding(11, 4), nn.GRU(9, 5, batch_first=True)
        self.w, self.u, self.v = nn.Linear(5, 5), nn.Linear(5, 5), nn.Linear(5, 1)
        self.out = nn.Linear(5, 11)

    def forward(self, token, hidden, encoded):
        score = self.v(torch.tanh(self.w(hidden.permute(1, 0, 2)) + self.u(encoded)))
        weights = F.softmax(score.transpose(1, 2), -1)
        context = torch.bmm(weights, encoded)
        y, hidden = self.gru(torch.cat([self.embedding(token), context], 2), hidden)
        return F.log_softmax(self.out(y[:, 0]), -1), hidden, weights


class LuongStep(nn.Module):
    """score = h W e after the cell; the context joins the output."""

    def __init__(self):
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(11, 4), nn.LSTM(4, 5, batch_first=True)
        self.w, self.join, self.out = nn.Linear(5, 5, bias=False), nn.Linear(10, 5), nn.Linear(5, 11)

    def forward(self, token, hidden, cell, encoded):
        y, (hidden, cell) = self.lstm(self.embedding(token), (hidden, cell))
        weights = F.softmax(torch.bmm(y, self.w(encoded).transpose(1, 2)), -1)
        joined = torch.tanh(self.join(torch.cat([torch.bmm(weights, encoded), y], 2)))
        return self.out(joined), hidden, cell


class TeacherForced(nn.Module):
    """Encoder, decoder and dot attention in one graph, both sequences given."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.GRU(3, 5, batch_first=True), nn.GRU(2, 5, batch_first=True)
        self.out = nn.Linear(10, 2)

    def forward(self, source, target):
        encoded, h = self.encoder(source)
        y, _ = self.decoder(target, h)
        weights = torch.softmax(torch.matmul(y, encoded.transpose(1, 2)) / 5 ** 0.5, -1)
        return self.out(torch.cat([torch.matmul(weights, encoded), y], -1))


class EncoderDecoder(nn.Module):
    """Many to many, delayed, without attention: the decoder feeds itself."""

    def __init__(self, steps=3):
        super().__init__()
        self.encoder, self.cell, self.out = nn.LSTM(3, 5, batch_first=True), nn.LSTMCell(1, 5), nn.Linear(5, 1)
        self.steps = steps

    def forward(self, x):
        _, (h, c) = self.encoder(x)
        state, y, outputs = (h[0], c[0]), x[:, -1, :1], []
        for _ in range(self.steps):
            state = self.cell(y, state)
            y = self.out(state[0])
            outputs.append(y)
        return torch.cat(outputs, 1)


class ConvLSTM1d(nn.Module):
    """CNN-LSTM: filters over time, then the recurrence."""

    def __init__(self):
        super().__init__()
        self.conv, self.pool = nn.Conv1d(3, 4, 3, padding=1), nn.MaxPool1d(2)
        self.lstm, self.out = nn.LSTM(4, 5, batch_first=True), nn.Linear(5, 2)

    def forward(self, x):
        features = self.pool(F.relu(self.conv(x.transpose(1, 2)))).transpose(1, 2)
        return self.out(self.lstm(features)[0][:, -1])


class Crnn(nn.Module):
    """A line of text as an image: filters, columns as steps, both directions, log probabilities for CTC."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.ReLU(),
                                  nn.MaxPool2d(2), nn.Conv2d(3, 4, (4, 1)), nn.LeakyReLU(0.1))
        self.gru, self.out = nn.GRU(4, 4, bidirectional=True), nn.Linear(8, 5)

    def forward(self, image):
        columns = self.conv(image).squeeze(2).permute(2, 0, 1)
        return F.log_softmax(self.out(self.gru(columns)[0]), 2)


class ConvLstm2d(nn.Module):
    """ConvLSTM (Shi et al.): the four gates are convolutions; three frames."""

    def __init__(self):
        super().__init__()
        self.gates = nn.Conv2d(1 + 2, 8, 3, padding=1)

    def forward(self, frames):
        h = c = torch.zeros(frames.shape[0], 2, frames.shape[3], frames.shape[4])
        for t in range(frames.shape[1]):
            i, f, o, g = self.gates(torch.cat([frames[:, t], h], 1)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        return h


class Autoencoder(nn.Module):
    def __init__(self, kind="LSTM"):
        super().__init__()
        self.encoder = getattr(nn, kind)(2, 4, batch_first=True)
        self.decoder, self.out = getattr(nn, kind)(4, 4, batch_first=True), nn.Linear(4, 2)

    def forward(self, x):
        end = self.encoder(x)[1]
        code = (end[0] if isinstance(end, tuple) else end)[-1]
        y, _ = self.decoder(code.unsqueeze(1).repeat(1, x.shape[1], 1))
        return self.out(y)


class DeepAR(nn.Module):
    """Mean and deviation of a Gaussian for every step."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 5, 2, batch_first=True)
        self.mean, self.deviation = nn.Linear(5, 1), nn.Linear(5, 1)

    def forward(self, x, h, c):
        y, (h, c) = self.lstm(x, (h, c))
        return self.mean(y), F.softplus(self.deviation(y)), h, c


class Block(nn.Module):
    """As forecasting libraries wrap it: scaling inside, the last step to a block of horizons, targets and quantiles."""

    def __init__(self, kind="RNN"):
        super().__init__()
        self.layer = getattr(nn, kind)(3, 5, 2, batch_first=True)
        self.head = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 4 * 2 * 3))
        self.register_buffer("mean", torch.tensor([0.5, -1.0, 2.0]))
        self.register_buffer("scale", torch.tensor([2.0, 0.7, 1.3]))

    def forward(self, x):
        y, _ = self.layer((x - self.mean) / self.scale)
        return self.head(y[:, -1]).view(x.shape[0], 4, 2, 3) * self.scale[:2, None] + self.mean[:2, None]


class Attentive(nn.Module):
    """An LSTM with a gated skip, layer normalization and multi-head attention over its outputs."""

    def __init__(self):
        super().__init__()
        self.lstm, self.gate, self.norm = nn.LSTM(4, 4, batch_first=True), nn.Linear(4, 8), nn.LayerNorm(4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x):
        y = self.norm(F.glu(self.gate(self.lstm(x)[0]), -1) + x)
        return y + self.attention(y, y, y, need_weights=False)[0]


class MaskedPooling(nn.Module):
    """Attention over the steps of padded sequences: scores behind the length become -inf."""

    def __init__(self):
        super().__init__()
        self.gru, self.score, self.out = nn.GRU(3, 4, batch_first=True), nn.Linear(4, 1), nn.Linear(4, 2)

    def forward(self, x, lengths):
        y, _ = self.gru(x)
        behind = torch.arange(x.shape[1])[None, :] >= lengths[:, None]
        weights = F.softmax(self.score(y)[..., 0].masked_fill(behind, float("-inf")), -1)
        return self.out((weights[..., None] * y).sum(1))


class Residual(nn.Module):
    """Three recurrent layers with skips, GELU and normalization between."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.GRU(4, 4) for _ in range(3))
        self.norms = nn.ModuleList(nn.LayerNorm(4) for _ in range(3))

    def forward(self, x):
        for layer, norm in zip(self.layers, self.norms):
            x = norm(x + F.gelu(layer(x)[0]))
        return x
