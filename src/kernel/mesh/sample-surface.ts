import type { Mesh } from "../../core/mesh.ts";
import { triangleArea } from "./measure.ts";

/**
 * `count` random points, uniform over the area of a mesh, with the triangle of each
 * (Osada et al., "Shape distributions", 2002).
 */
export function sampleSurface(
	mesh: Mesh,
	count: number,
	random: () => number,
): {
	readonly points: Float32Array; // [count × 3]
	readonly triangles: Uint32Array; // [count]
} {
	const { positions: p, indices } = mesh;
	const triangleCount = indices.length / 3;
	const areaUpTo = new Float64Array(triangleCount);
	let total = 0;
	for (let t = 0; t < triangleCount; t++) {
		total += triangleArea(
			p,
			indices[t * 3] * 3,
			indices[t * 3 + 1] * 3,
			indices[t * 3 + 2] * 3,
		);
		areaUpTo[t] = total;
	}
	if (!(total > 0)) throw new RangeError(`the mesh has an area of ${total}`);

	const points = new Float32Array(count * 3);
	const triangles = new Uint32Array(count);
	for (let i = 0; i < count; i++) {
		const area = random() * total;
		let low = 0;
		let high = triangleCount - 1;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (areaUpTo[middle] > area) high = middle;
			else low = middle + 1;
		}
		const root = Math.sqrt(random());
		const share = random();
		const wa = 1 - root;
		const wb = root * (1 - share);
		const wc = root * share;
		const a = indices[low * 3] * 3;
		const b = indices[low * 3 + 1] * 3;
		const c = indices[low * 3 + 2] * 3;
		points[i * 3] = wa * p[a] + wb * p[b] + wc * p[c];
		points[i * 3 + 1] = wa * p[a + 1] + wb * p[b + 1] + wc * p[c + 1];
		points[i * 3 + 2] = wa * p[a + 2] + wb * p[b + 2] + wc * p[c + 2];
		triangles[i] = low;
	}
	return { points, triangles };
}
