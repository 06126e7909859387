"""The network of nova-views: one of several views, with a first guess of its surface, to the true front and back. B batch."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from nova_net import WIDTHS, Conv, Trunk

GUESS_INPUTS = 21
MAPS = 4  # front behind the guess, back before it, and the logarithm of how far each may be off
# Where hollows are told apart, that is said of a front that is none; then log odds that it is one, how far behind the guess
# it is if so, and the logarithm of how far that may be off.
HOLLOW_MAPS = 3


class ViewsNet(Trunk):
    """NovaNet's trunk, so that its weights can be the start; the guess joins in at 32 pixels."""

    def __init__(self, hollows=False):
        super().__init__()
        maps = MAPS + HOLLOW_MAPS * hollows
        self.make_stem()
        self.guess1 = Conv(GUESS_INPUTS, 40, 3, 2)
        self.guess2 = Conv(40, WIDTHS[0], 3)
        self.make_body()
        self.maps = nn.Conv2d(64, maps * 4, 1)
        self.normal = nn.Conv2d(64, 12, 1)  # only asked while training
        with torch.no_grad():
            self.guess2.norm.weight.fill_(0.5)
            self.maps.weight.mul_(0.1)
            self.maps.bias.zero_()
            self.maps.bias[8:16].fill_(-3)
            if hollows:
                self.maps.bias[16:20].fill_(-2)
                self.maps.bias[20:24].fill_(0.15)
                self.maps.bias[24:].fill_(-2)

    def forward(self, picture, guess):
        """picture [B,4,128,128], guess [B,21,64,64] → maps [B,4 or 7,64,64], normals [B,3,64,64] while training."""
        side = self.guess2(F.relu(self.guess1(guess)))
        _, last = self.body(F.relu(side + self.stem(picture)))
        maps = F.pixel_shuffle(self.maps(last), 2)
        normals = F.pixel_shuffle(self.normal(last), 2) if self.training else None
        return maps, normals

    def learn_of_hollows(self, other):
        """Begins as a network that knows of none: what it says of a front far behind is a hollow, and a little deeper."""
        state = {k: v.clone() for k, v in other.state_dict().items()}
        weight, bias = state.pop("maps.weight"), state.pop("maps.bias")
        self.load_state_dict(state, strict=False)
        front, doubt = slice(0, 4), slice(8, 12)
        with torch.no_grad():
            self.maps.weight.copy_(torch.cat([weight, 25 * weight[front], 1.2 * weight[front], weight[doubt]]))
            self.maps.bias.copy_(torch.cat([bias, 25 * (bias[front] - 0.05), 1.2 * bias[front] + 0.04, bias[doubt]]))
