"""The network of nova-views: one of several views, with a first guess of its surface, to the true front and back. B batch."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from nova_net import WIDTHS, Conv, Trunk

GUESS_INPUTS = 21
MAPS = 4  # front behind the guess, back before it, and the logarithm of how far each may be off


class ViewsNet(Trunk):
    """NovaNet's trunk, so that its weights can be the start; the guess joins in at 32 pixels."""

    def __init__(self):
        super().__init__()
        self.make_stem()
        self.guess1 = Conv(GUESS_INPUTS, 40, 3, 2)
        self.guess2 = Conv(40, WIDTHS[0], 3)
        self.make_body()
        self.maps = nn.Conv2d(64, MAPS * 4, 1)
        self.normal = nn.Conv2d(64, 12, 1)  # only asked while training
        with torch.no_grad():
            self.guess2.norm.weight.fill_(0.5)
            self.maps.weight.mul_(0.1)
            self.maps.bias.zero_()
            self.maps.bias[8:].fill_(-3)

    def forward(self, picture, guess):
        """picture [B,4,128,128], guess [B,21,64,64] → maps [B,4,64,64], normals [B,3,64,64] while training."""
        side = self.guess2(F.relu(self.guess1(guess)))
        _, last = self.body(F.relu(side + self.stem(picture)))
        maps = F.pixel_shuffle(self.maps(last), 2)
        normals = F.pixel_shuffle(self.normal(last), 2) if self.training else None
        return maps, normals
