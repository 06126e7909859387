import { findWeights } from "../../adapters/weights/find-weights.ts";
import type { Environment } from "../../adapters/weights/places.ts";
import { pullWeights } from "../../adapters/weights/pull-weights.ts";
import { removeWeights } from "../../adapters/weights/remove-weights.ts";
import { asLunarError, type LunarError } from "../../core/errors.ts";
import type { Logger } from "../../core/run-context.ts";
import {
	sizeOfWeights,
	WEIGHTS,
	type WeightEntry,
	weightsByName,
} from "../../neural/weights/manifest.ts";
import type { WeightsDoor, WeightsView } from "./context.ts";

interface Download {
	readonly stop: AbortController;
	readonly done: Promise<void>;
	readonly received: Map<string, number>; // bytes by file
}

/** Downloads in this process, one per entry; what failed is told until the next try. */
export function openWeights(env: Environment, log: Logger): WeightsDoor {
	const downloads = new Map<string, Download>();
	const failures = new Map<string, LunarError>();

	const show = async (entry: WeightEntry): Promise<WeightsView> => {
		const { name, title, files, licence } = entry;
		const sizeBytes = sizeOfWeights(entry);
		const common = {
			name,
			title,
			files: files.map((file) => ({
				path: file.path,
				sizeBytes: file.sizeBytes,
			})),
			sizeBytes,
			licence: licence.name,
			commercial: licence.commercial,
		};
		const running = downloads.get(name);
		if (running) {
			let received = 0;
			for (const bytes of running.received.values()) received += bytes;
			const progress = Math.min(1, received / sizeBytes);
			return { ...common, status: "downloading", progress };
		}
		const found = await findWeights(name, env, { depth: "size" });
		const failure = failures.get(name);
		return {
			...common,
			status: found.status === "incomplete" ? "partial" : found.status,
			...(found.status !== "ready" && found.problem
				? { problem: found.problem }
				: {}),
			...(failure && found.status !== "ready"
				? { error: { code: failure.code, message: failure.message } }
				: {}),
		};
	};

	const start = (entry: WeightEntry): void => {
		const stop = new AbortController();
		const received = new Map<string, number>();
		const work = async (): Promise<void> => {
			try {
				await pullWeights(entry, env, {
					signal: stop.signal,
					onEvent: (event) => {
						if (event.type === "received")
							received.set(event.file, event.receivedBytes);
					},
				});
				log.info(`weights ${entry.name} are ready`);
			} catch (thrown) {
				const error = asLunarError(thrown);
				if (stop.signal.aborted) return;
				failures.set(entry.name, error);
				log.warn(`weights ${entry.name}: ${error.message}`, {
					code: error.code,
				});
			} finally {
				downloads.delete(entry.name);
			}
		};
		failures.delete(entry.name);
		downloads.set(entry.name, { stop, received, done: Promise.resolve() });
		const done = work();
		if (downloads.has(entry.name))
			downloads.set(entry.name, { stop, received, done });
	};

	const end = async (name: string): Promise<void> => {
		const running = downloads.get(name);
		running?.stop.abort();
		await running?.done;
	};

	return {
		list: () => Promise.all(WEIGHTS.map(show)),
		async pull(name) {
			const entry = weightsByName(name);
			const view = await show(entry);
			if (view.status === "ready" || view.status === "downloading") return view;
			start(entry);
			return show(entry);
		},
		async remove(name) {
			const entry = weightsByName(name);
			await end(name);
			failures.delete(name);
			await removeWeights(entry, env);
		},
		async close() {
			await Promise.all([...downloads.keys()].map(end));
		},
	};
}
