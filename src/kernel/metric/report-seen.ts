import type { Mesh } from "../../core/mesh.ts";
import type { SeenReport } from "../../core/report.ts";

/** Entries of `shareByViewCount`: 0, 1, 2, 3 views, and 4 or more. */
const CLASSES = 5;

/** Shares of the surface area by how many views see it. A mesh without area counts as invented. */
export function reportSeen(
	mesh: Mesh,
	seenBy: Uint16Array, // [triangleCount]
): SeenReport {
	const { positions: p, indices } = mesh;
	const triangleCount = Math.floor(indices.length / 3);
	if (seenBy.length !== triangleCount)
		throw new RangeError(
			`seenBy has ${seenBy.length} entries for ${triangleCount} triangles`,
		);
	const area = new Float64Array(CLASSES);
	let total = 0;
	for (let t = 0; t < triangleCount; t++) {
		const a = indices[t * 3] * 3;
		const b = indices[t * 3 + 1] * 3;
		const c = indices[t * 3 + 2] * 3;
		const ux = p[b] - p[a];
		const uy = p[b + 1] - p[a + 1];
		const uz = p[b + 2] - p[a + 2];
		const vx = p[c] - p[a];
		const vy = p[c + 1] - p[a + 1];
		const vz = p[c + 2] - p[a + 2];
		const x = uy * vz - uz * vy;
		const y = uz * vx - ux * vz;
		const z = ux * vy - uy * vx;
		const doubled = Math.sqrt(x * x + y * y + z * z);
		area[Math.min(seenBy[t], CLASSES - 1)] += doubled;
		total += doubled;
	}
	const shareByViewCount = Array.from(area, (part, k) =>
		total > 0 ? part / total : k === 0 ? 1 : 0,
	);
	return {
		seenShare: 1 - shareByViewCount[0],
		inventedShare: shareByViewCount[0],
		shareByViewCount,
	};
}
