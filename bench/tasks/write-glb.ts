import type { TexturedMesh } from "../../src/core/asset.ts";
import { validateGlb } from "../../src/formats/glb/validate-glb.ts";
import { writeGlb } from "../../src/formats/glb/write-glb.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Task } from "../task.ts";

const FACES = { tiny: 400, quick: 40_000, full: 40_000 };

/** Writing against what its check by Khronos' validator costs. */
export const writeGlbTask: Task = {
	name: "write-glb",
	async run(size) {
		const textured: TexturedMesh = {
			mesh: await cowMesh(128, FACES[size]),
			roughness: 0.8,
			metallic: 0,
		};
		const write = (): Promise<Uint8Array> => writeGlb(textured, undefined, {});
		const glb = await write();
		const { errors } = await validateGlb(glb);
		const [ms, referenceMs] = await medianTimes(REPEATS[size], write, () =>
			validateGlb(glb),
		);
		return [
			{
				case: `cow, ${textured.mesh.indices.length / 3} triangles`,
				ms,
				reference: "Khronos validator",
				referenceMs,
				figures: {
					"MB per s": glb.length / 1e3 / ms,
					"validator errors": errors,
				},
			},
		];
	},
};
