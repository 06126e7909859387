import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../core/run-context.ts";
import { tinyPath } from "../../formats/checkpoint/fixtures.test-support.ts";
import {
	openCheckpoint,
	readFloats,
} from "../../formats/checkpoint/open-checkpoint.ts";
import { extractLattice } from "../../kernel/field/extract-lattice.ts";
import { expectSolid } from "../../kernel/mesh/solid.test-support.ts";
import { decodePlain } from "./decode.ts";
import { createPlaneSampler } from "./plane-sampler.ts";
import {
	type DenseLayer,
	sampleSummed,
	sumPlanes,
	type Triplane,
} from "./triplane.ts";

// Goldens: the official program's own arrays, see fixtures/triposr-tiny/README.md.
const golden = (name: string): Float32Array =>
	new Float32Array(
		new Uint8Array(readFileSync(tinyPath(`${name}.f32.bin`))).buffer,
	);
const RADIUS = 0.87;
const ISO = Math.log(25) + 1;

const tiny: Triplane = {
	codes: golden("scene_codes"),
	channels: 6,
	side: 16,
	radius: RADIUS,
};
let layers: DenseLayer[];

beforeAll(async () => {
	layers = await readDecoder("model.safetensors", "decoder.layers");
});

describe("the official program's numbers", () => {
	test("density and colour at 257 points, some outside", () => {
		const points = golden("query_points");
		const out = decodeAt(tiny, layers, points);
		const density = golden("query_density_raw");
		const features = golden("query_features_raw");
		for (let n = 0; n < 257; n++) {
			expect(Math.abs(out[n * 4] - density[n])).toBeLessThan(1e-4);
			for (let k = 0; k < 3; k++)
				expect(Math.abs(out[n * 4 + 1 + k] - features[n * 3 + k])).toBeLessThan(
					5e-6,
				);
		}
	});

	test("the dense grid, through the lattice: 1e-4, no sign differs", () => {
		const wanted = golden("grid_density_32"); // [ix][iy][iz]
		const raw = decodeLattice(tiny, layers, 32);
		for (let ix = 0; ix < 32; ix++)
			for (let iy = 0; iy < 32; iy++)
				for (let iz = 0; iz < 32; iz++) {
					const density = Math.exp(raw[ix + 32 * (iy + 32 * iz)] - 1);
					const official = wanted[(ix * 32 + iy) * 32 + iz];
					if (Math.abs(density / official - 1) > 1e-4)
						expect.unreachable(`${density} is not ${official}`);
					expect(density < 25).toBe(official < 25);
				}
	});

	test("the surface: each vertex of the official mesh is one of ours", async () => {
		const mesh = await surfaceOf(tiny, layers, 32, 1);
		expectSolid(mesh);
		const ours = mesh.positions.map((x) => -RADIUS + (2 * RADIUS * x) / 31);
		const official = golden("mesh_vertices");
		let worst = 0;
		for (let v = 0; v < official.length; v += 3) {
			let nearest = Number.POSITIVE_INFINITY;
			for (let n = 0; n < ours.length; n += 3) {
				const x = ours[n] - official[v];
				const y = ours[n + 1] - official[v + 1];
				const z = ours[n + 2] - official[v + 2];
				nearest = Math.min(nearest, x * x + y * y + z * z);
			}
			worst = Math.max(worst, nearest);
		}
		expect(Math.sqrt(worst)).toBeLessThan(1e-4);
	});

	test.each([
		[16, 448, 896],
		[32, 1872, 3744],
		[64, 7742, 15_484],
	])(
		"a torus at %i: %i vertices, %i faces, closed",
		async (size, vertices, faces) => {
			const torus: Triplane = { ...tiny, codes: golden("torus_scene_codes") };
			const decoder = await readDecoder("torus_decoder.ckpt", "decoder.layers");
			const mesh = await surfaceOf(torus, decoder, size);
			expectSolid(mesh);
			expect(mesh.positions.length / 3).toBe(vertices);
			expect(mesh.indices.length / 3).toBe(faces);
		},
	);
});

