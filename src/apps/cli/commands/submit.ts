import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { LunarError } from "../../../core/errors.ts";
import { checkFileSize } from "../../../formats/picture/check-file-size.ts";
import { checkRequestSize } from "../../../formats/picture/check-request-size.ts";
import {
	type FoundInputs,
	findInputs,
	type InputSpec,
} from "../../inputs/find-inputs.ts";
import { sizeOfFile } from "../../inputs/input-file.ts";
import { ENGINES } from "../../wiring.ts";
import type { Command } from "../command.ts";
import { checkPlan, downloadResult } from "../download-result.ts";
import {
	describeFlags,
	type Flag,
	type FlagValues,
	parseFlags,
} from "../flags.ts";
import {
	DOOR_FLAGS,
	type JobsDoor,
	openSubmit,
	overHttp,
	type ShownJob,
} from "../jobs-door.ts";
import { planOutput } from "../output-plan.ts";
import {
	describeRunFlags,
	engineOptionsFrom,
	INPUT_FLAGS,
	inputsFrom,
	runFlags,
	runOptionsFrom,
} from "../run-flags.ts";
import type { ServerClient } from "../server-client.ts";
import { JOB_FLAGS } from "../submit-flags.ts";
import { watchJob } from "../watch-job.ts";

const ENGINE_FLAG: Flag = {
	name: "engine",
	type: "string",
	value: "NAME[,NAME]",
	description:
		"Default: the best that can run on these inputs; two are run one after the other and compared",
};

