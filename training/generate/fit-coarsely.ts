import type { Camera } from "../../src/core/camera.ts";
import type { Box, Mesh } from "../../src/core/mesh.ts";
import { FEW_WEIGHTS } from "../../src/engines/multiview-fit/fit-few.ts";
import { fitMesh } from "../../src/engines/multiview-fit/fit-mesh.ts";
import {
	type Ladder,
	ladderField,
	type Rung,
	rungTask,
} from "../../src/engines/multiview-fit/hull-ladder.ts";
import {
	boxToUnit,
	cameraToUnit,
	type UnitFrame,
	unitFrameOf,
} from "../../src/engines/multiview-fit/unit-frame.ts";
import {
	type GridField,
	sampleToGrid,
} from "../../src/kernel/field/grid-field.ts";
import { colorPyramid } from "../../src/kernel/image/color-pyramid.ts";
import { CROP_SIZE } from "../../src/kernel/image/crop-picture.ts";
import type { SilhouetteDistance } from "../../src/kernel/image/silhouette-distance.ts";

/** Cells along the longest side: of the engine's first rung, the finest it may have, and of what the network is told of the hull. */
const FIRST_RUNG = 32;
const FINEST = 96;
/** Vertices of that rung, about: thin objects need finer grids. */
const VERTICES = 2000;
const GRID = 64;
const STEPS = 30;
/** Crops have fewer pixels than the engine's pictures: the levels at which they are as large. */
const LEVELS = [[2, 1]];

/** What multiview-fit makes of the pictures on its first rung. */
export async function fitCoarsely(
	views: readonly {
		readonly camera: Camera;
		readonly silhouette: SilhouetteDistance;
		readonly picture: Uint8Array; // [CROP_SIZE² × 4]
	}[],
	box: Box,
): Promise<{
	readonly mesh: Mesh;
	readonly grid: GridField;
	readonly frame: UnitFrame;
} | null> {
	const frame = unitFrameOf(box);
	const cones = views.map(({ camera, silhouette }) => ({
		camera: cameraToUnit(camera, frame),
		silhouette,
	}));
	const ladder: Ladder = {
		cones,
		box: boxToUnit(box, frame),
		line: null,
		leastPlate: FEW_WEIGHTS.leastPlate,
		byChords: true,
	};
	const field = ladderField(ladder);
	const makeRung = rungTask.open(ladder);
	const rungAt = async (resolution: number): Promise<Rung> =>
		makeRung({ resolution, isFinest: false }, () => {});
	let rung = await rungAt(FIRST_RUNG);
	const count = rung.hull.positions.length / 3;
	if (count === 0) return null;
	if (count < VERTICES / 1.4)
		rung = await rungAt(
			Math.round(Math.min(FINEST, FIRST_RUNG * Math.sqrt(VERTICES / count))),
		);
	const { hull, spacing, plateWeight } = rung;
	if (hull.indices.length === 0) return null;
	const size = { width: CROP_SIZE, height: CROP_SIZE };
	const colored = views.map(({ picture }, n) => ({
		camera: cones[n].camera,
		levels: colorPyramid(
			{ ...size, data: new Uint8ClampedArray(picture) },
			{ ...size, data: picture.filter((_, at) => at % 4 === 3) },
			3,
		),
	}));
	const mesh = await fitMesh(hull, field, cones, {
		weights: { ...FEW_WEIGHTS, levels: LEVELS },
		spacing,
		steps: [STEPS],
		solverSteps: STEPS,
		colored,
		plateWeight,
	});
	return { mesh, grid: sampleToGrid(field, GRID, 0.05), frame };
}
