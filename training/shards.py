"""Folders of what generate.ts writes: per shard a count, then each field of all samples in turn."""

import glob
import os

import numpy as np
import torch


class Folder:
    """All shards of a folder; new ones are found by `refresh`. `fields`: name, kind and shape of a sample, in order."""

    fields = ()

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
                self.known[path] = self.open(path)
        self.shards = [self.known[path] for path in paths]
        for k, shard in enumerate(self.shards):
            n = len(shard["facts"])
            rows.append(np.stack([np.full(n, k), np.arange(n)], 1))
        if rows:
            self.index = np.concatenate(rows)
        return len(self.index)

    def open(self, path):
        n = int(np.fromfile(path, np.uint32, 1)[0])
        out, at = {}, 4
        for name, kind, shape in self.fields:
            out[name] = np.memmap(path, kind, "r", at, (n, *shape))
            at += out[name].nbytes
        return out

    def stack(self, picks):
        """The samples numbered `picks` as one tensor per field, as they are stored."""
        rows = [(self.shards[k], n) for k, n in self.index[picks]]
        return {
            name: torch.from_numpy(np.stack([shard[name][n] for shard, n in rows]))
            for name, _, _ in self.fields
        }
