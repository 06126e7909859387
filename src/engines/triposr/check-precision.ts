import { LunarError } from "../../core/errors.ts";
import type { RunContext } from "../../core/run-context.ts";
import type {
	NeuralModel,
	NeuralRuntime,
	NeuralTensors,
} from "../../neural/runtime.ts";

/** Relative error of a cut of the network above which 8 bits are not trusted; healthy weights give about 0.01. */
const MOST_ERROR = 0.05;

/**
 * How far the network in 8 bits is from the exact one, on a cut of both: its first encoder layer and
 * its first block. Tells it. Throws WEIGHTS_CORRUPT where it is so far that the 8-bit file must be wrong.
 */
export async function checkPrecision(
	runtime: NeuralRuntime,
	exact: NeuralModel,
	fast: NeuralModel,
	ctx: RunContext,
): Promise<void> {
	const feeds = exact.probe?.feeds;
	if (feeds === undefined) throw new RangeError("the network has no probe");
	const wanted = await runProbe(runtime, exact, feeds, ctx);
	const got = await runProbe(runtime, fast, feeds, ctx);
	const error = relativeError(got, wanted);
	if (!(error <= MOST_ERROR))
		throw new LunarError(
			"WEIGHTS_CORRUPT",
			`in 8 bits TripoSR is ${(100 * error).toFixed(1)} % off after one layer of each kind, at most ${100 * MOST_ERROR} % are allowed; use --precision fp32`,
		);
	ctx.notice({
		code: "precision-int8",
		severity: "info",
		message: `TripoSR ran in 8 bits: ${(100 * error).toFixed(2)} % off the exact network after one layer of each kind (relative L2)`,
		remedy: "For the exact result use --precision fp32.",
	});
}

async function runProbe(
	runtime: NeuralRuntime,
	model: NeuralModel,
	feeds: NeuralTensors,
	{ signal, log }: RunContext,
): Promise<Float32Array> {
	const { probe } = model;
	if (probe === undefined) throw new RangeError("the network has no probe");
	const session = await runtime.load(
		{ name: `${model.name}, one layer of each kind`, build: probe.build },
		{ device: "cpu", signal, log },
	);
	try {
		const { scene_codes } = await session.run(feeds, { signal });
		return scene_codes.data as Float32Array;
	} finally {
		await session.dispose();
	}
}

function relativeError(got: Float32Array, wanted: Float32Array): number {
	let difference = 0;
	let size = 0;
	for (let n = 0; n < wanted.length; n++) {
		difference += (got[n] - wanted[n]) ** 2;
		size += wanted[n] ** 2;
	}
	return Math.sqrt(difference / size);
}
