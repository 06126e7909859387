"""The network of nova-prior: one picture to its front and back surface. B batch, H W pixels."""

import torch
import torch.nn as nn
import torch.nn.functional as F

WIDTHS = (32, 64, 128, 256)  # channels at 32, 16, 8 and 4 pixels
ENCODER = (1, 2, 3, 1)  # residual blocks on the way down
DECODER = (1, 1, 1)  # and on the way up
BINS, REACH = 32, 1.6  # cells along a column, from + to - REACH
MAPS = 4  # centre, thickness, and the logarithm of how far each may be off


class Conv(nn.Module):
    """Convolution without bias and its normalisation: one affine layer after the training."""

    def __init__(self, cin, cout, kernel, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(cout)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = Conv(width, width, 3)
        self.second = Conv(width, width, 3)
        nn.init.constant_(self.second.norm.weight, 0.5)

    def forward(self, x):
        return F.relu(x + self.second(F.relu(self.first(x))))


class Trunk(nn.Module):
    """What our networks have in common: a picture to 32 pixels, and residual blocks down to 4 and up again."""

    def make_stem(self):
        self.stem1 = Conv(4, 24, 3, 2)
        self.stem2 = Conv(24, WIDTHS[0], 3, 2)

    def make_body(self):
        levels = len(WIDTHS)
        self.encoder = nn.ModuleList(
            nn.Sequential(*(Block(WIDTHS[k]) for _ in range(ENCODER[k])))
            for k in range(levels)
        )
        self.down = nn.ModuleList(
            Conv(WIDTHS[k], WIDTHS[k + 1], 3, 2) for k in range(levels - 1)
        )
        self.up = nn.ModuleList(
            Conv(WIDTHS[k + 1], WIDTHS[k], 1) for k in range(levels - 1)
        )
        self.decoder = nn.ModuleList(
            nn.Sequential(*(Block(WIDTHS[k]) for _ in range(DECODER[k])))
            for k in range(levels - 1)
        )
        self.head = Conv(WIDTHS[0], 64, 3)

    def stem(self, picture):
        """[B,4,128,128] → [B,32,32,32]"""
        return F.relu(self.stem2(F.relu(self.stem1(picture))))

    def body(self, x):
        """[B,32,32,32] → the smallest level [B,256,4,4], and the last [B,64,32,32]."""
        kept = []
        for k, blocks in enumerate(self.encoder):
            x = blocks(x)
            if k < len(self.down):
                kept.append(x)
                x = F.relu(self.down[k](x))
        smallest = x
        for k in reversed(range(len(self.up))):
            x = F.interpolate(self.up[k](x), scale_factor=2.0, mode="nearest")
            x = self.decoder[k](F.relu(x + kept[k]))
        return smallest, F.relu(self.head(x))


class NovaNet(Trunk):
    def __init__(self):
        super().__init__()
        self.make_stem()
        self.make_body()
        self.maps = nn.Conv2d(64, MAPS * 4 + 3, 1)
        # Only asked while training.
        self.columns = nn.Conv2d(64, BINS, 1)
        self.normal = nn.Conv2d(64, 12, 1)
        self.facts = nn.Linear(WIDTHS[-1], 3)
        with torch.no_grad():
            self.maps.weight.mul_(0.3)
            self.maps.bias.zero_()
            self.maps.bias[4:8].fill_(0.3)

    def forward(self, picture):
        """picture [B,4,128,128] → maps [B,4,64,64], back [B,3,32,32], facts [B,3], columns [B,32,32,32], normals."""
        smallest, last = self.body(self.stem(picture))
        facts = self.facts(smallest.mean((2, 3)))
        x = self.maps(last)
        # Channel m of the maps lies in channels 4 m … 4 m + 3: a pixel shuffle.
        maps = F.pixel_shuffle(x[:, : MAPS * 4], 2)
        normals = F.pixel_shuffle(self.normal(last), 2) if self.training else None
        return maps, torch.sigmoid(x[:, MAPS * 4 :]), facts, self.columns(last), normals


def column_surfaces(columns):
    """Front and back depth [B,32,32] of the cells' logits: their middle and how much they hold."""
    p = torch.sigmoid(columns)
    z = (1 - (2 * torch.arange(BINS) + 1) / BINS).view(1, -1, 1, 1) * REACH
    middle = (p * p * z).sum(1) / (p * p).sum(1).clamp(min=1e-3)
    half = p.sum(1) * REACH / BINS
    return middle + half, middle - half


def surfaces(maps):
    """Front and back depth [B,64,64] of the maps."""
    centre, thickness = maps[:, 0], F.softplus(maps[:, 1])
    return centre + thickness / 2, centre - thickness / 2
