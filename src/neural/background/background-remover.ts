import { LunarError } from "../../core/errors.ts";
import type { Image } from "../../core/image.ts";
import type { RunContext } from "../../core/run-context.ts";
import { runWatched } from "../run-watched.ts";
import type { NeuralRuntime, NeuralSession } from "../runtime.ts";
import { type MapMask, maskFromMap } from "./mask-from-map.ts";
import { normalizePicture } from "./normalize-picture.ts";
import type { BackgroundSession } from "./sessions.ts";
import { smoothMask } from "./smooth-mask.ts";

/** Finds the object in opaque pictures. */
export interface BackgroundRemover {
	/** Of the session, for notices and the record of a run. */
	readonly name: string;
	findMask(image: Image, ctx: RunContext): Promise<MapMask>;
	dispose(): Promise<void>;
}

export interface BackgroundRemoverOptions {
	/** A hard mask with a smooth outline. Default false. */
	readonly postProcessMask?: boolean;
}

/** About what a network of 320 pixels takes on two cores, for the progress only. */
const EXPECTED_MS = 1000;

/** Runs one of rembg's networks; it is loaded when the first picture comes. */
export function createBackgroundRemover(
	session: BackgroundSession,
	onnxFile: string,
	runtime: NeuralRuntime,
	options: BackgroundRemoverOptions = {},
): BackgroundRemover {
	let loading: Promise<NeuralSession> | undefined;
	return {
		name: session.name,
		async findMask(image, ctx) {
			const input = normalizePicture(image, session);
			loading ??= runtime.load(
				{ name: session.name, build: () => ({ onnx: onnxFile }) },
				{ memory: "fast", signal: ctx.signal, log: ctx.log },
			);
			const loaded = await loading.catch((error: unknown) => {
				loading = undefined;
				throw error;
			});
			const first = loaded.inputs[0]?.name;
			const output = loaded.outputs[0]?.name;
			if (first === undefined || output === undefined)
				throw unfit(session, "no input or no output");
			const outputs = await runWatched(
				loaded,
				{ [first]: input },
				EXPECTED_MS * (session.side / 320) ** 2,
				ctx,
			);
			const { data, shape } = outputs[output];
			const [mapHeight, mapWidth] = shape.slice(-2);
			const area = mapHeight * mapWidth;
			if (
				!(data instanceof Float32Array) ||
				shape.length < 3 ||
				!(area > 0) ||
				data.length < area
			)
				throw unfit(session, `an output of ${shape.join(" × ")}`);
			const found = maskFromMap(
				data.subarray(0, area), // channel 0
				mapWidth,
				mapHeight,
				image.width,
				image.height,
				session.map,
			);
			return options.postProcessMask
				? { ...found, mask: smoothMask(found.mask) }
				: found;
		},
		async dispose() {
			const loaded = await loading?.catch(() => undefined);
			loading = undefined;
			await loaded?.dispose();
		},
	};
}

function unfit(session: BackgroundSession, seen: string): LunarError {
	return new LunarError(
		"WEIGHTS_CORRUPT",
		`the ${session.name} file has ${seen}, which no network for background removal has`,
	);
}
