import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createOnnxRuntime } from "../../src/adapters/onnxruntime/create-onnx-runtime.ts";
import { createRunContext } from "../../src/core/run-context.ts";
import {
	readFirstLayer,
	tripoSrDecoder,
} from "../../src/engines/triposr/decoder.ts";
import { sceneColors, sceneSurface } from "../../src/engines/triposr/scene.ts";
import {
	openCheckpoint,
	readFloats,
	type TensorToWrite,
	writeSafetensors,
} from "../../src/neural/checkpoint.ts";
import { sumPlanes } from "../../src/neural/triplane/triplane.ts";
import { watchProcess } from "./watch-process.ts";

// node bench/triposr/field.ts [--resolution 256] [--threads 1] [--no-dense]
// Field and mesh at full size: following the surface against evaluating every point, in one run. The field is a torus
// (fixtures/triposr-tiny), its decoder widened to the official size without changing what it computes.

const { values } = parseArgs({
	options: {
		resolution: { type: "string", default: "256" },
		threads: { type: "string", default: "1" },
		dense: { type: "boolean", default: true },
	},
	allowNegative: true,
});
const resolution = Number(values.resolution);
const tiny = (name: string): string =>
	fileURLToPath(
		new URL(`../../fixtures/triposr-tiny/${name}`, import.meta.url),
	);

/** Of the official network: channels and side of a plane, neurons and linear layers of the decoder. */
const CHANNELS = 40;
const SIDE = 64;
const NEURONS = 64;
const LAYERS = 10;
/** Of the shrunken one. */
const TINY_CHANNELS = 6;
const TINY_SIDE = 16;
const TINY_NEURONS = 16;
const TINY_LAYERS = 5;
const THRESHOLD = 25;

const folder = mkdtempSync(join(tmpdir(), "lunar-bench-"));
let hostPid = 0;
const runtime = createOnnxRuntime({
	onStart: (pid) => {
		hostPid = pid;
	},
});
try {
	const file = join(folder, "decoder.safetensors");
	await writeSafetensors(file, await widenedDecoder(), {});
	const checkpoint = await openCheckpoint(file);
	const first = await readFirstLayer(checkpoint);
	const decoder = await runtime.load(
		tripoSrDecoder(checkpoint, first.bias.length),
		{ device: "cpu", threads: Number(values.threads) },
	);
	const planes = widenedPlanes();
	const { ctx } = createRunContext();
	console.log(
		`${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${values.threads} thread(s), ${resolution}³\n`,
	);
	console.log("| evaluated | wall s | CPU s | vertices |");
	console.log("|---|---|---|---|");
	for (const [name, dense] of [
		["along the surface, first picture", false],
		["along the surface, second picture", false],
		...(values.dense ? [["everywhere", true] as const] : []),
	] as const) {
		const host = watchProcess(hostPid);
		const own = process.cpuUsage();
		const startedMs = performance.now();
		const scene = {
			planes: sumPlanes(planes, first),
			decoder,
			densityBias: -1,
		};
		const mesh = await sceneSurface(
			scene,
			resolution,
			{ threshold: THRESHOLD, dense },
			ctx,
		);
		await sceneColors(scene, mesh.positions, ctx);
		const wallMs = performance.now() - startedMs;
		const used = process.cpuUsage(own);
		const cpu = host.stop().cpuSeconds + (used.user + used.system) / 1e6;
		console.log(
			`| ${name} | ${(wallMs / 1000).toFixed(2)} | ${cpu.toFixed(2)} | ${mesh.positions.length / 3} |`,
		);
	}
} finally {
	await runtime.dispose();
	rmSync(folder, { recursive: true });
}

/** The torus' planes at the official size: more pixels, and channels of zeros. */
function widenedPlanes(): Parameters<typeof sumPlanes>[0] {
	const bytes = readFileSync(tiny("torus_scene_codes.f32.bin"));
	const small = new Float32Array(new Uint8Array(bytes).buffer);
	const codes = new Float32Array(3 * CHANNELS * SIDE * SIDE);
	const place = (i: number): [low: number, share: number] => {
		const x = ((i + 0.5) * TINY_SIDE) / SIDE - 0.5;
		const low = Math.max(0, Math.min(TINY_SIDE - 2, Math.floor(x)));
		return [low, Math.max(0, Math.min(1, x - low))];
	};
	for (let plane = 0; plane < 3; plane++)
		for (let c = 0; c < TINY_CHANNELS; c++) {
			const from = (plane * TINY_CHANNELS + c) * TINY_SIDE ** 2;
			const to = (plane * CHANNELS + c) * SIDE ** 2;
			for (let y = 0; y < SIDE; y++)
				for (let x = 0; x < SIDE; x++) {
					const [row, down] = place(y);
					const [column, across] = place(x);
					const at = (dy: number, dx: number): number =>
						small[from + (row + dy) * TINY_SIDE + column + dx];
					codes[to + y * SIDE + x] =
						(1 - down) * ((1 - across) * at(0, 0) + across * at(0, 1)) +
						down * ((1 - across) * at(1, 0) + across * at(1, 1));
				}
		}
	return { codes, channels: CHANNELS, side: SIDE, radius: 0.87 };
}

/**
 * The torus' decoder at the official size. Values pass added layers unchanged as the difference of
 * two neurons: SiLU(x) − SiLU(−x) = x.
 */
async function widenedDecoder(): Promise<TensorToWrite[]> {
	const small = await openCheckpoint(tiny("torus_decoder.ckpt"));
	const tensors: TensorToWrite[] = [];
	for (let layer = 0; layer < LAYERS; layer++) {
		const inputs = layer === 0 ? 3 * CHANNELS : NEURONS;
		const outputs = layer === LAYERS - 1 ? 4 : NEURONS;
		const weight = new Float32Array(outputs * inputs);
		const bias = new Float32Array(outputs);
		const source =
			layer === LAYERS - 1
				? TINY_LAYERS - 1
				: layer < TINY_LAYERS - 1
					? layer
					: undefined;
		if (source !== undefined) {
			const name = `decoder.layers.${source * 2}`;
			const values = await readFloats(small, `${name}.weight`);
			const shift = await readFloats(small, `${name}.bias`);
			bias.set(shift);
			const columns = values.length / shift.length;
			for (let o = 0; o < shift.length; o++)
				for (let i = 0; i < columns; i++) {
					const value = values[o * columns + i];
					const column =
						layer === 0
							? Math.floor(i / TINY_CHANNELS) * CHANNELS + (i % TINY_CHANNELS)
							: i;
					weight[o * inputs + column] = value;
					if (layer === LAYERS - 1)
						weight[o * inputs + TINY_NEURONS + i] = -value;
				}
		} else
			for (let i = 0; i < TINY_NEURONS; i++) {
				const isFirst = layer === TINY_LAYERS - 1;
				weight[i * inputs + i] = 1;
				weight[(TINY_NEURONS + i) * inputs + i] = -1;
				if (isFirst) continue;
				weight[i * inputs + TINY_NEURONS + i] = -1;
				weight[(TINY_NEURONS + i) * inputs + TINY_NEURONS + i] = 1;
			}
		for (const [part, data, shape] of [
			["weight", weight, [outputs, inputs]],
			["bias", bias, [outputs]],
		] as const)
			tensors.push({
				name: `decoder.layers.${layer * 2}.${part}`,
				dtype: "f32",
				shape,
				bytes: () => new Uint8Array(data.buffer),
			});
	}
	return tensors;
}
