import { createRandom } from "../../src/core/run-context.ts";
import { type Bvh, buildBvh } from "../../src/kernel/mesh/bvh.ts";
import {
	closestDistances,
	closestOnTriangle,
} from "../../src/kernel/mesh/closest-point.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

const FACES = { tiny: 400, quick: 20_000, full: 40_000 };
const POINTS = { tiny: 50, quick: 1000, full: 2000 };

/** Tree and search together, against asking every triangle. */
export const closestPoint: Task = {
	name: "closest-point",
	async run(size) {
		const mesh = await cowMesh(96, FACES[size]);
		const random = createRandom(3);
		const points = Float32Array.from(
			{ length: POINTS[size] * 3 },
			() => random() - 0.5,
		);
		const tree = buildBvh(mesh);
		const ours = closestDistances(tree, points);
		const theirs = closestByBruteForce(tree, points);
		const largest = ours.reduce(
			(most, d, i) => Math.max(most, Math.abs(d - theirs[i])),
			0,
		);
		if (!(largest < 1e-5)) throw new Error(`distances differ by ${largest}`);
		const [ms, referenceMs, buildMs] = await medianTimes(
			REPEATS[size],
			() => closestDistances(buildBvh(mesh), points),
			() => closestByBruteForce(tree, points),
			() => buildBvh(mesh),
		);
		return [
			{
				case: `cow, ${mesh.indices.length / 3} triangles, ${POINTS[size]} points`,
				ms,
				reference: "every triangle",
				referenceMs,
				figures: {
					"tree ms": buildMs,
					"µs per point": ((ms - buildMs) * 1e3) / POINTS[size],
				},
			},
		];
	},
};

function closestByBruteForce(
	{ corners }: Bvh,
	points: Float32Array,
): Float32Array {
	const place = new Float64Array(3);
	const out = new Float32Array(points.length / 3).fill(Infinity);
	for (let i = 0; i < out.length; i++) {
		const x = points[i * 3];
		const y = points[i * 3 + 1];
		const z = points[i * 3 + 2];
		for (let o = 0; o < corners.length; o += 9) {
			closestOnTriangle(corners, o, x, y, z, place);
			const d = Math.hypot(place[0] - x, place[1] - y, place[2] - z);
			if (d < out[i]) out[i] = d;
		}
	}
	return out;
}
