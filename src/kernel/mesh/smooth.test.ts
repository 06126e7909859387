import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { signedVolume } from "./measure.ts";
import { icosphere } from "./shapes.ts";
import { smoothTaubin } from "./smooth.ts";

function roughness(positions: Float32Array): number {
	let sum = 0;
	for (let v = 0; v < positions.length; v += 3)
		sum += Math.abs(
			Math.hypot(positions[v], positions[v + 1], positions[v + 2]) - 1,
		);
	return (sum * 3) / positions.length;
}

describe("smoothTaubin", () => {
	it("takes noise off a sphere without shrinking it", () => {
		const clean = icosphere(4);
		const random = createRandom(1);
		const noisy = {
			...clean,
			positions: clean.positions.map((x) => x + 0.02 * (random() - 0.5)),
		};
		const smooth = smoothTaubin(noisy);
		expect(roughness(smooth.positions)).toBeLessThan(
			0.4 * roughness(noisy.positions),
		);
		expect(signedVolume(smooth) / signedVolume(clean)).toBeCloseTo(1, 2);
	});

	it("does nothing in no passes, drops normals, and leaves its input alone", () => {
		const mesh = { ...icosphere(1), normals: icosphere(1).positions };
		const before = mesh.positions.slice();
		expect(smoothTaubin(mesh, { passes: 0 }).positions).toEqual(before);
		const after = smoothTaubin(mesh, { passes: 2 });
		expect("normals" in after).toBe(false);
		expect(mesh.positions).toEqual(before);
	});

	it("refuses settings that would shrink or blow up", () => {
		expect(() => smoothTaubin(icosphere(1), { mu: -0.4 })).toThrow(RangeError);
		expect(() => smoothTaubin(icosphere(1), { passes: -1 })).toThrow(
			RangeError,
		);
	});

	it("can be stopped", () => {
		expect(() =>
			smoothTaubin(icosphere(1), {}, () => {
				throw new Error("stop");
			}),
		).toThrow("stop");
	});
});
