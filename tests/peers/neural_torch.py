"""The networks of NASLib's `nao` and `seminas` in torch, and the token sequences of NAS-Bench-201 cells.

The classes are those of NASLib's code by their equations and settings: hidden width 64, a head of 16, dropout 0.1, Adam at
0.001 with a penalty of 1e-4 in the gradient, batches of 100, gradients no longer than 5, 0.8 of the squared error of
standardised targets and 0.2 of the decoder's negative log likelihood, 50 epochs. `seminas` then labels as many more cells
as there are labels, and goes on under a new optimiser for 50 epochs on labelled rows ten times and those rows once. Both
run the decoder on queries and throw its answer away, as NASLib does.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# Places in the published order 0-1, 0-2, 1-2, 0-3, 1-3, 2-3 of the edges in NASLib's order 0-1, 0-2, 0-3, 1-2, 1-3, 2-3.
EDGES = [0, 1, 3, 2, 4, 5]
# NASLib's numbers of none, skip, conv1x1, conv3x3, pool.
OPERATIONS = [1, 0, 3, 2, 4]
# Links of the line graph: input 0, the edges in NASLib's order 1 to 6, output 7.
LINKS = {(0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (2, 6), (3, 7), (4, 6), (5, 7), (6, 7)}
VOCABULARY = 9


def sequence(cell):
    """35 tokens: for each node after the input 1 or 2 for each earlier node, then its operation."""
    operations = [0] + [OPERATIONS[int(cell[edge])] + 1 for edge in EDGES] + [6]
    tokens = []
    for column in range(1, 8):
        tokens += [2 if (row, column) in LINKS else 1 for row in range(column)]
        tokens.append(operations[column] + 2)
    return tokens


assert sequence("312034") == [
    *[2, 5, 2, 1, 3, 2, 1, 1, 4, 1, 2, 1, 1, 6, 1, 2, 1, 1],
    *[1, 5, 1, 1, 2, 1, 2, 1, 7, 1, 1, 1, 2, 1, 2, 2, 8],
]


class Network(nn.Module):
    def __init__(self, hidden=64, width=16, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, hidden)
        self.encoder = nn.LSTM(hidden, hidden, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden, hidden)
        self.mlp = nn.ModuleList([nn.Linear(hidden, width), nn.Linear(width, hidden)])
        self.regressor = nn.Linear(hidden, 1)
        self.decoder_embedding = nn.Embedding(VOCABULARY, hidden)
        self.decoder = nn.LSTM(hidden, hidden, batch_first=True)
        self.inward = nn.Linear(hidden, hidden, bias=False)
        self.outward = nn.Linear(2 * hidden, hidden, bias=False)
        self.logits = nn.Linear(hidden, VOCABULARY)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens, given):
        embedded = self.dropout(self.embedding(tokens))
        steps = F.normalize(embedded + self.out(self.encoder(embedded)[0]), dim=-1)
        code = F.normalize(steps.mean(1), dim=-1)
        q = code
        for layer in self.mlp:
            q = self.dropout(F.relu(layer(q)))
        value = self.regressor((code + q) * 0.5**0.5)[:, 0]
        fed = self.dropout(self.decoder_embedding(given))
        start = code[None].contiguous()
        g = (fed + self.decoder(fed, (start, start))[0]) * 0.5**0.5
        shares = F.softmax(self.inward(g) @ steps.transpose(1, 2), dim=-1)
        attended = torch.tanh(self.outward(torch.cat([shares @ steps, g], dim=-1)))
        return value, F.log_softmax(self.logits((g + attended) * 0.5**0.5), dim=-1)


def shifted(tokens):
    return F.pad(tokens[:, :-1], (1, 0))


def phase(model, tokens, targets, epochs):
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-4)
    model.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(tokens)).split(100):
            optimiser.zero_grad()
            value, log_p = model(tokens[batch], shifted(tokens[batch]))
            errors = F.mse_loss(value, targets[batch])
            likelihood = F.nll_loss(log_p.reshape(-1, VOCABULARY), tokens[batch].reshape(-1))
            (0.8 * errors + 0.2 * likelihood).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()


def values(model, tokens):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(some, some)[0] for some in tokens.split(100)])


def nao(cells, targets, queries, seed, unlabelled=None, epochs=50):
    """Answers for the queries; with unlabelled cells those of `seminas`."""
    torch.manual_seed(seed)
    tokens, asked = (torch.tensor([sequence(cell) for cell in some]) for some in (cells, queries))
    mean, deviation = targets.mean(), targets.std()
    known = torch.tensor((targets - mean) / deviation, dtype=torch.float32)
    model = Network()
    phase(model, tokens, known, epochs)
    if unlabelled is not None:
        more = torch.tensor([sequence(cell) for cell in unlabelled])
        labels = torch.cat([known.repeat(10), values(model, more)])
        phase(model, torch.cat([tokens.repeat(10, 1), more]), labels, epochs)
    return values(model, asked).numpy() * deviation + mean
