import { expect, it } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { softShadow } from "./soft-shadow.ts";

const N = 96;

/** Grey ground with grain, a grey disc (with a black cap) of half its lightness, and its soft shadow to the right. */
function scene(grain: number): {
	lab: Float32Array;
	ground: Float32Array;
	lit: Uint8Array;
	disc: Uint8Array;
} {
	const random = createRandom(4);
	const lab = new Float32Array(N * N * 3);
	const ground = new Float32Array(N * N * 3);
	const lit = new Uint8Array(N * N);
	const disc = new Uint8Array(N * N);
	for (let p = 0; p < N * N; p++) {
		const x = p % N;
		const y = Math.floor(p / N);
		ground[p * 3] = 80;
		const far = Math.hypot((x - 58) / 1.4, y - 60) / 22;
		const shade = 30 * Math.exp(-far * far * 2);
		lab[p * 3] = 80 - shade + (random() - 0.5) * grain;
		if (Math.hypot(x - 44, y - 44) < 18) {
			disc[p] = 1;
			lab[p * 3] = y < 40 ? 5 : 62;
		}
		lit[p] = disc[p] === 0 && shade < 2 ? 1 : 0;
	}
	return { lab, ground, lit, disc };
}

it.each([0, 2])(
	"takes the shadow and leaves the grey disc in it, grain %i",
	(grain) => {
		const { lab, ground, lit, disc } = scene(grain);
		const found = softShadow(lab, ground, lit, N, N, { sigma: grain / 3 });
		let wrong = 0;
		for (let p = 0; p < found.length; p++) if (found[p] === disc[p]) wrong++;
		expect(wrong).toBeLessThan(60); // of about 1000 in the disc, 1300 in the shadow; where they are alike, either will do
	},
);

it("adds nothing where the rest has another hue", () => {
	const { lab, ground, lit } = scene(0);
	for (let p = 0; p < lit.length; p++) if (lit[p] === 0) lab[p * 3 + 1] = 30;
	expect(softShadow(lab, ground, lit, N, N, { sigma: 0 })).toEqual(lit);
});
