import { parentPort, workerData } from "node:worker_threads";
import { createRunContext } from "../core/run-context.ts";
import { renderPreviews } from "./render-previews.ts";

// The far side of preview-beside.ts: draws, answers, ends.

const { ctx } = createRunContext();
const previews = await renderPreviews(workerData, { closed: true }, ctx);
parentPort?.postMessage(
	previews,
	[...Object.values(previews.stills), ...previews.turntable].map(
		({ data }) => data.buffer as ArrayBuffer,
	),
);
