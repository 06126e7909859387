"""Shards of the generator as batches, with what cameras and cut-outs do to a picture."""

import numpy as np
import torch
import torch.nn.functional as F

from shards import Folder

PICTURE, DEPTH, BACK, FACTS = 128, 64, 32, 8


class Shards(Folder):
    fields = (
        ("picture", np.uint8, (PICTURE, PICTURE, 4)),
        ("depth", np.int16, (2, DEPTH, DEPTH)),
        ("weight", np.uint8, (DEPTH, DEPTH)),
        ("back", np.uint8, (BACK, BACK, 4)),
        ("facts", np.float32, (FACTS,)),
    )

    def pick(self, random, count):
        """Numbers of samples; those seen from far above or from below less often, as people photograph."""
        out = []
        while len(out) < count:
            n = random.integers(0, len(self.index))
            shard, row = self.index[n]
            elevation = self.shards[shard]["facts"][row, 0]
            if -0.2 < elevation < 1.0 or random.random() < 0.35:
                out.append(n)
        return np.array(out)

    def read(self, picks):
        """Tensors of the samples numbered `picks`."""
        stored = self.stack(picks)
        return {
            "picture": stored["picture"].permute(0, 3, 1, 2).float() / 255,
            "depth": stored["depth"].float() / 8000,
            "weight": stored["weight"].float() / 255,
            "back": stored["back"].permute(0, 3, 1, 2).float() / 255,
            "facts": stored["facts"],
        }


def to_input(picture):
    """[B,4,H,W] straight alpha, 0–1 → what the network sees."""
    rgb, alpha = picture[:, :3], picture[:, 3:]
    return torch.cat([(rgb - 0.5) * 2 * alpha, alpha * 2 - 1], 1)


def disturb(batch, random):
    """Mirrors half of the samples and makes the pictures as bad as real ones. `random` is a numpy Generator."""
    b = len(batch["picture"])
    flip = torch.from_numpy(np.flatnonzero(random.random(b) < 0.5))
    for name in ("picture", "depth", "weight", "back"):
        batch[name][flip] = batch[name][flip].flip(-1)
    rgb, alpha = batch["picture"][:, :3], batch["picture"][:, 3:]

    def some(share):
        return torch.from_numpy(np.flatnonzero(random.random(b) < share))

    def uniform(low, high, n, channels=1):
        values = random.uniform(low, high, (n, channels, 1, 1))
        return torch.from_numpy(values.astype(np.float32))

    # Exposure, white balance, contrast, saturation: one gain and one offset for each channel.
    gain = torch.exp(uniform(-0.3, 0.25, b)) * torch.exp(uniform(-0.06, 0.06, b, 3))
    contrast = uniform(0.75, 1.25, b)
    rgb = (rgb * (gain * contrast)).add_(0.45 * (1 - contrast)).clamp_(0, 1)
    pick = some(0.3)
    gray = rgb[pick].mean(1, keepdim=True)
    rgb[pick] = gray + (rgb[pick] - gray) * uniform(0, 1.2, len(pick))
    # The cut-out a little too wide, with background in it, or too narrow.
    kind = random.random(b)
    pick = torch.from_numpy(np.flatnonzero(kind < 0.15))
    backdrop = uniform(0, 1, len(pick), 3)
    rgb[pick] = rgb[pick] * alpha[pick] + backdrop * (1 - alpha[pick])
    alpha[pick] = F.max_pool2d(alpha[pick], 3, 1, 1)
    pick = torch.from_numpy(np.flatnonzero(kind > 0.87))
    alpha[pick] = -F.max_pool2d(-alpha[pick], 3, 1, 1)
    # Pieces missing.
    pick = some(0.06)
    if len(pick):
        where = random.random((len(pick), 1, 6, 6)).astype(np.float32)
        bite = F.interpolate(
            torch.from_numpy(where), (PICTURE, PICTURE), mode="bilinear", align_corners=False
        )
        alpha[pick] = alpha[pick] * (bite < 0.85)
    # Softness, noise, blocks as JPEG makes them.
    pick = some(0.3)
    share = alpha[pick]
    soft = F.avg_pool2d(torch.cat([rgb[pick] * share, share], 1), 3, 1, 1)
    soft = soft[:, :3] / soft[:, 3:].clamp(min=1e-3)
    rgb[pick] = rgb[pick] + (soft - rgb[pick]) * uniform(0.2, 1, len(pick))
    pick = some(0.4)
    noise = random.standard_normal((len(pick), 3, PICTURE, PICTURE), np.float32)
    rgb[pick] = rgb[pick] + torch.from_numpy(noise) * uniform(0, 0.03, len(pick))
    pick = some(0.2)
    rgb[pick] = jpeg(rgb[pick], uniform(0.02, 0.12, len(pick)))
    batch["picture"] = torch.cat([rgb.clamp_(0, 1), alpha], 1)
    return batch


def dct_matrix():
    """The cosine transform of 8 × 8 blocks as one matrix [64,64]."""
    k = torch.arange(8.0)
    m = torch.cos((2 * k.view(1, 8) + 1) * k.view(8, 1) * np.pi / 16) / 2
    m[0] /= np.sqrt(2)
    return torch.kron(m, m)


DCT = dct_matrix()
STEP = (0.4 + 0.18 * (torch.arange(8.0).view(8, 1) + torch.arange(8.0).view(1, 8))).view(64)


def jpeg(rgb, strength):
    """Rounds the cosine transform of 8 × 8 blocks, fine detail more coarsely."""
    b, c, h, w = rgb.shape
    x = rgb.view(b, c, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5).reshape(b, c * h * w // 64, 64)
    step = STEP * strength.view(b, 1, 1)
    x = (torch.round(x @ DCT.t() / step) * step) @ DCT
    x = x.view(b, c, h // 8, w // 8, 8, 8).permute(0, 1, 2, 4, 3, 5)
    return x.reshape(b, c, h, w)
