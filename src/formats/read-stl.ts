import { weldPositions } from "../kernel/mesh/weld.ts";
import { Float32List } from "./growable.ts";
import {
	checkFinite,
	corrupt,
	type LoadedModel,
	MODEL_LIMITS,
	ModelBudget,
	type ReadModelOptions,
} from "./model.ts";
import { TextScanner } from "./text-scanner.ts";

const HEADER_BYTES = 84;
const FACET_BYTES = 50;

/** Whether the length is exactly that of a binary STL. Files that begin with "solid" may be, too. */
export function isBinaryStl(bytes: Uint8Array): boolean {
	if (bytes.length < HEADER_BYTES) return false;
	return bytes.length === HEADER_BYTES + FACET_BYTES * facetCount(bytes);
}

function facetCount(bytes: Uint8Array): number {
	return new DataView(bytes.buffer, bytes.byteOffset).getUint32(80, true);
}

/** Reads binary or text STL. Corners at exactly the same place become one vertex. */
export function readStl(
	bytes: Uint8Array,
	options: ReadModelOptions,
): LoadedModel {
	const corners = isBinaryStl(bytes) ? readBinary(bytes) : readText(bytes);
	checkFinite(corners, "STL");
	const { srcToDst, positions } = weldPositions(corners);
	return {
		format: "stl",
		parts:
			srcToDst.length === 0
				? []
				: [
						{
							name: options.name ?? "model",
							mesh: { positions, indices: srcToDst },
							baseColorFactor: [1, 1, 1, 1],
							roughness: 1,
							metallic: 0,
						},
					],
		fileTextures: [],
		materialCount: 0,
		drawCallCount: 1,
		skippedPrimitiveCount: 0,
	};
}

function readBinary(bytes: Uint8Array): Float32Array /* [facetCount × 9] */ {
	const count = facetCount(bytes);
	new ModelBudget().takeTriangles(count);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const corners = new Float32Array(count * 9);
	let o = 0;
	for (let f = 0; f < count; f++) {
		const at = HEADER_BYTES + f * FACET_BYTES + 12; // after the normal
		for (let k = 0; k < 36; k += 4)
			corners[o++] = view.getFloat32(at + k, true);
	}
	return corners;
}

function readText(bytes: Uint8Array): Float32Array /* [facetCount × 9] */ {
	const scan = new TextScanner(bytes);
	const corners = new Float32List();
	let ended = false;
	for (scan.skipSpace(); !scan.done; scan.skipSpace()) {
		const word = scan.word().toLowerCase();
		if (word === "vertex") {
			for (let c = 0; c < 3; c++) corners.push(scan.number());
			if (corners.length > MODEL_LIMITS.triangles * 9)
				new ModelBudget().takeTriangles(corners.length / 9);
		} else if (word === "solid" || word === "endsolid") {
			ended = word === "endsolid";
			scan.skipLine(); // a name follows, which may be any word
		}
	}
	if (!ended) throw corrupt("the STL ends before its endsolid");
	if (corners.length % 9 !== 0)
		throw corrupt(
			`the STL has ${corners.length / 3} corners, not whole triangles`,
		);
	return corners.values().slice();
}
