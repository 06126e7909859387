import { expect, test } from "vitest";
import { extractSurface } from "../../kernel/field/extract-surface.ts";
import {
	type Lattice,
	latticeField,
	sampleToGrid,
	sharedLattice,
} from "../../kernel/field/grid-field.ts";
import { hullField } from "../../kernel/field/hull-field.ts";
import { smoothTaubin } from "../../kernel/mesh/smooth.ts";
import {
	lookFrom,
	paintedView,
	spreadEyes,
} from "../../kernel/optimize/painted-view.test-support.ts";
import { coneOf } from "../../kernel/optimize/views.test-support.ts";
import { HOLLOW } from "./carve-hull.ts";
import { hollowsByGuess } from "./hollows-by-guess.ts";
import { clay, pot } from "./pot.test-support.ts";

async function hollowsOf(isOpen: boolean): Promise<Lattice | null> {
	const body = extractSurface(pot(isOpen), { resolution: 64 });
	const views = spreadEyes(16, 2.5).map(([x, y, z], v) => ({
		...paintedView(body, lookFrom(x, y, z, 192, 330), clay),
		label: `${v}`,
	}));
	const cones = views.map(({ camera, mask }) => coneOf(camera, mask));
	const field = hullField(cones, pot(isOpen).bounds);
	const hull = smoothTaubin(extractSurface(field, { resolution: 48 }), {
		passes: 12,
	});
	const lattice = sharedLattice(sampleToGrid(field, 64, 0.02));
	return hollowsByGuess(hull, lattice, views, cones, HOLLOW, {});
}

test("the inside of a pot is seen, which no outline shows; its wall stays", async () => {
	const hollows = await hollowsOf(true);
	expect(hollows).not.toBeNull();
	if (hollows === null) return;
	const at = (x: number, y: number, z: number): number => {
		const out = new Float32Array(1);
		latticeField(hollows).sample(Float32Array.of(x, y, z), out, 1);
		return out[0];
	};
	for (const y of [0.25, 0.1, 0]) expect(at(0, y, 0)).toBeGreaterThan(0);
	for (const [x, y, z] of [
		[0, -0.44, 0],
		[0.44, 0, 0],
		[0, 0, -0.44],
	])
		expect(at(x, y, z)).toBeLessThan(0);
});

test("a ball has no inside", async () => {
	expect(await hollowsOf(false)).toBeNull();
});
