import { MeshoptDecoder } from "meshoptimizer/decoder";
import { LunarError } from "../../core/errors.ts";
import { corrupt, type ModelBudget, type ReadModelOptions } from "../model.ts";
import { safeRelativePath } from "../safe-relative-path.ts";
import type { GltfJson, GltfMeshoptView } from "./gltf-json.ts";

/** A parsed glTF file with its bytes at hand: every buffer view, decompressed. */
export interface GltfSource {
	readonly json: GltfJson;
	readonly budget: ModelBudget;
	readonly views: readonly Uint8Array[]; // one per buffer view
	/** Bytes behind a URI of the file; undefined where nobody has them. */
	fetch(uri: string): Promise<Uint8Array | undefined>;
}

/** Gathers the bytes of all buffers and buffer views, each checked against its container. */
export async function openGltfSource(
	json: GltfJson,
	binary: Uint8Array | undefined,
	budget: ModelBudget,
	options: ReadModelOptions,
): Promise<GltfSource> {
	const fetched = new Map<string, Promise<Uint8Array | undefined>>();
	const fetch = (uri: string): Promise<Uint8Array | undefined> => {
		let bytes = fetched.get(uri);
		if (!bytes) {
			bytes = fetchUri(uri, budget, options);
			fetched.set(uri, bytes);
		}
		return bytes;
	};
	const viewsJson = json.bufferViews ?? [];

	// Buffers. One that nobody has is empty: some only stand in for compressed views.
	const buffers: Uint8Array[] = [];
	for (const [i, buffer] of (json.buffers ?? []).entries()) {
		let bytes: Uint8Array | undefined;
		if (buffer.uri !== undefined) {
			bytes = await fetch(buffer.uri);
			if (!bytes)
				throw corrupt(
					`buffer ${i} is in "${buffer.uri.slice(0, 80)}", which was not found`,
				);
		} else if (i === 0) bytes = binary;
		if (bytes && bytes.length < buffer.byteLength)
			throw corrupt(
				`buffer ${i} has ${bytes.length} bytes instead of ${buffer.byteLength}`,
			);
		buffers.push(bytes ?? new Uint8Array(0));
	}

	const slice = (
		bufferIndex: number,
		byteOffset: number,
		byteLength: number,
		where: string,
	): Uint8Array => {
		const bytes = buffers[bufferIndex];
		if (!bytes || byteOffset + byteLength > bytes.length)
			throw corrupt(
				`${where} (${byteLength} bytes at ${byteOffset}) lies outside its buffer`,
			);
		return bytes.subarray(byteOffset, byteOffset + byteLength);
	};

	const views: Uint8Array[] = [];
	for (const [i, view] of viewsJson.entries()) {
		const packed =
			view.extensions?.EXT_meshopt_compression ??
			view.extensions?.KHR_meshopt_compression;
		const where = `buffer view ${i}`;
		if (packed) {
			const source = slice(
				packed.buffer,
				packed.byteOffset ?? 0,
				packed.byteLength,
				where,
			);
			const bytes = await decodeMeshopt(packed, source, budget, where);
			if (bytes.length < view.byteLength)
				throw corrupt(`${where} holds less than its ${view.byteLength} bytes`);
			views.push(bytes);
		} else {
			views.push(
				slice(view.buffer, view.byteOffset ?? 0, view.byteLength, where),
			);
		}
	}
	return { json, budget, views, fetch };
}

async function decodeMeshopt(
	packed: GltfMeshoptView,
	source: Uint8Array,
	budget: ModelBudget,
	where: string,
): Promise<Uint8Array> {
	const { count, byteStride, mode, filter = "NONE" } = packed;
	const strideFits =
		mode === "ATTRIBUTES"
			? byteStride % 4 === 0
			: byteStride === 2 || byteStride === 4;
	const filterFits =
		filter === "NONE" ||
		(mode === "ATTRIBUTES" &&
			(filter === "QUATERNION"
				? byteStride === 8
				: filter === "EXPONENTIAL" || byteStride === 4 || byteStride === 8));
	if (!strideFits || !filterFits || (mode === "TRIANGLES" && count % 3 !== 0))
		throw corrupt(
			`${where}: meshopt ${mode} ${filter} with stride ${byteStride} and count ${count}`,
		);
	budget.takeDecodedBytes(count * byteStride);
	await MeshoptDecoder.ready;
	const target = new Uint8Array(count * byteStride);
	try {
		MeshoptDecoder.decodeGltfBuffer(
			target,
			count,
			byteStride,
			source,
			mode,
			filter,
		);
	} catch (error) {
		throw corrupt(`${where}: the meshopt data is damaged`, error);
	}
	return target;
}

async function fetchUri(
	uri: string,
	budget: ModelBudget,
	options: ReadModelOptions,
): Promise<Uint8Array | undefined> {
	if (/^data:/i.test(uri)) return decodeDataUri(uri);
	let path: string | undefined;
	try {
		path = safeRelativePath(decodeURIComponent(uri));
	} catch {
		path = undefined; // a malformed % sequence
	}
	if (path === undefined)
		throw new LunarError(
			"MODEL_UNSUPPORTED",
			`the file names "${uri.slice(0, 80)}"; only files beside it are read`,
		);
	const bytes = await options.resolve?.(path);
	if (bytes) budget.takeFileBytes(bytes.length);
	return bytes;
}

function decodeDataUri(uri: string): Uint8Array {
	const comma = uri.indexOf(",");
	if (comma < 0 || !/;base64$/i.test(uri.slice(0, comma)))
		throw corrupt("a data URI is not base64");
	let text: string;
	try {
		text = atob(uri.slice(comma + 1));
	} catch (error) {
		throw corrupt("a data URI is not base64", error);
	}
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}