export const submitCommand: Command = {
	name: "submit",
	help: () => `usage: lunar submit PICTURE [options]
       lunar submit --front FILE --right FILE … [options]
       lunar submit --transforms transforms.json [options]
       lunar submit FOLDER [options]
       lunar submit https://shop.example/shoe.jpg [options]      the server fetches it

Sends the pictures to a running server (lunar serve) and prints the id of the job. With --data-path, and no server at work
there, the job is put into its files and waits for the next one.

inputs
${describeFlags(INPUT_FLAGS)}

job
${describeFlags(JOB_FLAGS)}

server
${describeFlags(DOOR_FLAGS)}

${describeRunFlags(ENGINE_FLAG)}
environment
  LUNAR_SERVER   instead of --server
  LUNAR_API_KEY  for servers that ask for one

examples
  lunar submit shoe.jpg --watch
  lunar submit examples/cow -o cow.glb
  lunar submit shoe.jpg --data-path ~/lunar-data
  lunar submit examples/cow --engine visual-hull,multiview-fit --tag shop
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, [
			...INPUT_FLAGS,
			...JOB_FLAGS,
			...DOOR_FLAGS,
			...runFlags(ENGINE_FLAG),
		]);
		const choices = choicesFrom(values);
		const inputs = inputsFrom(values, positionals);
		const addresses = addressesOf(inputs);
		const found = addresses ? undefined : await findInputs(inputs);
		const title = String(
			values.title ?? found?.title ?? titleOfAddress(addresses?.[0].url),
		);
		const plan = checkPlan(
			planOutput(text(values.output), text(values.format), title),
		);
		const request = { ...choices, title, formats: plan.formats };
		const body = found
			? await formOf(found, request)
			: { ...request, images: addresses };
		const { client, isOffline, close } = await openSubmit(values);
		const json = values.json === true;
		for (const notice of json ? [] : (found?.notices ?? []))
			terminal.err(`  ! ${notice.message}\n`);

		let job: ShownJob;
		try {
			await checkAllowed(client);
			job = await client.submit<ShownJob>(
				"/v1/jobs",
				body,
				text(values["idempotency-key"]) ?? randomUUID(),
			);
		} finally {
			await close();
		}
		if (json) terminal.out(`${JSON.stringify({ type: "job", job })}\n`);
		else terminal.out(`${job.id}\n`);
		if (isOffline && !json && job.state === "queued")
			terminal.err(
				`  It waits for a server: lunar serve --data-path ${values["data-path"]}\n`,
			);
		if (values.watch !== true && values.output === undefined) return 0;

		const door: JobsDoor = overHttp(client);
		const done = await watchJob(door, job.id, terminal, json);
		const files =
			values.output === undefined
				? undefined
				: await downloadResult(client, done, plan);
		if (json)
			terminal.out(
				`${JSON.stringify({ type: "result", job: done, ...(files ? { files } : {}) })}\n`,
			);
		else {
			for (const { engine, summary } of done.result?.outcomes ?? [])
				terminal.out(`\n${engine}: ${summary}\n`);
			for (const file of files ?? []) terminal.out(`  ${file}\n`);
		}
		return 0;
	},
};

/** The field `request` of the form. Only what was given: the server has the defaults. */
function choicesFrom(values: FlagValues): Record<string, unknown> {
	const engines = list(values.engine);
	const known = ENGINES.filter(({ id }) => engines.includes(id));
	const limit = values["time-limit"];
	const secret =
		values["webhook-secret"] ?? process.env.LUNAR_JOB_WEBHOOK_SECRET;
	const given: Record<string, unknown> = {
		engine: engines.length === 1 ? engines[0] : undefined,
		engines: engines.length > 1 ? engines : undefined,
		engineOptions: engineOptionsFrom(
			values,
			known.length > 0 ? known : ENGINES,
		),
		options: runOptionsFrom(values),
		previewFirst: values["preview-first"],
		tags: values.tag === undefined ? undefined : list(values.tag),
		priority: values.priority,
		dependsOn: values.after === undefined ? undefined : list(values.after),
		startAt: timeFrom(text(values["start-at"])),
		failover: values.failover,
		maxAttempts: values["max-attempts"],
		softLimitSeconds: limit,
		hardLimitSeconds: limit === undefined ? undefined : Number(limit) * 1.2,
		reuse: values.reuse,
		metadata: metadataFrom(text(values.metadata)),
		webhook:
			values.webhook === undefined
				? undefined
				: {
						url: values.webhook,
						form: values["webhook-form"],
						secret: secret || undefined,
					},
	};
	return given;
}

/** Refused before megabytes are sent: a server that refuses in the middle of an upload may not be heard. */
async function checkAllowed(client: ServerClient): Promise<void> {
	const { scopes, owner } = await client.ask<{
		scopes: readonly string[];
		owner: string;
	}>("GET", "/v1/me");
	if (scopes.includes("submit")) return;
	throw owner === ""
		? new LunarError(
				"UNAUTHORIZED",
				process.env.LUNAR_API_KEY
					? "the API key is not known there, or has expired"
					: `${client.url} needs an API key (LUNAR_API_KEY)`,
			)
		: new LunarError(
				"FORBIDDEN",
				`the API key may ${scopes.join(", ")}; this needs submit`,
			);
}

/** Pictures that the server is to fetch; undefined: they lie on this machine. */
function addressesOf({
	paths,
	named,
}: InputSpec): { url: string; view?: string }[] | undefined {
	const given = [
		...paths.map((url) => ({ url })),
		...Object.entries(named).map(([view, url]) => ({ url, view })),
	];
	const addresses = given.filter(({ url }) => /^https?:\/\//i.test(url));
	if (addresses.length === 0) return undefined;
	if (addresses.length < given.length)
		throw new LunarError(
			"OPTION_INVALID",
			"give either files or web addresses, not both",
		);
	return addresses;
}

function titleOfAddress(url = ""): string {
	const last = URL.canParse(url) ? new URL(url).pathname.split("/").at(-1) : "";
	return (last ?? "").replace(/\.[a-z]+$/i, "") || "picture";
}

/** Pictures are streamed from the disk when the form is sent; all sizes are checked before. */
async function formOf(
	found: FoundInputs,
	choices: Record<string, unknown>,
): Promise<FormData> {
	const { files, cameraFile, mask } = found;
	const labels = files.map(({ path }) => basename(path));
	const sizes = await Promise.all(files.map(({ path }) => sizeOfFile(path)));
	for (const [k, size] of sizes.entries()) checkFileSize(labels[k], size);
	checkRequestSize(sizes);
	const twice = labels.find((label, k) => labels.indexOf(label) !== k);
	if (cameraFile !== undefined && twice !== undefined)
		throw new LunarError(
			"CAMERA_FILE_INVALID",
			`two frames have the file name ${twice}; a server knows pictures by their names alone`,
		);
	const form = new FormData();
	form.append("request", JSON.stringify(choices));
	if (cameraFile !== undefined)
		form.append(
			"camera",
			new Blob([await readFile(cameraFile)], { type: "application/json" }),
			basename(cameraFile),
		);
	for (const [k, { path, name }] of files.entries())
		form.append(name ?? "image", await openAsBlob(path), labels[k]);
	// A mask goes by the name of its picture.
	if (mask !== undefined) {
		checkFileSize(basename(mask), await sizeOfFile(mask));
		form.append("mask", await openAsBlob(mask), labels[0]);
	}
	return form;
}

function list(value: FlagValues[string]): string[] {
	return String(value ?? "")
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== "" && part !== "auto");
}

function text(value: FlagValues[string]): string | undefined {
	return value === undefined ? undefined : String(value);
}

function timeFrom(value: string | undefined): number | undefined {
	if (value === undefined) return undefined;
	const time = Date.parse(value);
	if (!Number.isNaN(time)) return time;
	throw new LunarError(
		"OPTION_INVALID",
		`--start-at ${value}: this is not a time like 2026-11-21T18:00`,
	);
}

function metadataFrom(value: string | undefined): unknown {
	if (value === undefined) return undefined;
	try {
		const parsed: unknown = JSON.parse(value);
		if (typeof parsed === "object" && parsed && !Array.isArray(parsed))
			return parsed;
	} catch {
		// Said below.
	}
	throw new LunarError(
		"OPTION_INVALID",
		`--metadata ${value}: this is not a JSON object like {"order":7}`,
	);
}
