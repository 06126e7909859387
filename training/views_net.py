"""The network of nova-views: one of several views, with a first guess of its surface, to the true front and back. B batch."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from nova_net import DECODER, ENCODER, WIDTHS, Block, Conv

GUESS_INPUTS = 21
MAPS = 4  # front behind the guess, back before it, and the logarithm of how far each may be off


class ViewsNet(nn.Module):
    """The trunk of NovaNet, so that its weights can be the start; the guess joins in at 32 pixels."""

    def __init__(self):
        super().__init__()
        levels = len(WIDTHS)
        self.stem1 = Conv(4, 24, 3, 2)
        self.stem2 = Conv(24, WIDTHS[0], 3, 2)
        self.guess1 = Conv(GUESS_INPUTS, 40, 3, 2)
        self.guess2 = Conv(40, WIDTHS[0], 3)
        self.encoder = nn.ModuleList(
            nn.Sequential(*(Block(WIDTHS[k]) for _ in range(ENCODER[k]))) for k in range(levels)
        )
        self.down = nn.ModuleList(Conv(WIDTHS[k], WIDTHS[k + 1], 3, 2) for k in range(levels - 1))
        self.up = nn.ModuleList(Conv(WIDTHS[k + 1], WIDTHS[k], 1) for k in range(levels - 1))
        self.decoder = nn.ModuleList(
            nn.Sequential(*(Block(WIDTHS[k]) for _ in range(DECODER[k]))) for k in range(levels - 1)
        )
        self.head = Conv(WIDTHS[0], 64, 3)
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
        x = F.relu(side + F.relu(self.stem2(F.relu(self.stem1(picture)))))
        kept = []
        for k, blocks in enumerate(self.encoder):
            x = blocks(x)
            if k < len(self.down):
                kept.append(x)
                x = F.relu(self.down[k](x))
        for k in reversed(range(len(self.up))):
            x = F.interpolate(self.up[k](x), scale_factor=2.0, mode="nearest")
            x = self.decoder[k](F.relu(x + kept[k]))
        last = F.relu(self.head(x))
        maps = F.pixel_shuffle(self.maps(last), 2)
        normals = F.pixel_shuffle(self.normal(last), 2) if self.training else None
        return maps, normals
