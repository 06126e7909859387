import { LunarError } from "../core/errors.ts";
import { runOptionsSchema } from "../pipeline/options.ts";
import type { JobRequest } from "./job.ts";
import { inputBlobsOf } from "./job-blobs.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import type { EngineCatalogue } from "./ports/engine-catalogue.ts";

const MOST_METADATA_BYTES = 4096;

/** Refuses what can never run, before it is kept. Answers with the engines that will run ('auto' resolved). */
export async function checkRequest(
	request: JobRequest,
	engines: EngineCatalogue,
	blobs: Pick<BlobStorage, "size">,
): Promise<readonly string[]> {
	const { inputs } = request;
	if (inputs.length === 0)
		throw new LunarError("NO_INPUT", "no picture was given");
	refuseTwice(
		inputs.map(({ label }) => label),
		"REQUEST_INVALID",
		"pictures are called",
	);
	refuseTwice(
		inputs.flatMap(({ view }) => view ?? []),
		"VIEW_NAME_DUPLICATE",
		"pictures show the side",
	);
	if (!request.cameraFile && inputs.length > 1) {
		const nameless = inputs.find(({ view }) => view === undefined);
		if (nameless)
			throw new LunarError(
				"NO_INPUT",
				`${nameless.label}: with several pictures each needs a side (front, right, back, left, top, bottom), or a camera file names them`,
			);
	}
	for (const { label } of request.masks ?? [])
		if (!inputs.some((input) => input.label === label))
			throw new LunarError(
				"REQUEST_INVALID",
				`a mask is for ${label}, which is no picture of this job`,
			);
	const wrong = runOptionsSchema.safeParse(request.options).error?.issues[0];
	if (wrong)
		throw new LunarError(
			"OPTION_INVALID",
			`options.${wrong.path.join(".")}: ${wrong.message}`,
		);
	if (request.softLimitSeconds > request.hardLimitSeconds)
		throw new LunarError(
			"OPTION_INVALID",
			`softLimitSeconds ${request.softLimitSeconds} is above hardLimitSeconds ${request.hardLimitSeconds}`,
		);
	const metadataBytes = Buffer.byteLength(JSON.stringify(request.metadata));
	if (metadataBytes > MOST_METADATA_BYTES)
		throw new LunarError(
			"REQUEST_INVALID",
			`metadata has ${metadataBytes} bytes as JSON, the limit is ${MOST_METADATA_BYTES}`,
		);
	const chosen = await checkEngines(request, engines);
	for (const { sha256, label } of inputBlobsOf(request))
		if ((await blobs.size(sha256)) === undefined)
			throw new LunarError(
				"INPUT_NOT_FOUND",
				`${label}: its bytes are not here any more; upload it again`,
			);
	return chosen;
}

async function checkEngines(
	{ engines, engineOptions, failover, inputs }: JobRequest,
	catalogue: EngineCatalogue,
): Promise<readonly string[]> {
	if (engines.length < 1 || engines.length > 2)
		throw new LunarError(
			"OPTION_INVALID",
			`${engines.length} engines were named; one, two or "auto" can run`,
		);
	if (engines.length === 2) {
		if (engines.includes("auto"))
			throw new LunarError(
				"OPTION_INVALID",
				'a comparison needs two named engines, not "auto"',
			);
		refuseTwice(engines, "OPTION_INVALID", "engines are");
		for (const engine of engines)
			await catalogue.check(engine, inputs.length, {});
		return engines;
	}
	const chosen =
		engines[0] === "auto" ? await catalogue.choose(inputs.length) : engines[0];
	await catalogue.check(chosen, inputs.length, engineOptions);
	if (failover !== undefined)
		await catalogue.check(failover, inputs.length, {});
	return [chosen];
}

function refuseTwice(
	names: readonly string[],
	code: "REQUEST_INVALID" | "VIEW_NAME_DUPLICATE" | "OPTION_INVALID",
	what: string,
): void {
	const twice = names.find((name, k) => names.indexOf(name) < k);
	if (twice !== undefined) throw new LunarError(code, `two ${what} "${twice}"`);
}
