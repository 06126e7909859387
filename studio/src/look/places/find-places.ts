import type { Mesh } from "../../../../src/core/mesh.ts";
import {
	buildEdges,
	buildOpposites,
} from "../../../../src/kernel/mesh/adjacency.ts";
import { triangleArea } from "../../../../src/kernel/mesh/measure.ts";
import { findSelfIntersections } from "../../../../src/kernel/mesh/self-intersections.ts";
import { weldPositions } from "../../../../src/kernel/mesh/weld.ts";
import type { Place, Vec3 } from "../viewer/types.ts";

/** Something on the model that deserves a look. */
export type FoundPlace = Place & {
	readonly kind: "invented" | "crossing" | "hole";
	/** Triangles; of a hole: open sides. */
	readonly count: number;
	/** Of the surface area, 0–1. */
	readonly areaShare: number;
};

/** Smaller invented areas are not worth a visit. */
const INVENTED_SHARE = 0.005;
const MOST_OF_A_KIND = 6;

/** Where the model is invented, cuts through itself, or is open. `seen`: views that see each triangle. */
export function findPlaces(
	mesh: Pick<Mesh, "positions" | "indices">,
	seen: Uint8Array | undefined, // [triangleCount]
): readonly FoundPlace[] {
	const { srcToDst, positions } = weldPositions(mesh.positions);
	const indices = mesh.indices.map((vertex) => srcToDst[vertex]);
	const triangleCount = indices.length / 3;
	const edges = buildEdges(indices, positions.length / 3);
	const opposite = buildOpposites(indices, edges);
	const areas = new Float64Array(triangleCount);
	let total = 0;
	for (let t = 0; t < triangleCount; t++) {
		areas[t] = triangleArea(
			positions,
			indices[t * 3] * 3,
			indices[t * 3 + 1] * 3,
			indices[t * 3 + 2] * 3,
		);
		total += areas[t];
	}
	const surface = { positions, indices, opposite, areas, total };

	const open = new Uint8Array(triangleCount);
	for (let e = 0; e < edges.edgeCount; e++)
		if (edges.start[e + 1] - edges.start[e] === 1)
			open[Math.floor(edges.halves[edges.start[e]] / 3)] = 1;
	const crossing = new Uint8Array(triangleCount);
	for (const t of findSelfIntersections({ positions, indices }))
		crossing[t] = 1;
	return [
		...placesOf("hole", open, surface),
		...placesOf("crossing", crossing, surface),
		...(seen?.length === triangleCount
			? placesOf(
					"invented",
					seen.map((count) => (count === 0 ? 1 : 0)),
					surface,
				).filter(({ areaShare }) => areaShare >= INVENTED_SHARE)
			: []),
	];
}

interface Surface {
	readonly positions: Float32Array;
	readonly indices: Uint32Array;
	readonly opposite: Int32Array; // [triangleCount × 3] half-edge across, or −1
	readonly areas: Float64Array; // [triangleCount]
	readonly total: number;
}

/** Groups marked triangles that touch along an edge; the largest groups first. */
function placesOf(
	kind: FoundPlace["kind"],
	marked: Uint8Array, // [triangleCount]
	surface: Surface,
): FoundPlace[] {
	const visited = new Uint8Array(marked.length);
	const found: FoundPlace[] = [];
	for (let first = 0; first < marked.length; first++) {
		if (marked[first] === 0 || visited[first] === 1) continue;
		const group = [first];
		visited[first] = 1;
		for (let k = 0; k < group.length; k++)
			for (let h = group[k] * 3; h < group[k] * 3 + 3; h++) {
				const across = surface.opposite[h];
				if (across < 0) continue;
				const t = Math.floor(across / 3);
				if (marked[t] === 0 || visited[t] === 1) continue;
				visited[t] = 1;
				group.push(t);
			}
		found.push({ kind, ...measureGroup(group, surface) });
	}
	return found
		.sort((a, b) => b.areaShare - a.areaShare)
		.slice(0, MOST_OF_A_KIND);
}

function measureGroup(
	group: readonly number[],
	{ positions, indices, areas, total }: Surface,
): Omit<FoundPlace, "kind"> {
	let area = 0;
	const middle = [0, 0, 0];
	const normal = [0, 0, 0];
	for (const t of group) {
		const [a, b, c] = [0, 1, 2].map((k) => indices[t * 3 + k] * 3);
		const e: Vec3 = [0, 1, 2].map(
			(i) => positions[b + i] - positions[a + i],
		) as unknown as Vec3;
		const f: Vec3 = [0, 1, 2].map(
			(i) => positions[c + i] - positions[a + i],
		) as unknown as Vec3;
		// Twice the area long, so that large triangles count more.
		normal[0] += e[1] * f[2] - e[2] * f[1];
		normal[1] += e[2] * f[0] - e[0] * f[2];
		normal[2] += e[0] * f[1] - e[1] * f[0];
		const weight = areas[t] + 1e-12;
		area += weight;
		for (let i = 0; i < 3; i++)
			middle[i] +=
				(weight * (positions[a + i] + positions[b + i] + positions[c + i])) / 3;
	}
	const point: Vec3 = [middle[0] / area, middle[1] / area, middle[2] / area];
	const length = Math.hypot(normal[0], normal[1], normal[2]);
	let radius = 0;
	for (const t of group)
		for (let k = 0; k < 3; k++) {
			const v = indices[t * 3 + k] * 3;
			radius = Math.max(
				radius,
				Math.hypot(
					positions[v] - point[0],
					positions[v + 1] - point[1],
					positions[v + 2] - point[2],
				),
			);
		}
	return {
		point,
		normal:
			length > 0
				? [normal[0] / length, normal[1] / length, normal[2] / length]
				: [0, 0, 1],
		radius,
		count: group.length,
		areaShare: area / total,
	};
}
