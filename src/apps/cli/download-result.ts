import { createHash } from "node:crypto";
import { extname } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type { OutputFile } from "../../formats/output-file.ts";
import type { JobFile } from "../../service/job.ts";
import type { ShownJob } from "./jobs-door.ts";
import type { OutputPlan } from "./output-plan.ts";
import type { ServerClient } from "./server-client.ts";
import { writeOutputs } from "./write-outputs.ts";

/** Formats that are one file: others name companions, which must keep their names. */
const SINGLE_FILE = ["glb", "stl", "usdz"];

/**
 * Fetches the files of a finished job and puts them where `lunar generate -o` would: all into a folder, or one model under
 * the name that was asked for. Nothing is written unless all arrived whole.
 */
export async function downloadResult(
	client: ServerClient,
	job: ShownJob,
	plan: OutputPlan,
): Promise<string[]> {
	const wanted: { readonly file: JobFile; readonly name: string }[] = [];
	for (const file of job.files) {
		const name = nameIn(plan, checkName(file.name));
		if (name !== undefined) wanted.push({ file, name });
	}
	if (wanted.length === 0)
		throw new LunarError(
			"FILE_UNKNOWN",
			`${job.id} has no file for ${plan.folder}; it has ${job.files.map(({ name }) => name).join(", ") || "none"}`,
		);
	const outputs: OutputFile[] = [];
	for (const { file, name } of wanted)
		outputs.push({ name, bytes: await fetchFile(client, job.id, file) });
	return writeOutputs(plan.folder, outputs);
}

/** What can be asked of a server for this place. */
export function checkPlan(plan: OutputPlan): OutputPlan {
	if (plan.prefix !== "" && !SINGLE_FILE.includes(plan.formats[0]))
		throw new LunarError(
			"OPTION_INVALID",
			`-o ${plan.stem}.${plan.formats[0]}: this format has companions; give a folder`,
		);
	return plan;
}

/** Undefined: this file is not wanted there. */
function nameIn(plan: OutputPlan, name: string): string | undefined {
	if (plan.prefix === "") return name;
	const format = extname(name).slice(1);
	return name === `model.${format}` &&
		SINGLE_FILE.includes(format) &&
		(plan.formats as readonly string[]).includes(format)
		? `${plan.stem}.${format}`
		: undefined;
}

async function fetchFile(
	client: ServerClient,
	jobId: string,
	file: JobFile,
): Promise<Uint8Array> {
	const path = file.name.split("/").map(encodeURIComponent).join("/");
	const bytes = await client.bytes(`/v1/jobs/${jobId}/files/${path}`);
	if (createHash("sha256").update(bytes).digest("hex") === file.sha256)
		return bytes;
	throw new LunarError(
		"SERVER_UNREACHABLE",
		`${file.name} arrived damaged: ${bytes.length} of ${file.sizeBytes} bytes`,
	);
}

/** A server is not trusted with paths of this machine. */
function checkName(name: string): string {
	const parts = name.split("/");
	if (/[\\:\p{Cc}]/u.test(name) || parts.some((part) => /^\.*$/.test(part)))
		throw new LunarError(
			"SERVER_UNREACHABLE",
			`the server names a file ${JSON.stringify(name)}, which is no safe name`,
		);
	return name;
}
