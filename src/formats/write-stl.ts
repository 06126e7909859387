import type { TexturedMesh } from "../core/asset.ts";
import type { EncodedPicture } from "./encoded-picture.ts";
import type { OutputFile } from "./output-file.ts";

const HEADER_BYTES = 84;
const FACET_BYTES = 50;

/**
 * Writes `<stem>.stl`, binary. STL knows neither colour nor unit: coordinates stay as they are,
 * +Y up, so slicers, which read millimetres and +Z up, ask for a scale and a turn.
 */
export function writeStl(
	textured: TexturedMesh,
	_texture: EncodedPicture | undefined,
	stem: string,
): readonly OutputFile[] {
	const { positions, indices } = textured.mesh;
	const triangleCount = indices.length / 3;
	const bytes = new Uint8Array(HEADER_BYTES + triangleCount * FACET_BYTES);
	// Must not begin with "solid", which some readers take for text.
	new TextEncoder().encodeInto("Lunar Nova; Y up, front +Z, metres", bytes);
	const view = new DataView(bytes.buffer);
	view.setUint32(80, triangleCount, true);
	let at = HEADER_BYTES;
	for (let i = 0; i < indices.length; i += 3) {
		const a = indices[i] * 3;
		const b = indices[i + 1] * 3;
		const c = indices[i + 2] * 3;
		const abx = positions[b] - positions[a];
		const aby = positions[b + 1] - positions[a + 1];
		const abz = positions[b + 2] - positions[a + 2];
		const acx = positions[c] - positions[a];
		const acy = positions[c + 1] - positions[a + 1];
		const acz = positions[c + 2] - positions[a + 2];
		const nx = aby * acz - abz * acy;
		const ny = abz * acx - abx * acz;
		const nz = abx * acy - aby * acx;
		const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
		view.setFloat32(at, nx / length, true);
		view.setFloat32(at + 4, ny / length, true);
		view.setFloat32(at + 8, nz / length, true);
		at += 12;
		for (let k = 0; k < 3; k++) {
			const corner = k === 0 ? a : k === 1 ? b : c;
			view.setFloat32(at, positions[corner], true);
			view.setFloat32(at + 4, positions[corner + 1], true);
			view.setFloat32(at + 8, positions[corner + 2], true);
			at += 12;
		}
		at += 2; // attribute byte count: 0
	}
	return [{ name: `${stem}.stl`, bytes }];
}
