import { Worker } from "node:worker_threads";
import type { TexturedMesh } from "../core/asset.ts";
import type { Previews } from "./render-previews.ts";

/** Previews in the making on another core. Leaving the scope stops the drawing. */
export interface Drawing extends AsyncDisposable {
	readonly finished: Promise<Previews>;
}

/** Starts to draw the previews in a thread of its own, beside whatever the caller does next. */
export function drawBeside(textured: TexturedMesh): Drawing {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const worker = new Worker(
		new URL(`./preview-thread.${extension}`, import.meta.url),
		{ workerData: textured },
	);
	const finished = new Promise<Previews>((resolve, reject) => {
		worker.once("message", resolve);
		worker.once("error", reject);
		worker.once("exit", (code) =>
			reject(new Error(`the preview thread ended with code ${code}`)),
		);
	});
	finished.catch(() => {}); // Whoever awaits it sees the error; nobody may.
	return {
		finished,
		async [Symbol.asyncDispose]() {
			await worker.terminate();
		},
	};
}
