import type { Mesh } from "../../core/mesh.ts";
import type { TaskContext } from "../../core/parallel.ts";
import type { View } from "../../core/view.ts";
import { weldPositions } from "../mesh/weld.ts";
import type { ExposureBalance } from "./balance-exposure.ts";
import type { MeshPoints } from "./blend-range.ts";
import { type BlendOptions, blendViews } from "./blend-views.ts";
import { type FillOptions, spreadColors } from "./fill-unseen.ts";

export interface VertexBake {
	readonly colors: Float32Array; // [vertexCount × 4] linear RGBA, opaque
	readonly confidence: Float32Array; // [vertexCount] 0–1; 0: no view
	/** Views that see most corners of each triangle. */
	readonly seenBy: Uint16Array; // [triangleCount]
	/** What was found about exposure, where there were views to compare. */
	readonly exposure?: ExposureBalance;
}

/** Colours for the vertices themselves: projected like a texture, filled softly where no view sees. */
export async function bakeVertexColors(
	mesh: Mesh,
	views: readonly View[],
	options: BlendOptions & FillOptions = {},
	{ parallel, checkpoint }: TaskContext = {},
): Promise<VertexBake> {
	const { positions, normals, indices } = mesh;
	if (!normals) throw new TypeError("the mesh has no normals");
	const count = positions.length / 3;
	const triangleCount = indices.length / 3;
	const seenBy = new Uint16Array(triangleCount);
	const blend = await blendViews(
		mesh,
		views,
		vertexPoints(mesh, normals),
		options,
		{ parallel, checkpoint: (f) => checkpoint?.(0.8 * f) },
	);
	const { seen } = blend;
	for (let words = 0; words < seen.length; words += count)
		for (let t = 0; t < triangleCount; t++) {
			const a = seen[words + indices[3 * t]];
			const b = seen[words + indices[3 * t + 1]];
			const c = seen[words + indices[3 * t + 2]];
			for (let bits = (a & b) | (b & c) | (c & a); bits; bits &= bits - 1)
				seenBy[t]++;
		}
	// Copies of one position at seams share what was seen.
	const { srcToDst, positions: welded } = weldPositions(positions);
	const weldedCount = welded.length / 3;
	const color = new Float32Array(3 * weldedCount);
	const confidence = new Float32Array(weldedCount);
	const total = new Float32Array(weldedCount);
	for (let v = 0; v < count; v++) {
		const w = srcToDst[v];
		const c = blend.confidence[v];
		total[w] += c;
		for (let k = 0; k < 3; k++) color[3 * w + k] += c * blend.color[3 * v + k];
		if (c > confidence[w]) confidence[w] = c;
	}
	for (let w = 0; w < weldedCount; w++)
		if (total[w] > 0) for (let k = 0; k < 3; k++) color[3 * w + k] /= total[w];
	const spread = spreadColors(
		welded,
		indices,
		srcToDst,
		{ color, confidence },
		options,
		checkpoint && ((f) => checkpoint(0.8 + 0.2 * f)),
	);
	if (options.colorField) {
		const field = new Float32Array(3 * weldedCount);
		options.colorField.sample(welded, field, weldedCount);
		for (let i = 0; i < field.length; i++) spread[i] += field[i];
	}
	const colors = new Float32Array(4 * count);
	for (let v = 0; v < count; v++) {
		const w = srcToDst[v];
		const s = Math.min(1, 2 * confidence[w]);
		const own = s * s * (3 - 2 * s);
		for (let k = 0; k < 3; k++) {
			const value = own * color[3 * w + k] + (1 - own) * spread[3 * w + k];
			colors[4 * v + k] = value < 0 ? 0 : value > 1 ? 1 : value;
		}
		colors[4 * v + 3] = 1;
	}
	return {
		colors,
		confidence: blend.confidence,
		seenBy,
		...(blend.exposure ? { exposure: blend.exposure } : {}),
	};
}

/** The vertices as points, each in a corner of some triangle of its own. */
function vertexPoints(mesh: Mesh, normals: Float32Array): MeshPoints {
	const { positions, indices } = mesh;
	const count = positions.length / 3;
	const triangles = new Uint32Array(count);
	const bary = new Float32Array(2 * count);
	for (let h = 0; h < indices.length; h++) {
		const v = indices[h];
		triangles[v] = Math.floor(h / 3);
		bary[2 * v] = h % 3 === 1 ? 1 : 0;
		bary[2 * v + 1] = h % 3 === 2 ? 1 : 0;
	}
	const spacing = vertexSpacing(mesh);
	return { count, positions, normals, spacing, triangles, bary };
}

/** Mean length of the edges at each vertex. */
function vertexSpacing(mesh: Mesh): Float32Array /* [vertexCount] */ {
	const { positions: p, indices } = mesh;
	const sum = new Float32Array(p.length / 3);
	const edges = new Uint32Array(p.length / 3);
	for (let h = 0; h < indices.length; h++) {
		const a = indices[h];
		const b = indices[h % 3 === 2 ? h - 2 : h + 1];
		const x = p[3 * a] - p[3 * b];
		const y = p[3 * a + 1] - p[3 * b + 1];
		const z = p[3 * a + 2] - p[3 * b + 2];
		const length = Math.sqrt(x * x + y * y + z * z);
		sum[a] += length;
		sum[b] += length;
		edges[a]++;
		edges[b]++;
	}
	for (let v = 0; v < sum.length; v++) if (edges[v] > 0) sum[v] /= edges[v];
	return sum;
}
