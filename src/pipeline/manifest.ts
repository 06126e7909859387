import { createHash } from "node:crypto";
import type { Provenance } from "../core/asset.ts";
import type { RunRecord } from "../core/run-context.ts";
import type { OutputFile } from "../formats/output-file.ts";
import { LIBRARIES } from "./version.ts";

/** Everything needed to make the same files again, and what the run cost. */
export interface Manifest extends Provenance {
	readonly outputs: readonly {
		readonly name: string;
		readonly sizeBytes: number;
		readonly sha256: string;
	}[];
	/** Versions of what computed the result. */
	readonly runtime: {
		readonly node: string;
		readonly platform: string;
		readonly libraries: Readonly<Record<string, string>>;
	};
	readonly performance: {
		readonly stepMs: Readonly<Record<string, number>>;
		readonly peakMemoryMB: number;
	};
}

/** The manifest of a finished run; `outputs` are the model files. */
export function manifestOf(
	provenance: Provenance,
	outputs: readonly OutputFile[],
	record: RunRecord,
): Manifest {
	return {
		...provenance,
		outputs: outputs.map(({ name, bytes }) => ({
			name,
			sizeBytes: bytes.length,
			sha256: createHash("sha256").update(bytes).digest("hex"),
		})),
		runtime: {
			node: process.version,
			platform: `${process.platform}-${process.arch}`,
			libraries: LIBRARIES,
		},
		performance: {
			stepMs: Object.fromEntries(
				Object.entries(record.stepMs).map(([name, ms]) => [
					name,
					Math.round(ms),
				]),
			),
			peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
		},
	};
}
