import { describe, expect, it } from "vitest";
import {
	buildEdges,
	buildOpposites,
	buildVertexCorners,
	buildVertexNeighbours,
	nextHalf,
} from "./adjacency.ts";
import { cube, flipped, torus, withoutTriangles } from "./shapes.ts";

describe("edges", () => {
	it("a torus has one and a half edges per triangle, two triangles each", () => {
		const mesh = torus(12, 8);
		const edges = buildEdges(mesh.indices, 96);
		expect(edges.edgeCount).toBe(288);
		for (let e = 0; e < edges.edgeCount; e++)
			expect(edges.start[e + 1] - edges.start[e]).toBe(2);
		for (let h = 0; h < mesh.indices.length; h++) {
			const e = edges.edgeOfHalf[h];
			expect(edges.halves.slice(edges.start[e], edges.start[e + 1])).toContain(
				h,
			);
		}
	});

	it("opposites run the other way along the same edge", () => {
		const { indices } = torus(12, 8);
		const opposite = buildOpposites(indices, buildEdges(indices, 96));
		for (let h = 0; h < indices.length; h++) {
			const g = opposite[h];
			expect(opposite[g]).toBe(h);
			expect(indices[g]).toBe(indices[nextHalf(h)]);
			expect(indices[nextHalf(g)]).toBe(indices[h]);
		}
	});

	it("has no opposite across a boundary or against the direction", () => {
		const open = withoutTriangles(cube(), [0]).indices;
		const opposite = buildOpposites(open, buildEdges(open, 8));
		expect(opposite.filter((g) => g < 0).length).toBe(3);

		const mixed = cube().indices;
		mixed.set(flipped(cube()).indices.subarray(0, 3));
		const against = buildOpposites(mixed, buildEdges(mixed, 8));
		expect(against.filter((g) => g < 0).length).toBe(6);
	});

	it("lists corners and neighbours of each vertex once", () => {
		const { indices } = torus(12, 8);
		const corners = buildVertexCorners(indices, 96);
		const around = buildVertexNeighbours(indices, 96);
		for (let v = 0; v < 96; v++) {
			expect(corners.start[v + 1] - corners.start[v]).toBe(6);
			const ring = around.neighbours.slice(
				around.start[v],
				around.start[v + 1],
			);
			expect(new Set(ring).size).toBe(6);
			expect(ring).not.toContain(v);
		}
	});
});
