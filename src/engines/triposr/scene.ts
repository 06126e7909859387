import type { Mesh } from "../../core/mesh.ts";
import type { RunContext } from "../../core/run-context.ts";
import { extractLattice } from "../../kernel/field/extract-lattice.ts";
import { srgbToLinear } from "../../kernel/image/srgb.ts";
import type { NeuralSession } from "../../neural/runtime.ts";
import { createPlaneSampler } from "../../neural/triplane/plane-sampler.ts";
import type { SummedPlanes } from "../../neural/triplane/triplane.ts";
import { DECODER_OUTPUTS } from "./decoder.ts";

/** What the network made of a picture: a field of density and colour in its own axes. */
export interface Scene {
	readonly planes: SummedPlanes;
	/** The decoder after its first layer, for a fixed number of rows. */
	readonly decoder: NeuralSession;
	readonly densityBias: number;
}

/**
 * Surface of equal density in the scene's axes, closed. Vertices are where density, taken as linear
 * along each edge of the lattice, crosses the threshold, as the official mesher has them.
 */
export async function sceneSurface(
	{ planes, decoder, densityBias }: Scene,
	resolution: number,
	{ threshold, dense }: { threshold: number; dense: boolean },
	ctx: RunContext,
): Promise<Mesh> {
	const size = resolution;
	const sampler = createPlaneSampler(planes, rowsOf(decoder));
	// density = exp(raw + bias)
	const raw = Math.log(threshold) - densityBias;
	const mesh = await extractLattice(
		{
			size,
			async sample(points) {
				ctx.checkpoint(0); // throws when cancelled
				const decoded = await decode(
					decoder,
					points.length,
					(from, to) => sampler.onLattice(points.subarray(from, to), size),
					ctx,
				);
				const field = new Float32Array(points.length);
				for (let n = 0; n < field.length; n++)
					field[n] = raw - decoded[n * DECODER_OUTPUTS];
				return field;
			},
		},
		{
			stride: dense ? 1 : strideFor(size, planes.side),
			crossing: (low, high) =>
				(1 - Math.exp(-low)) / (Math.exp(-high) - Math.exp(-low)),
		},
		ctx.checkpoint,
	);
	const step = (2 * planes.radius) / (size - 1);
	for (let n = 0; n < mesh.positions.length; n++)
		mesh.positions[n] = mesh.positions[n] * step - planes.radius;
	return mesh;
}

/** Coarse cells of about two pixels of the planes. */
function strideFor(size: number, side: number): 2 | 4 | 8 {
	const cells = (2 * size) / side;
	return cells >= 8 ? 8 : cells >= 4 ? 4 : 2;
}

/** Colours at points of the scene. */
export async function sceneColors(
	{ planes, decoder }: Scene,
	points: Float32Array, // [count × 3]
	ctx: RunContext,
): Promise<Float32Array> /* [count × 3] linear RGB */ {
	const count = points.length / 3;
	const sampler = createPlaneSampler(planes, rowsOf(decoder));
	const decoded = await decode(
		decoder,
		count,
		(from, to) => sampler.at(points.subarray(from * 3, to * 3)),
		ctx,
	);
	const colors = new Float32Array(count * 3);
	for (let n = 0; n < count; n++)
		for (let k = 0; k < 3; k++) {
			const srgb = 1 / (1 + Math.exp(-decoded[n * DECODER_OUTPUTS + 1 + k]));
			colors[n * 3 + k] = srgbToLinear(srgb);
		}
	return colors;
}

/** Points that the decoder takes at once. */
function rowsOf(decoder: NeuralSession): number {
	return Number(decoder.inputs[0].shape[0]);
}

/** Runs the decoder over `count` points, its fixed number of rows at a time; the next rows are sampled while it works. */
async function decode(
	decoder: NeuralSession,
	count: number,
	sample: (from: number, to: number) => Float32Array /* [(to − from) × H] */,
	ctx: RunContext,
): Promise<Float32Array> /* [count × 4] */ {
	const [rows, neurons] = decoder.inputs[0].shape.map(Number);
	const out = new Float32Array(count * DECODER_OUTPUTS);
	let running: Promise<void> = Promise.resolve();
	for (let from = 0; from < count; from += rows) {
		const to = Math.min(count, from + rows);
		let summed = sample(from, to);
		if (to - from < rows) {
			const padded = new Float32Array(rows * neurons);
			padded.set(summed);
			summed = padded;
		}
		await running;
		running = decoder
			.run(
				{ summed: { data: summed, shape: [rows, neurons] } },
				{ signal: ctx.signal },
			)
			.then(({ decoded }) => {
				const values = decoded.data as Float32Array;
				out.set(
					values.subarray(0, (to - from) * DECODER_OUTPUTS),
					from * DECODER_OUTPUTS,
				);
			});
	}
	await running;
	return out;
}
