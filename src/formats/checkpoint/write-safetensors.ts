import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { DTYPE_BYTES, elementCount, type TensorDtype } from "./checkpoint.ts";

export interface TensorToWrite {
	readonly name: string;
	readonly dtype: TensorDtype;
	readonly shape: readonly number[];
	/** Row-major, little-endian. Asked for when its turn comes, so that one tensor at a time is in memory. */
	readonly bytes: () => Uint8Array | Promise<Uint8Array>;
}

/** Each tensor begins at a multiple of this in the file. */
const ALIGNMENT = 64;

/** Writes a safetensors file. It appears under its name when it is complete. */
export async function writeSafetensors(
	file: string,
	tensors: readonly TensorToWrite[],
	metadata: Readonly<Record<string, string>>,
): Promise<void> {
	// Gaps are not allowed, so whole multiples come first and the odd ones last.
	const inOrder = [...tensors].sort(
		(a, b) => (byteLength(a) % ALIGNMENT) - (byteLength(b) % ALIGNMENT),
	);
	const header: Record<string, unknown> = { __metadata__: metadata };
	let at = 0;
	for (const tensor of inOrder) {
		header[tensor.name] = {
			dtype: tensor.dtype.toUpperCase(),
			shape: tensor.shape,
			data_offsets: [at, at + byteLength(tensor)],
		};
		at += byteLength(tensor);
	}
	const text = new TextEncoder().encode(JSON.stringify(header));
	const padded = Math.ceil((8 + text.length) / ALIGNMENT) * ALIGNMENT;
	const head = new Uint8Array(padded).fill(32);
	new DataView(head.buffer).setBigUint64(0, BigInt(padded - 8), true);
	head.set(text, 8);

	const temporary = `${file}.${process.pid}.part`;
	const handle = await open(temporary, "w");
	try {
		await writeFully(handle, head);
		for (const tensor of inOrder) {
			const bytes = await tensor.bytes();
			if (bytes.length !== byteLength(tensor))
				throw new RangeError(
					`${tensor.name}: ${bytes.length} bytes for ${byteLength(tensor)}`,
				);
			await writeFully(handle, bytes);
		}
		await handle.close();
		await rename(temporary, file);
	} catch (error) {
		await handle.close();
		await rm(temporary, { force: true });
		throw error;
	}
}

async function writeFully(
	handle: FileHandle,
	bytes: Uint8Array,
): Promise<void> {
	for (let done = 0; done < bytes.length; ) {
		const { bytesWritten } = await handle.write(bytes, done);
		done += bytesWritten;
	}
}

function byteLength({ dtype, shape }: TensorToWrite): number {
	return elementCount(shape) * DTYPE_BYTES[dtype];
}
