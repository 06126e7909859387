import type { Field } from "../../src/core/shape.ts";
import { extractSurface } from "../../src/kernel/field/extract-surface.ts";
import { cowField } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Task } from "../task.ts";

const RESOLUTIONS = { tiny: [24], quick: [128], full: [64, 128, 256] };

/** Sparse extraction, where the field's Lipschitz bound rules blocks out, against sampling every block. */
export const isosurface: Task = {
	name: "isosurface",
	async run(size) {
		const hull = await cowField();
		const rows: Row[] = [];
		for (const [name, field] of [
			["ball", BALL],
			["cow hull", hull],
		] as const)
			for (const resolution of RESOLUTIONS[size]) {
				const dense: Field = {
					bounds: field.bounds,
					sample: field.sample.bind(field),
				};
				const mesh = extractSurface(field, { resolution });
				const same = extractSurface(dense, { resolution });
				if (mesh.indices.length !== same.indices.length)
					throw new Error("sparse and dense extraction differ");
				const [ms, referenceMs] = await medianTimes(
					REPEATS[size],
					() => extractSurface(field, { resolution }),
					() => extractSurface(dense, { resolution }),
				);
				const { min, max } = field.bounds;
				const longest = Math.max(...max.map((m, k) => m - min[k]));
				const cells = max.reduce(
					(product, m, k) =>
						product * Math.ceil(((m - min[k]) / longest) * resolution),
					1,
				);
				rows.push({
					case: `${name}, ${resolution} cells`,
					ms,
					reference: "every block sampled",
					referenceMs,
					figures: {
						"ns per voxel": (ms * 1e6) / cells,
						triangles: mesh.indices.length / 3,
					},
				});
			}
		return rows;
	},
};

const BALL: Field = {
	bounds: { min: [-1.1, -1.1, -1.1], max: [1.1, 1.1, 1.1] },
	lipschitz: 1,
	sample(points, out, count) {
		for (let i = 0; i < count; i++) {
			const x = points[i * 3];
			const y = points[i * 3 + 1];
			const z = points[i * 3 + 2];
			out[i] = Math.sqrt(x * x + y * y + z * z) - 1;
		}
	},
};
