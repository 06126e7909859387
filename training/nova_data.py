"""Shards of the generator as batches, with what cameras and cut-outs do to a picture."""

import glob
import os

import numpy as np
import torch
import torch.nn.functional as F

PICTURE, DEPTH, BACK, FACTS = 128, 64, 32, 8


class Shards:
    """All shards of a folder; new ones are found by `refresh`."""

    def __init__(self, folder):
        self.folder = folder
        self.known = {}
        self.index = np.zeros((0, 2), np.int64)
        self.refresh()

    def refresh(self):
        paths = sorted(glob.glob(os.path.join(self.folder, "shard-*.bin")))
        rows = []
        for path in paths:
            if path not in self.known:
                self.known[path] = open_shard(path)
        self.shards = [self.known[path] for path in paths]
        for k, shard in enumerate(self.shards):
            n = len(shard["facts"])
            rows.append(np.stack([np.full(n, k), np.arange(n)], 1))
        if rows:
            self.index = np.concatenate(rows)
        return len(self.index)

    def read(self, picks):
        """Tensors of the samples numbered `picks`."""
        rows = [(self.shards[k], n) for k, n in self.index[picks]]

        def stack(name):
            return torch.from_numpy(np.stack([shard[name][n] for shard, n in rows]))

        return {
            "picture": stack("picture").permute(0, 3, 1, 2).float() / 255,
            "depth": stack("depth").float() / 8000,
            "weight": stack("weight").float() / 255,
            "back": stack("back").permute(0, 3, 1, 2).float() / 255,
            "facts": stack("facts").float(),
        }


def open_shard(path):
    n = int(np.fromfile(path, np.uint32, 1)[0])
    shapes = [
        ("picture", np.uint8, (n, PICTURE, PICTURE, 4)),
        ("depth", np.int16, (n, 2, DEPTH, DEPTH)),
        ("weight", np.uint8, (n, DEPTH, DEPTH)),
        ("back", np.uint8, (n, BACK, BACK, 4)),
        ("facts", np.float32, (n, FACTS)),
    ]
    out, at = {}, 4
    for name, kind, shape in shapes:
        out[name] = np.memmap(path, kind, "r", at, shape)
        at += int(np.prod(shape)) * np.dtype(kind).itemsize
    return out


def to_input(picture):
    """[B,4,H,W] straight alpha, 0–1 → what the network sees."""
    rgb, alpha = picture[:, :3], picture[:, 3:]
    return torch.cat([(rgb - 0.5) * 2 * alpha, alpha * 2 - 1], 1)


def disturb(batch, random):
    """Mirrors half of the samples and makes the pictures as bad as real ones. `random` is a numpy Generator."""
    b = len(batch["picture"])
    flip = torch.from_numpy(random.random(b) < 0.5)
    for name in ("picture", "depth", "weight", "back"):
        x = batch[name]
        batch[name] = torch.where(
            flip.view(-1, *[1] * (x.dim() - 1)), x.flip(-1), x
        )
    rgb, alpha = batch["picture"][:, :3], batch["picture"][:, 3:]

    def some(share):
        return torch.from_numpy((random.random(b) < share)).view(b, 1, 1, 1)

    def uniform(low, high, *shape):
        return torch.from_numpy(
            random.uniform(low, high, (b, *shape, 1, 1)).astype(np.float32)
        )

    # Exposure, white balance, contrast, saturation.
    rgb = rgb * torch.exp(uniform(-0.3, 0.25, 1)) * torch.exp(uniform(-0.06, 0.06, 3))
    rgb = ((rgb - 0.45) * uniform(0.75, 1.25, 1) + 0.45).clamp(0, 1)
    gray = rgb.mean(1, keepdim=True)
    rgb = torch.where(some(0.3), gray + (rgb - gray) * uniform(0, 1.2, 1), rgb)
    # The cut-out a little too wide, with background in it, or too narrow.
    backdrop = torch.from_numpy(random.random((b, 3, 1, 1)).astype(np.float32))
    solid = rgb * alpha + backdrop * (1 - alpha)
    wide = F.max_pool2d(alpha, 3, 1, 1)
    narrow = -F.max_pool2d(-alpha, 3, 1, 1)
    kind = torch.from_numpy(random.random(b)).view(b, 1, 1, 1)
    alpha = torch.where(kind < 0.15, wide, torch.where(kind > 0.87, narrow, alpha))
    rgb = torch.where(kind < 0.15, solid, rgb)
    # Pieces missing or added.
    bite = some(0.06)
    where = torch.from_numpy(random.random((b, 1, 6, 6)).astype(np.float32))
    patch = F.interpolate(where, (PICTURE, PICTURE), mode="bilinear", align_corners=False)
    alpha = torch.where(bite & (patch > 0.85), torch.zeros(()), alpha)
    # Softness, noise, blocks as JPEG makes them.
    soft = F.avg_pool2d(F.pad(rgb * alpha, (1, 1, 1, 1)), 3, 1)
    share = F.avg_pool2d(F.pad(alpha, (1, 1, 1, 1)), 3, 1)
    blurred = soft / share.clamp(min=1e-3)
    rgb = torch.where(some(0.3), rgb + (blurred - rgb) * uniform(0.2, 1, 1), rgb)
    noise = torch.from_numpy(random.standard_normal(rgb.shape, np.float32))
    rgb = rgb + noise * uniform(0, 0.03, 1) * some(0.6)
    rgb = torch.where(some(0.25), jpeg(rgb, uniform(0.02, 0.12, 1)), rgb)
    batch["picture"] = torch.cat([rgb.clamp(0, 1), alpha], 1)
    return batch


def dct_matrix():
    k = torch.arange(8.0)
    m = torch.cos((2 * k.view(1, 8) + 1) * k.view(8, 1) * np.pi / 16) / 2
    m[0] /= np.sqrt(2)
    return m


DCT = dct_matrix()
STEP = 0.4 + 0.18 * (torch.arange(8.0).view(8, 1) + torch.arange(8.0).view(1, 8))


def jpeg(rgb, strength):
    """Rounds the cosine transform of 8 × 8 blocks, fine detail more coarsely."""
    b, c, h, w = rgb.shape
    x = rgb.view(b, c, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5)
    f = DCT @ x @ DCT.t()
    step = (STEP * strength.view(b, 1, 1, 1, 1, 1))
    x = DCT.t() @ (torch.round(f / step) * step) @ DCT
    return x.permute(0, 1, 2, 4, 3, 5).reshape(b, c, h, w)
