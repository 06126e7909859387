import { LunarError } from "../core/errors.ts";
import type {
	EngineHost,
	HostReport,
	HostResult,
	HostWork,
} from "./ports/engine-host.ts";

/** What a fake host does with a piece of work. */
export type FakeWork = (
	work: HostWork,
	tools: {
		readonly report: (report: HostReport) => void;
		/** Rejects with CANCELLED when the host is asked to stop. */
		readonly untilCancelled: Promise<never>;
	},
) => Promise<HostResult>;

/** A host in this process, whose work is a function. */
export function createFakeHost(
	id: string,
	behave: FakeWork,
): EngineHost & { readonly works: HostWork[]; killed: number } {
	let current:
		| { reject(error: LunarError): void; cancel(): void; jobId: string }
		| undefined;
	const warm = new Set<string>();
	const host = {
		id,
		works: [] as HostWork[],
		killed: 0,
		isWarm: (engine: string) => warm.has(engine),
		status: () => ({
			id,
			state: current ? ("busy" as const) : ("idle" as const),
			...(current ? { jobId: current.jobId } : {}),
			loaded: [...warm],
			memoryBytes: 0,
			jobsDone: 0,
		}),
		async run(work: HostWork, report: (report: HostReport) => void) {
			if (current) throw new TypeError(`${id} takes no work now`);
			host.works.push(work);
			const killed = Promise.withResolvers<never>();
			const cancelled = Promise.withResolvers<never>();
			for (const { promise } of [killed, cancelled]) promise.catch(() => {});
			current = {
				jobId: work.jobId,
				reject: killed.reject,
				cancel: () =>
					cancelled.reject(new LunarError("CANCELLED", "asked to stop")),
			};
			try {
				const result = await Promise.race([
					behave(work, { report, untilCancelled: cancelled.promise }),
					killed.promise,
				]);
				warm.add(result.outcome.engine);
				return result;
			} finally {
				current = undefined;
			}
		},
		cancel: () => current?.cancel(),
		kill(reason: LunarError) {
			host.killed++;
			current?.reject(reason);
		},
		async close() {
			host.kill(new LunarError("HOST_LOST", "closed"));
		},
	};
	return host;
}

/** What a run that went well answers. */
export function fakeResult(
	{ engine = "relief", prefix }: HostWork,
	changes: Partial<HostResult["outcome"]> = {},
): HostResult {
	return {
		outcome: {
			engine,
			verdict: "pass",
			summary: "",
			triangles: 10,
			durationMs: 100,
			peakMemoryMB: 1,
			psnrDb: 30,
			ssim: 0.9,
			silhouetteIou: 0.95,
			...changes,
		},
		files: [
			{
				name: `${prefix}model.glb`,
				role: "model",
				sha256: "f".repeat(64),
				sizeBytes: 1,
				mimeType: "model/gltf-binary",
			},
		],
	};
}
