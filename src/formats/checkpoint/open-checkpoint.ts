import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { LunarError } from "../../core/errors.ts";
import { type ByteSource, checkRange } from "./byte-source.ts";
import type { Checkpoint, TensorData, TensorEntry } from "./checkpoint.ts";
import { readCheckpointContents } from "./read-contents.ts";
import { readTensorData } from "./read-tensor-data.ts";
import { widenToFloat } from "./widen-to-float.ts";

/** Opens a weight file and reads its list of tensors, not the tensors. */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
	// Links are resolved: caches keep files as links to blobs, and runtimes refuse links to elsewhere.
	const file = await realpath(path).catch((cause) => {
		throw new LunarError("INPUT_NOT_FOUND", `${path} does not exist`, {
			cause,
		});
	});
	return withFile(file, async (source) => ({
		file,
		fileBytes: source.size,
		...(await readCheckpointContents(source)),
	}));
}

/** Reads one tensor; f16 and bf16 come as f32. */
export function readTensor(
	checkpoint: Checkpoint,
	name: string,
): Promise<TensorData> {
	const entry = tensorEntry(checkpoint, name);
	return withFile(checkpoint.file, (source) => readTensorData(source, entry));
}

/** Reads one tensor as floats, whatever it is stored as. */
export async function readFloats(
	checkpoint: Checkpoint,
	name: string,
): Promise<Float32Array> {
	return widenToFloat(await readTensor(checkpoint, name));
}

function tensorEntry(checkpoint: Checkpoint, name: string): TensorEntry {
	const entry = checkpoint.tensors.get(name);
	if (entry === undefined)
		throw new LunarError(
			"CHECKPOINT_MISMATCH",
			`${checkpoint.file} has no tensor ${name}`,
		);
	return entry;
}

async function withFile<T>(
	file: string,
	work: (source: ByteSource) => Promise<T>,
): Promise<T> {
	let handle: FileHandle;
	try {
		if (!(await stat(file)).isFile()) throw new Error("not a regular file");
		handle = await open(file);
	} catch (cause) {
		throw new LunarError("INPUT_UNREADABLE", `cannot read ${file}`, { cause });
	}
	try {
		return await work(fileSource(handle, (await handle.stat()).size));
	} finally {
		await handle.close();
	}
}

function fileSource(handle: FileHandle, size: number): ByteSource {
	return {
		size,
		async read(offset, length) {
			checkRange(size, offset, length);
			const bytes = new Uint8Array(length);
			for (let done = 0; done < length; ) {
				const { bytesRead } = await handle.read(
					bytes,
					done,
					Math.min(length - done, 2 ** 30),
					offset + done,
				);
				if (bytesRead === 0) checkRange(offset + done, offset, length); // it shrank while being read
				done += bytesRead;
			}
			return bytes;
		},
	};
}