test("lattice points are points, seed 4", () => {
	const random = createRandom(4);
	const size = 19;
	const summed = sumPlanes(tiny, layers[0]);
	const neurons = layers[0].bias.length;
	const index = Uint32Array.from({ length: 200 }, () =>
		Math.floor(random() * size ** 3),
	);
	const points = new Float32Array(600);
	index.forEach((point, n) => {
		const at = (i: number): number => -RADIUS + (2 * RADIUS * i) / (size - 1);
		points.set(
			[
				at(point % size),
				at(Math.floor(point / size) % size),
				at(Math.floor(point / size ** 2)),
			],
			n * 3,
		);
	});
	const sampler = createPlaneSampler(summed, 200);
	const gathered = sampler.onLattice(index, size);
	const sampled = new Float32Array(200 * neurons);
	sampleSummed(summed, points, sampled, 200);
	const anywhere = sampler.at(points);
	expect(gathered.length).toBe(sampled.length);
	for (let n = 0; n < gathered.length; n++) {
		expect(Math.abs(gathered[n] - sampled[n])).toBeLessThan(2e-5);
		expect(Math.abs(anywhere[n] - sampled[n])).toBeLessThan(2e-6);
	}
});

test("far outside the planes only the bias is left", () => {
	const summed = sumPlanes(tiny, layers[0]);
	const out = new Float32Array(layers[0].bias.length);
	sampleSummed(summed, Float32Array.of(5, -9, 7), out, 1);
	expect(out).toEqual(layers[0].bias);
	const sampler = createPlaneSampler(summed, 1);
	expect([...sampler.at(Float32Array.of(5, -9, 7))]).toEqual([
		...layers[0].bias,
	]);
});

test("a first layer that does not fit is a mistake", () => {
	expect(() => sumPlanes({ ...tiny, channels: 5 }, layers[0])).toThrow(
		RangeError,
	);
});

async function readDecoder(
	file: string,
	prefix: string,
): Promise<DenseLayer[]> {
	const checkpoint = await openCheckpoint(tinyPath(file));
	const found: DenseLayer[] = [];
	for (let n = 0; checkpoint.tensors.has(`${prefix}.${n}.weight`); n += 2)
		found.push({
			weight: await readFloats(checkpoint, `${prefix}.${n}.weight`),
			bias: await readFloats(checkpoint, `${prefix}.${n}.bias`),
		});
	return found;
}

function decodeAt(
	planes: Triplane,
	[first, ...rest]: readonly DenseLayer[],
	points: Float32Array,
): Float32Array /* [count × 4] */ {
	const count = points.length / 3;
	const summed = new Float32Array(count * first.bias.length);
	sampleSummed(sumPlanes(planes, first), points, summed, count);
	const out = new Float32Array(count * 4);
	decodePlain(rest, summed, out, count);
	return out;
}

function decodeLattice(
	planes: Triplane,
	[first, ...rest]: readonly DenseLayer[],
	size: number,
	points: Uint32Array = Uint32Array.from({ length: size ** 3 }, (_, n) => n),
): Float32Array /* [count] raw density */ {
	const sampler = createPlaneSampler(sumPlanes(planes, first), points.length);
	const summed = sampler.onLattice(points, size);
	const out = new Float32Array(points.length * 4);
	decodePlain(rest, summed, out, points.length);
	return out.filter((_, n) => n % 4 === 0);
}

function surfaceOf(
	planes: Triplane,
	decoder: readonly DenseLayer[],
	size: number,
	stride: 1 | 2 | 4 = 4,
): ReturnType<typeof extractLattice> {
	return extractLattice(
		{
			size,
			sample: async (points) =>
				decodeLattice(planes, decoder, size, points).map((raw) => ISO - raw),
		},
		{
			stride,
			// Linear in density, as the official mesher has it.
			crossing: (low, high) =>
				(1 - Math.exp(-low)) / (Math.exp(-high) - Math.exp(-low)),
		},
	);
}
