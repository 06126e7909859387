import { expect, it } from "vitest";
import type { Mesh } from "../../core/mesh.ts";
import { reportSeen } from "./report-seen.ts";

/** Triangles of area 1, 2, 3 and 4. */
const mesh: Mesh = {
	positions: new Float32Array([
		0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0,
	]),
	indices: new Uint32Array([0, 1, 2, 0, 1, 3, 0, 1, 4, 0, 1, 5]),
};

it("weighs views by area; many views share the last entry", () => {
	const report = reportSeen(mesh, Uint16Array.of(0, 1, 6, 4));
	expect(report.inventedShare).toBeCloseTo(0.1, 9);
	expect(report.seenShare).toBeCloseTo(0.9, 9);
	expect(report.shareByViewCount.map((s) => Math.round(s * 1e6) / 1e6)).toEqual(
		[0.1, 0.2, 0, 0, 0.7],
	);
});

it("an empty mesh is all invented, and counts must match", () => {
	const empty = { positions: new Float32Array(0), indices: new Uint32Array(0) };
	expect(reportSeen(empty, new Uint16Array(0)).inventedShare).toBe(1);
	expect(() => reportSeen(mesh, new Uint16Array(3))).toThrow(RangeError);
});
