import { LunarError } from "../../core/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import type { CheckpointContents } from "./checkpoint.ts";
import { readSafetensors } from "./read-safetensors.ts";
import { readTorchCheckpoint } from "./read-torch-checkpoint.ts";

/** Reads what a weight file holds, whichever of the two formats it is in. */
export async function readCheckpointContents(
	source: ByteSource,
): Promise<CheckpointContents> {
	if (source.size < 9)
		throw new LunarError(
			"CHECKPOINT_UNREADABLE",
			`a weight file of ${source.size} bytes`,
		);
	const head = await source.read(0, 9);
	if (head[0] === 0x50 && head[1] === 0x4b) return readTorchCheckpoint(source);
	if (head[8] === 0x7b) return readSafetensors(source); // the header's {
	if (head[0] === 0x80 && head[1] >= 2 && head[1] <= 5)
		throw new LunarError(
			"CHECKPOINT_REFUSED",
			"the file is in PyTorch's format from before 1.6 (a bare pickle), which is not read; save it again with a newer PyTorch",
		);
	throw new LunarError(
		"CHECKPOINT_REFUSED",
		"neither a safetensors file nor a PyTorch file",
	);
}
