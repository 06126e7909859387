import type { ErrorCode } from "../../core/errors.ts";
import type { RunEvent } from "../../core/run-context.ts";
import type { RunOptions } from "../../pipeline/options.ts";
import type { InputSpec } from "../inputs/find-inputs.ts";
import type { OutputPlan } from "./output-plan.ts";

/** What the worker of one run is told. Plain data: it crosses threads. */
export interface GenerateJob {
	readonly inputs: InputSpec;
	/** Undefined: the best that can run on these inputs. */
	readonly engine?: string;
	/** Flags given for the engine's own options. */
	readonly engineOptions: Readonly<Record<string, unknown>>;
	readonly options: RunOptions;
	readonly destination?: string;
	readonly formats?: string;
	/** Whether a coarse preview is written before the result. */
	readonly previewFirst: boolean;
	/** [1] set to 1 to stop the run at its next checkpoint. */
	readonly cancelFlag: SharedArrayBuffer;
}

/** A coarse preview that lies on the disk. */
export interface WrittenPreview {
	readonly file: string;
	readonly triangles: number;
	/** Since the start of the run. */
	readonly elapsedMs: number;
}

/** What the CLI says at the end. */
export interface GenerateResult {
	readonly engine: string;
	readonly plan: OutputPlan;
	readonly files: readonly string[];
	readonly verdict: "pass" | "warn" | "fail";
	readonly summary: string;
	readonly triangles: number;
	readonly glbSha256: string;
	readonly durationMs: number;
	readonly peakMemoryMB: number;
}

export type WorkerMessage =
	| { readonly type: "event"; readonly event: RunEvent }
	| {
			readonly type: "plan";
			readonly plan: OutputPlan;
			readonly engine: string;
	  }
	| ({ readonly type: "preview" } & WrittenPreview)
	| { readonly type: "result"; readonly result: GenerateResult }
	| {
			readonly type: "error";
			readonly error: {
				readonly code: ErrorCode;
				readonly message: string;
				readonly step?: string;
				readonly stack?: string;
			};
	  };
