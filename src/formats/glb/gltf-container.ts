import { LunarError } from "../../core/errors.ts";
import { corrupt, MODEL_LIMITS } from "../model.ts";

const MAGIC = 0x46546c67; // 'glTF'
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BIN = 0x004e4942;

/** Takes a GLB apart into its JSON chunk and its binary chunk. */
export function openGlb(bytes: Uint8Array): {
	json: Uint8Array;
	binary?: Uint8Array;
} {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 20 || view.getUint32(0, true) !== MAGIC)
		throw corrupt(`a GLB of ${bytes.length} bytes has no complete header`);
	const version = view.getUint32(4, true);
	if (version !== 2)
		throw new LunarError(
			"MODEL_UNSUPPORTED",
			`GLB version ${version}; version 2 is read`,
		);
	const length = view.getUint32(8, true);
	if (length > bytes.length)
		throw corrupt(
			`the GLB says it has ${length} bytes, the file has ${bytes.length}`,
		);

	let json: Uint8Array | undefined;
	let binary: Uint8Array | undefined;
	for (let at = 12; at + 8 <= length; ) {
		const chunkLength = view.getUint32(at, true);
		const type = view.getUint32(at + 4, true);
		const start = at + 8;
		if (start + chunkLength > length)
			throw corrupt(
				`a GLB chunk of ${chunkLength} bytes ends behind the file's end`,
			);
		const chunk = bytes.subarray(start, start + chunkLength);
		if (!json) {
			if (type !== CHUNK_JSON)
				throw corrupt("the first chunk of the GLB is not JSON");
			if (chunkLength > MODEL_LIMITS.jsonBytes)
				throw new LunarError(
					"MODEL_TOO_LARGE",
					`the GLB's JSON has ${chunkLength} bytes; limit ${MODEL_LIMITS.jsonBytes}`,
				);
			json = chunk;
		} else if (type === CHUNK_BIN) {
			binary ??= chunk;
		}
		at = start + chunkLength;
	}
	if (!json) throw corrupt("the GLB has no JSON chunk");
	return { json, ...(binary ? { binary } : {}) };
}
