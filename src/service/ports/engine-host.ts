import type { LunarError } from "../../core/errors.ts";
import type { Notice } from "../../core/run-context.ts";
import type { ViewName } from "../../core/view.ts";
import type { ModelFormat } from "../../pipeline/model-formats.ts";
import type { RunOptionsInput } from "../../pipeline/options.ts";
import type { EngineOutcome, JobFile } from "../job.ts";
import type { HostStatus } from "../service.ts";

/** One engine's share of a job, as a host is told. Plain data: it crosses processes. */
export interface HostWork {
	readonly jobId: string;
	readonly inputs: readonly HostFile[];
	readonly cameraFile?: HostFile;
	readonly masks: readonly HostFile[];
	/** Undefined: the best that can run on these inputs. */
	readonly engine?: string;
	readonly engineOptions: Readonly<Record<string, unknown>>;
	readonly options: RunOptionsInput;
	readonly formats: readonly ModelFormat[];
	readonly previewFirst: boolean;
	/** Heading of the report. */
	readonly title: string;
	/** Put before the name of every file: '' or 'visual-hull/'. */
	readonly prefix: string;
}

export interface HostFile {
	/** Readable on this machine. */
	readonly path: string;
	readonly label: string;
	readonly view?: ViewName;
}

/** What a host says while it works; progress at most about five times per second. */
export type HostReport =
	| {
			readonly type: "progress";
			readonly step: string;
			readonly fraction: number;
			readonly engine?: string;
	  }
	| { readonly type: "notice"; readonly notice: Notice }
	| { readonly type: "file"; readonly file: JobFile };

export interface HostResult {
	readonly outcome: EngineOutcome;
	/** Their bytes are in the blob storage. */
	readonly files: readonly JobFile[];
}

/**
 * A process that does one piece of work after the other and keeps engines warm between them. Work that ends its process
 * rejects with HOST_LOST, OUT_OF_MEMORY or whatever `kill` was given; the next piece finds a new process.
 */
export interface EngineHost {
	readonly id: string;
	status(): HostStatus;
	/** Engines that are warm there. */
	isWarm(engine: string): boolean;
	run(
		work: HostWork,
		onReport: (report: HostReport) => void,
	): Promise<HostResult>;
	/** Asks the work to stop at its next checkpoint: `run` rejects with CANCELLED. */
	cancel(): void;
	/** Ends the process now, whatever it does; `run` rejects with this. */
	kill(reason: LunarError): void;
	/** Ends the process for good. */
	close(): Promise<void>;
}
