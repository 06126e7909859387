import { expect, test } from "vitest";
import { icosphere } from "../mesh/shapes.ts";
import { carryMove } from "./carry-move.ts";

const coarse = icosphere(2);
const fine = icosphere(4);
const all = (count: number): Float64Array => new Float64Array(count).fill(1);

test("a shift of the coarse mesh shifts the fine one", () => {
	const shifted = coarse.positions.map((p, i) => p + [0.1, -0.2, 0.3][i % 3]);
	const { mesh, share } = carryMove(
		fine,
		coarse,
		shifted,
		0.5,
		all(fine.positions.length / 3),
	);
	for (let i = 0; i < mesh.positions.length; i++)
		expect(mesh.positions[i]).toBeCloseTo(
			fine.positions[i] + [0.1, -0.2, 0.3][i % 3],
			5,
		);
	expect(Math.min(...share)).toBe(1);
});

test("what lies beyond the reach stays, and so does what is not trusted", () => {
	const away = fine.positions.map((p, i) => p + (i % 3 === 0 ? 5 : 0));
	const swollen = coarse.positions.map((p) => 1.2 * p);
	const count = fine.positions.length / 3;
	const far = carryMove(
		{ positions: away, indices: fine.indices },
		coarse,
		swollen,
		0.5,
		all(count),
	);
	expect(far.mesh.positions).toEqual(away);
	expect(Math.max(...far.share)).toBe(0);
	const doubted = carryMove(
		fine,
		coarse,
		swollen,
		0.5,
		new Float64Array(count),
	);
	expect(doubted.mesh.positions).toEqual(fine.positions);
});
