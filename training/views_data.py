"""Shards of several views as batches."""

import numpy as np
import torch
import torch.nn.functional as F

from shards import Folder

PICTURE, CELLS, OFFSETS = 128, 64, 4
NOTHING = -32768
FEW = 6  # views of an object that sees no others
# In crop half sides: thickness and nearness beyond this, and gaps beyond that, look alike.
FARTHEST, WIDEST_GAP = 2.0, 0.5


class Shards(Folder):
    fields = (
        ("picture", np.uint8, (PICTURE, PICTURE, 4)),
        ("guess", np.int16, (4, CELLS, CELLS)),
        ("others", np.uint8, (OFFSETS, 4, CELLS, CELLS)),
        ("depth", np.int16, (2, CELLS, CELLS)),
        ("weight", np.uint8, (CELLS, CELLS)),
        ("facts", np.float32, (4,)),
    )

    def refresh(self):
        count = super().refresh()
        self.views = np.concatenate([np.zeros(0, np.float32), *(shard["facts"][:, 1] for shard in self.shards)])
        return count

    def pick(self, count, random, least=0, few=None):
        """Numbers of samples whose object has at least `least` pictures; of `few` of them, a share, at most FEW."""
        able = self.views >= least
        if few is None:
            return random.choice(np.flatnonzero(able), count)
        scarce = self.views <= FEW
        drawn = random.binomial(count, few)
        parts = ((able & scarce, drawn), (able & ~scarce, count - drawn))
        return np.concatenate([random.choice(np.flatnonzero(where), n) for where, n in parts])

    def read(self, picks):
        """Tensors of the samples numbered `picks`."""
        stored = self.stack(picks)
        guess = stored["guess"]
        known = (guess[:, :1] > NOTHING).float()
        in_hull = (guess[:, 2:3] > NOTHING).float() * known
        return {
            "picture": stored["picture"].permute(0, 3, 1, 2).float() / 255,
            "guess": guess.float() / 8000,
            "others": stored["others"].float() / 255,
            "depth": stored["depth"].float() / 8000,
            "weight": stored["weight"].float() / 255 * known[:, 0],
            "known": known,
            "in_hull": in_hull,
            "facts": stored["facts"],
        }


def to_input(batch):
    """What the network sees: the picture [B,4,128,128], and the guess with the others' colours [B,21,64,64]."""
    rgb, alpha = batch["picture"][:, :3], batch["picture"][:, 3:]
    picture = torch.cat([(rgb - 0.5) * 2 * alpha, alpha * 2 - 1], 1)
    known, in_hull = batch["known"], batch["in_hull"]
    first, last, enter, leave = batch["guess"].unbind(1)
    shape = torch.stack(
        [
            first.clamp(-FARTHEST, FARTHEST),
            (last - first).clamp(0, FARTHEST),
            4 * (first - enter).clamp(-WIDEST_GAP, WIDEST_GAP),
            (leave - first).clamp(0, FARTHEST),
            torch.ones_like(first),
        ],
        1,
    )
    shape = shape * torch.cat([known, known, in_hull, in_hull, known], 1)
    cover = F.avg_pool2d(alpha, 2)
    own = F.avg_pool2d(rgb * alpha, 2) / cover.clamp(min=1e-3)
    others = batch["others"]
    sure = others[:, :, 3:] * ((cover > 0.3) * known)[:, None]
    apart = (others[:, :, :3] - own[:, None]) * 2 * sure
    return picture, torch.cat([shape, torch.cat([apart, sure], 2).flatten(1, 2)], 1)


def goals(batch):
    """How far the front lies behind the guess, and the back before it; crop half sides."""
    guess, depth = batch["guess"], batch["depth"]
    return depth[:, 0] - guess[:, 0], guess[:, 1] - depth[:, 1]


def disturb(batch, random):
    """Mirrors half of the samples; exposure, colours, noise and softness as cameras make them."""
    b = len(batch["picture"])
    flip = torch.from_numpy(np.flatnonzero(random.random(b) < 0.5))
    for name in ("picture", "guess", "others", "depth", "weight", "known", "in_hull"):
        batch[name][flip] = batch[name][flip].flip(-1)
    rgb, alpha = batch["picture"][:, :3].clone(), batch["picture"][:, 3:].clone()
    others = batch["others"]

    def some(share):
        return torch.from_numpy(np.flatnonzero(random.random(b) < share))

    def uniform(low, high, *shape):
        return torch.from_numpy(random.uniform(low, high, shape).astype(np.float32))

    gain = torch.exp(uniform(-0.3, 0.25, b, 1, 1, 1)) * torch.exp(uniform(-0.06, 0.06, b, 3, 1, 1))
    contrast = uniform(0.75, 1.25, b, 1, 1, 1)
    gain, offset = gain * contrast, 0.45 * (1 - contrast)
    rgb = rgb * gain + offset
    colors = others[:, :, :3] * gain[:, None] + offset[:, None]
    # Now and then the other pictures are exposed a little differently.
    pick = some(0.15)
    colors[pick] = colors[pick] * torch.exp(uniform(-0.08, 0.08, len(pick), 1, 3, 1, 1))
    pick = some(0.3)
    share = uniform(0, 1.2, len(pick), 1, 1, 1)
    gray = rgb[pick].mean(1, keepdim=True)
    rgb[pick] = gray + (rgb[pick] - gray) * share
    gray = colors[pick].mean(2, keepdim=True)
    colors[pick] = gray + (colors[pick] - gray) * share[:, None]
    pick = some(0.3)
    share = alpha[pick]
    soft = F.avg_pool2d(torch.cat([rgb[pick] * share, share], 1), 3, 1, 1)
    soft = soft[:, :3] / soft[:, 3:].clamp(min=1e-3)
    rgb[pick] = rgb[pick] + (soft - rgb[pick]) * uniform(0.2, 1, len(pick), 1, 1, 1)
    pick = some(0.5)
    strength = uniform(0, 0.03, len(pick), 1, 1, 1)
    noise = random.standard_normal((len(pick), 3, PICTURE, PICTURE), np.float32)
    rgb[pick] = rgb[pick] + torch.from_numpy(noise) * strength
    noise = random.standard_normal((len(pick), OFFSETS, 3, CELLS, CELLS), np.float32)
    colors[pick] = colors[pick] + torch.from_numpy(noise) * strength[:, None]
    batch["picture"] = torch.cat([rgb.clamp_(0, 1), alpha], 1)
    batch["others"] = torch.cat([colors.clamp_(0, 1), others[:, :, 3:]], 2)
    return batch
