import { freemem } from "node:os";
import { findWeights } from "../adapters/weights/find-weights.ts";
import type { Environment } from "../adapters/weights/places.ts";
import { LunarError } from "../core/errors.ts";
import type { Notice } from "../core/run-context.ts";
import {
	type BackgroundRemover,
	createBackgroundRemover,
} from "../neural/background/background-remover.ts";
import {
	BACKGROUND_SESSIONS,
	type BackgroundSession,
	backgroundSession,
} from "../neural/background/sessions.ts";
import type { NeuralRuntime } from "../neural/runtime.ts";
import { sizeOfWeights, weightsByName } from "../neural/weights/manifest.ts";
import type { BackgroundMode } from "../pipeline/background-modes.ts";
import { describeBytes } from "./describe-bytes.ts";

/**
 * The network that `--background` names, or for `auto` the best that is on this machine and fits into its memory.
 * Undefined where none is wanted or there. Nothing is downloaded, and nothing loaded before the first picture needs it.
 */
export async function chooseRemover(
	mode: BackgroundMode,
	env: Environment,
	runtime: NeuralRuntime,
	onNotice: (notice: Notice) => void = () => {},
): Promise<BackgroundRemover | undefined> {
	const named = backgroundSession(mode);
	if (named) {
		const found = await findWeights(named.name, env);
		if (found.status !== "ready")
			throw new LunarError(
				found.status === "corrupt" ? "WEIGHTS_CORRUPT" : "WEIGHTS_MISSING",
				`--background ${named.name} needs its network (${describeBytes(sizeOfWeights(weightsByName(named.name)))}), which is ${found.status} here (${found.problem}): lunar weights pull ${named.name}`,
			);
		return make(named, found.files, runtime);
	}
	if (mode !== "auto") return undefined;
	const freeMB = freemem() / 2 ** 20;
	const ranked = BACKGROUND_SESSIONS.filter(
		({ autoRank, memoryMB }) => autoRank !== undefined && memoryMB <= freeMB,
	).sort((a, b) => (a.autoRank ?? 0) - (b.autoRank ?? 0));
	for (const session of ranked) {
		const { status, files, problem } = await findWeights(session.name, env);
		if (status === "ready") return make(session, files, runtime);
		if (status !== "corrupt") continue;
		onNotice({
			code: "weights-corrupt",
			severity: "warning",
			message: `The network ${session.name} is not used: ${problem}`,
			remedy: `lunar weights pull ${session.name}`,
		});
	}
	return undefined;
}

function make(
	session: BackgroundSession,
	files: Readonly<Record<string, string>>,
	runtime: NeuralRuntime,
): BackgroundRemover {
	return createBackgroundRemover(
		session,
		files[`${session.name}.onnx`],
		runtime,
	);
}
