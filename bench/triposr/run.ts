import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createOnnxRuntime } from "../../src/adapters/onnxruntime/create-onnx-runtime.ts";
import { createRandom } from "../../src/core/run-context.ts";
import { tripoSrBackbone } from "../../src/engines/triposr/backbone.ts";
import { parseTripoSrConfig } from "../../src/engines/triposr/config.ts";
import { quantizeTripoSr } from "../../src/engines/triposr/quantize.ts";
import { openCheckpoint } from "../../src/neural/checkpoint.ts";
import { type Watch, watchProcess } from "./watch-process.ts";

// node bench/triposr/run.ts FOLDER [--threads 1] [--only fp32,int8] [--memory lean|fast] (default: as the engine does) [--repeat 1]
// The full-size backbone, one picture: seconds and memory, and the error of 8 bits against 32. FOLDER holds model.ckpt
// and config.yaml: the official ones, or those of make-random-checkpoint.ts. By hand: a run is 20 to 40 CPU seconds.

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		threads: { type: "string", default: "1" },
		only: { type: "string", default: "fp32,int8" },
		memory: { type: "string" },
		repeat: { type: "string", default: "1" },
	},
});
const [folder] = positionals;
if (folder === undefined) {
	console.error("node bench/triposr/run.ts FOLDER");
	process.exit(2);
}
const precisions = values.only.split(",");
const threads = Number(values.threads);
const memory =
	values.memory === "fast" || values.memory === "lean"
		? values.memory
		: undefined;
const config = parseTripoSrConfig(
	await readFile(join(folder, "config.yaml"), "utf8"),
);
const checkpoint = await openCheckpoint(join(folder, "model.ckpt"));
const image = {
	data: picture(config.imageSize),
	shape: [config.imageSize, config.imageSize, 3],
};

console.log(
	`${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${threads} thread(s)\n`,
);
console.log(
	"| precision | load: s | CPU s | run: s | CPU s | anonymous MB | resident MB | error |",
);
console.log("|---|---|---|---|---|---|---|---|");
let reference: Float32Array | undefined;
for (const precision of precisions) {
	let source = checkpoint;
	if (precision === "int8") {
		const startedMs = performance.now();
		source = await quantizeTripoSr(checkpoint, join(folder, "int8"));
		console.log(
			`| int8 file | ${seconds(performance.now() - startedMs)} | | | | | | |`,
		);
	}
	let pid = 0;
	let watchLoad: Watch | undefined;
	const runtime = createOnnxRuntime({
		onStart: (started) => {
			pid = started;
			watchLoad = watchProcess(started);
		},
	});
	const model = await tripoSrBackbone(source, config);
	let startedMs = performance.now();
	const session = await runtime.load(model, { device: "cpu", threads, memory });
	const loadMs = performance.now() - startedMs;
	const load = (watchLoad as Watch).stop();
	for (let i = 0; i < Number(values.repeat); i++) {
		const watchRun = watchProcess(pid);
		startedMs = performance.now();
		const { scene_codes: scene } = await session.run({ image });
		const runMs = performance.now() - startedMs;
		const run = watchRun.stop();
		const data = scene.data as Float32Array;
		if (precision === "fp32") reference = data;
		console.log(
			`| ${[
				precision,
				seconds(loadMs),
				load.cpuSeconds.toFixed(1),
				seconds(runMs),
				run.cpuSeconds.toFixed(1),
				Math.max(load.anonymousMB, run.anonymousMB).toFixed(0),
				Math.max(load.residentMB, run.residentMB).toFixed(0),
				reference === undefined
					? ""
					: relativeError(data, reference).toExponential(2),
			].join(" | ")} |`,
		);
	}
	await runtime.dispose();
}

function seconds(ms: number): string {
	return (ms / 1000).toFixed(1);
}

/** A soft ball before grey: smooth, as photographs mostly are. */
function picture(size: number): Float32Array {
	const random = createRandom(3);
	const data = new Float32Array(size * size * 3);
	for (let y = 0; y < size; y++)
		for (let x = 0; x < size; x++) {
			const u = (x + 0.5) / size - 0.5;
			const v = (y + 0.5) / size - 0.5;
			const inside = u * u + v * v < 0.16;
			const light = inside ? Math.max(0.1, 0.7 - u - v) : 0.5;
			for (let c = 0; c < 3; c++)
				data[(y * size + x) * 3 + c] =
					light * (inside ? 1 - 0.2 * c : 1) + 0.01 * random();
		}
	return data;
}

function relativeError(a: Float32Array, b: Float32Array): number {
	let difference = 0;
	let size = 0;
	for (let i = 0; i < b.length; i++) {
		difference += (a[i] - b[i]) ** 2;
		size += b[i] ** 2;
	}
	return Math.sqrt(difference / size);
}
