import type { Notice, RunContext } from "../../core/run-context.ts";
import type {
	NeuralModel,
	NeuralRuntime,
	NeuralTensors,
} from "../../neural/runtime.ts";

/** Relative error of a cut of the network above which 8 bits are not trusted; healthy weights give about 0.01. */
const MOST_ERROR = 0.05;

/**
 * Whether the network in 8 bits is near enough to the exact one, by a cut of both: the first encoder
 * layer and the first block; and what to tell the user about it.
 */
export async function checkPrecision(
	runtime: NeuralRuntime,
	exact: NeuralModel,
	fast: NeuralModel,
	ctx: RunContext,
): Promise<{ isEnough: boolean; notice: Notice }> {
	const feeds = exact.probe?.feeds;
	if (feeds === undefined) throw new RangeError("the network has no probe");
	const wanted = await runProbe(runtime, exact, feeds, ctx);
	const got = await runProbe(runtime, fast, feeds, ctx);
	const error = relativeError(got, wanted);
	const off = `${(100 * error).toFixed(2)} % off the exact network after one layer of each kind (relative L2)`;
	const isEnough = error <= MOST_ERROR;
	return {
		isEnough,
		notice: isEnough
			? {
					code: "precision-int8",
					severity: "info",
					message: `TripoSR ran in 8 bits: ${off}`,
					remedy: "For the exact result use --precision fp32.",
				}
			: {
					code: "precision-refused",
					severity: "warning",
					message: `TripoSR did not run in 8 bits but in 32: in 8 it is ${off}, more than ${100 * MOST_ERROR} %`,
					remedy: "Use --precision fp32.",
				},
	};
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
