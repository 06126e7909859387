import type { ErrorCode } from "../../core/errors.ts";
import type {
	HostReport,
	HostResult,
	HostWork,
} from "../../service/ports/engine-host.ts";

// What goes between the server, an engine host, and the thread in it that computes.

/** How a host is set up; its first argument, as JSON. */
export interface HostSetup {
	readonly blobsFolder: string;
	/** Threads of one run. */
	readonly threads: number;
	/** Of JavaScript's heap in the computing thread. */
	readonly heapMB: number;
}

/** To the host. */
export type HostOrder =
	| { readonly type: "run"; readonly work: HostWork }
	| { readonly type: "cancel" };

/** From the computing thread, passed on by the host. */
export type HostAnswer =
	| { readonly type: "ready" }
	| HostReport
	| { readonly type: "done"; readonly result: HostResult }
	| { readonly type: "failed"; readonly error: HostError };

/** From the host: also that it is alive. */
export type HostMessage =
	| HostAnswer
	| { readonly type: "beat"; readonly rssBytes: number };

export interface HostError {
	readonly code: ErrorCode;
	readonly message: string;
	readonly step?: string;
	/** For the log. */
	readonly stack?: string;
}

export interface ThreadSetup extends HostSetup {
	/** [1] set to 1 to stop the run at its next checkpoint. */
	readonly cancelFlag: SharedArrayBuffer;
}
