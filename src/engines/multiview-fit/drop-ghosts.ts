import type { Mesh } from "../../core/mesh.ts";
import type { SilhouetteCone } from "../../kernel/field/hull-field.ts";
import { compact } from "../../kernel/mesh/compact.ts";
import {
	labelComponents,
	measureComponents,
} from "../../kernel/mesh/components.ts";
import {
	createRasterMemory,
	rasterize,
} from "../../kernel/raster/rasterize.ts";

/** Longer side of the pictures in which pieces are told from each other. */
const SIDE = 512;
/** Pixels that a piece must add to what larger ones cover, over all views. */
const LEAST_PIXELS = 12;
/** Pieces that are looked at, the largest first. */
const MOST_PIECES = 32;

/**
 * Leaves out the pieces of a hull that no picture needs: what they cover, larger pieces cover too.
 * Where several thin parts stand before each other, hulls are full of such ghosts.
 */
export function dropGhosts(hull: Mesh, cones: readonly SilhouetteCone[]): Mesh {
	const pieces = labelComponents(hull);
	if (pieces.count <= 1) return hull;
	const { areas } = measureComponents(hull, pieces);
	const order = Array.from(areas.keys())
		.sort((a, b) => areas[b] - areas[a])
		.slice(0, MOST_PIECES);
	const memory = createRasterMemory();
	const covered = cones.map(() => new Uint8Array(0));
	const needed = new Uint8Array(pieces.count);
	for (const piece of order) {
		const indices = hull.indices.filter(
			(_, h) => pieces.ofTriangle[Math.floor(h / 3)] === piece,
		);
		let added = 0;
		for (let v = 0; v < cones.length; v++) {
			const { camera } = cones[v];
			const scale = SIDE / Math.max(camera.width, camera.height);
			const { triangle } = rasterize(
				{ positions: hull.positions, indices },
				camera,
				{
					width: Math.max(1, Math.round(camera.width * scale)),
					height: Math.max(1, Math.round(camera.height * scale)),
					frontOnly: true,
					memory,
				},
			);
			if (covered[v].length === 0) covered[v] = new Uint8Array(triangle.length);
			for (let n = 0; n < triangle.length; n++)
				if (triangle[n] >= 0 && covered[v][n] === 0) {
					covered[v][n] = 1;
					added++;
				}
		}
		if (added >= LEAST_PIXELS) needed[piece] = 1;
	}
	return compact({
		positions: hull.positions,
		indices: hull.indices.filter(
			(_, h) => needed[pieces.ofTriangle[Math.floor(h / 3)]] === 1,
		),
	});
}
