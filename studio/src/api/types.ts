// The server's nouns, as types only: nothing of it is in the bundle.

import type { Check, QualityReport } from "../../../src/core/report.ts";
import type { ViewName } from "../../../src/core/view.ts";
import type { ModelFormat } from "../../../src/pipeline/model-formats.ts";
import type { RunOptionsInput } from "../../../src/pipeline/options.ts";
import type { AnyEngineInfo } from "../../../src/service/engine-info.ts";
import type {
	Job,
	JobEvent,
	JobFile,
	JobInput,
	JobOutlook,
	JobState,
} from "../../../src/service/job.ts";
import type {
	CancelOutcome,
	HostStatus,
	MachineStatus,
} from "../../../src/service/service.ts";

export type {
	AnyEngineInfo,
	CancelOutcome,
	Check,
	HostStatus,
	JobState,
	MachineStatus,
	ModelFormat,
	QualityReport,
	RunOptionsInput,
	ViewName,
};

export type FileView = JobFile & { readonly url: string };

export type JobView = Omit<Job, "files" | "request"> & {
	readonly request: Omit<Job["request"], "inputs"> & {
		readonly inputs: readonly (JobInput & { readonly url: string })[];
	};
	readonly files: readonly FileView[];
	readonly outlook: JobOutlook;
};

export type LiveEvent = JobEvent & { readonly outlook?: JobOutlook };

export interface JobList {
	readonly jobs: readonly JobView[];
	readonly cursor?: string;
	readonly total: number;
	readonly counts?: Readonly<Partial<Record<JobState, number>>>;
}

export interface Upload {
	readonly id: string;
	readonly sha256: string;
	readonly label: string;
	readonly width?: number;
	readonly height?: number;
	readonly url: string;
}

export interface Foreground {
	readonly maskUrl: string;
	readonly method: string;
	readonly confidence: number;
	readonly notices: readonly Remark[];
	readonly bounds: readonly [x: number, y: number, w: number, h: number];
}

export interface Remark {
	readonly code: string;
	readonly severity: "info" | "warning";
	readonly message: string;
	readonly remedy?: string;
}

export interface Weights {
	readonly name: string;
	readonly title: string;
	readonly sizeBytes: number;
	readonly licence: string;
	readonly commercial: "yes" | "no" | "restricted";
	readonly status: "ready" | "missing" | "partial" | "corrupt" | "downloading";
	readonly progress?: number;
	readonly problem?: string;
	readonly error?: { readonly code: string; readonly message: string };
}

/** The body of POST /v1/jobs. */
export interface JobCreate {
	readonly images: readonly {
		readonly upload?: string;
		readonly view?: ViewName;
		readonly label?: string;
	}[];
	readonly camera?: { readonly upload: string };
	readonly masks?: readonly {
		readonly label: string;
		readonly upload: string;
	}[];
	readonly engine?: string;
	readonly engines?: readonly string[];
	readonly engineOptions?: Readonly<Record<string, unknown>>;
	readonly options?: Readonly<Record<string, unknown>>;
	readonly formats?: readonly ModelFormat[];
	readonly previewFirst?: boolean;
	readonly reuse?: boolean;
	readonly title?: string;
	readonly tags?: readonly string[];
}

/** A camera of report.json. */
export interface ReportCamera {
	readonly label: string;
	readonly name?: string;
	readonly worldFromCamera: readonly number[]; // [16] row-major
	readonly fx: number;
	readonly fy: number;
	readonly cx: number;
	readonly cy: number;
	readonly width: number;
	readonly height: number;
}

/** report.json of one engine. */
export interface Report extends QualityReport {
	readonly cameras?: readonly ReportCamera[];
	readonly inspection?: {
		readonly views: readonly {
			readonly label: string;
			readonly input: string;
			readonly rendered: string;
			readonly difference: string;
		}[];
		readonly seen?: string;
	};
	readonly manifest: {
		readonly engine: string;
		readonly seed: number;
		readonly options: Readonly<Record<string, unknown>>;
		readonly performance: {
			readonly stepMs: Readonly<Record<string, number>>;
			readonly peakMemoryMB: number;
		};
	};
}

/** As much of JSON Schema (draft 2020-12) as zod writes. */
export interface JsonSchema {
	readonly type?: string;
	readonly description?: string;
	readonly default?: unknown;
	readonly enum?: readonly unknown[];
	readonly const?: unknown;
	readonly anyOf?: readonly JsonSchema[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly properties?: Readonly<Record<string, JsonSchema>>;
}
