import { validateBytes } from "gltf-validator";
import type { GltfValidation } from "../../core/asset.ts";

interface ValidatorReport {
	readonly issues: {
		readonly numErrors: number;
		readonly numWarnings: number;
		readonly numInfos: number;
		readonly messages: readonly {
			readonly code: string;
			readonly message: string;
			readonly severity: number; // 0 error, 1 warning, 2 info, 3 hint
			readonly pointer?: string;
		}[];
	};
}

const SEVERITY_NAMES = ["ERROR", "WARNING", "INFO", "HINT"] as const;
const MAX_MESSAGES = 50;

/**
 * Runs the Khronos glTF validator over a GLB (or self-contained glTF JSON).
 * Bytes that are no glTF at all count as one error. It does not look inside
 * Draco, meshopt or KTX2 payloads: decode those first.
 * Messages read "ERROR CODE at /pointer: text", the worst first, at most 50.
 */
export async function validateGlb(bytes: Uint8Array): Promise<GltfValidation> {
	let report: ValidatorReport;
	try {
		report = await validateBytes(bytes, {
			writeTimestamp: false,
			maxIssues: 1000,
		});
	} catch (error) {
		// The validator rejects where it cannot even find a container.
		return {
			errors: 1,
			warnings: 0,
			infos: 0,
			messages: [`ERROR NOT_GLTF: ${String(error)}`],
		};
	}
	const { issues } = report;
	const messages = [...issues.messages]
		.sort((a, b) => a.severity - b.severity)
		.slice(0, MAX_MESSAGES)
		.map((issue) => {
			const where = issue.pointer ? ` at ${issue.pointer}` : "";
			return `${SEVERITY_NAMES[issue.severity]} ${issue.code}${where}: ${issue.message}`;
		});
	return {
		errors: issues.numErrors,
		warnings: issues.numWarnings,
		infos: issues.numInfos,
		messages,
	};
}
