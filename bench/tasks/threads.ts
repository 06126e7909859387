import {
	inSharedMemory,
	type Parallel,
	type TaskContext,
} from "../../src/core/parallel.ts";
import { colorPyramid } from "../../src/kernel/image/color-pyramid.ts";
import { silhouetteDistance } from "../../src/kernel/image/silhouette-distance.ts";
import { vertexNormals } from "../../src/kernel/mesh/normals.ts";
import { refineSurface } from "../../src/kernel/optimize/refine-surface.ts";
import { createOutlineBins } from "../../src/kernel/optimize/silhouette-terms.ts";
import { bakeViews } from "../../src/kernel/texture/bake-views.ts";
import { projectorTask } from "../../src/kernel/texture/projector-task.ts";
import { mapTexels } from "../../src/kernel/texture/texel-map.ts";
import { unwrap } from "../../src/kernel/texture/unwrap.ts";
import { openThreads } from "../../src/pipeline/open-threads.ts";
import { cowMesh, cowViews } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Size, Task } from "../task.ts";

const RESOLUTION = { tiny: 16, quick: 64, full: 128 };
const FACES = { tiny: 400, quick: 4000, full: 40_000 };
const TEXTURE_SIZE = { tiny: 64, quick: 512, full: 1024 };
const STEPS = 8;
const OUTLINE_PIXELS = 2;

/** What several threads do together, against the same in one: the outputs must be the same to the bit. */
export const threadsTask: Task = {
	name: "threads",
	async run(size) {
		await using threads = openThreads();
		return [
			await compare(size, await refining(size), threads),
			await compare(size, await baking(size), threads),
		];
	},
};

interface Work {
	readonly case: string;
	readonly run: (ctx: TaskContext) => Promise<Float32Array>;
}

async function compare(
	size: Size,
	{ case: name, run }: Work,
	parallel: Parallel,
): Promise<Row> {
	const [ms, referenceMs] = await medianTimes(
		REPEATS[size],
		() => run({ parallel }),
		() => run({}),
	);
	const [ours, alone] = [await run({ parallel }), await run({})];
	return {
		case: name,
		ms,
		reference: "one thread",
		referenceMs,
		figures: {
			threads: parallel.threads,
			"numbers that differ": ours.filter((x, i) => !Object.is(x, alone[i]))
				.length,
		},
	};
}

/** Gauss-Newton steps on the cow's hull, with outlines and colours. */
async function refining(size: Size): Promise<Work> {
	const views = await cowViews();
	const hull = await cowMesh(RESOLUTION[size]);
	const cones = views.map(({ camera, mask }) => {
		const silhouette = silhouetteDistance(mask);
		const data = inSharedMemory(silhouette.data); // as engines hand it on
		return { camera, silhouette: { ...silhouette, data } };
	});
	const colored = views.map(({ camera, image, mask }) => ({
		camera,
		levels: colorPyramid(image, mask, 3),
	}));
	return {
		case: `refine, ${hull.positions.length / 3} vertices, ${views.length} views, ${STEPS} steps`,
		run: async (ctx) => {
			const { positions } = await refineSurface(
				hull,
				cones.map((cone) => createOutlineBins(cone, OUTLINE_PIXELS)),
				{
					steps: STEPS,
					solverSteps: 20,
					fairness: 100,
					insideWeight: 40,
					rimWeight: 0.2,
					damping: 0.03,
					photometric: {
						views: colored,
						levels: [1],
						startAt: 0,
						weight: 14,
						contrast: 100,
						mismatch: 0.01,
					},
				},
				ctx,
			);
			return positions;
		},
	};
}

/** The views onto a texture. */
async function baking(size: Size): Promise<Work> {
	const views = await cowViews();
	const textureSize = TEXTURE_SIZE[size];
	const flat = unwrap(await cowMesh(RESOLUTION[size], FACES[size]), {
		textureSize,
	}).mesh;
	const mesh = { ...flat, normals: vertexNormals(flat, { acrossSeams: true }) };
	const texels = mapTexels(mesh, textureSize);
	const project = projectorTask.open(mesh);
	const projectors = views.map((view) => project(view, () => {}));
	return {
		case: `bake, ${mesh.indices.length / 3} triangles, ${textureSize} texels, ${views.length} views`,
		run: async (ctx) =>
			(await bakeViews(mesh, views, texels, { projectors }, ctx)).color,
	};
}
