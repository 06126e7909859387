import { readAllowList } from "../../adapters/fetch/allow-list.ts";
import { checkUrl } from "../../adapters/fetch/check-url.ts";
import { LunarError } from "../../core/errors.ts";
import { VIEW_NAMES, type ViewName } from "../../core/view.ts";
import type { Config } from "../../service/config.ts";
import {
	type JobInput,
	type JobMask,
	type JobRequest,
	type JobWebhook,
	WEBHOOK_EVENTS,
} from "../../service/job.ts";
import { viewNameOf } from "../inputs/view-name-of.ts";
import { distinctLabel } from "./clean-label.ts";
import { FieldError } from "./problem.ts";
import type { JobChoices } from "./schemas/create-job.ts";

/** A picture, a camera file or a mask that is a blob by now. */
export interface StoredFile {
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly label: string;
}

export interface StoredInputs {
	readonly images: readonly (StoredFile & { readonly view?: ViewName })[];
	readonly camera?: StoredFile;
	readonly masks: readonly StoredFile[];
}

/** The whole request of a job: what was left out gets its default. */
export function buildRequest(
	stored: StoredInputs,
	choices: JobChoices,
	config: Config,
): JobRequest {
	if (choices.engine !== undefined && choices.engines !== undefined)
		throw engineTwice();
	const inputs = nameViews(stored);
	const soft = choices.softLimitSeconds ?? config.hosts.softLimitSeconds;
	const hard =
		choices.hardLimitSeconds ?? Math.max(soft, config.hosts.hardLimitSeconds);
	if (hard < soft)
		throw new FieldError("REQUEST_INVALID", [
			{
				field: "hardLimitSeconds",
				message: `is below the soft limit of ${soft} s`,
				limit: soft,
				seen: hard,
			},
		]);
	const webhook = buildWebhook(choices, config);
	const { camera } = stored;
	const masks = matchMasks(stored.masks, inputs);
	return {
		inputs,
		...(camera ? { cameraFile: { ...pick(camera), label: camera.label } } : {}),
		...(masks.length > 0 ? { masks } : {}),
		engines: choices.engines ?? [choices.engine ?? "auto"],
		engineOptions: choices.engineOptions ?? {},
		options: choices.options ?? {},
		formats: [...new Set(choices.formats ?? ["glb" as const])],
		previewFirst: choices.previewFirst ?? false,
		priority: choices.priority ?? 0,
		dependsOn: [...new Set(choices.dependsOn ?? [])],
		...(choices.startAt === undefined ? {} : { startAt: choices.startAt }),
		maxAttempts: choices.maxAttempts ?? config.hosts.maxAttempts,
		softLimitSeconds: soft,
		hardLimitSeconds: hard,
		...(choices.failover === undefined ? {} : { failover: choices.failover }),
		reuse: choices.reuse ?? true,
		...(choices.title === undefined ? {} : { title: choices.title }),
		tags: [...new Set(choices.tags ?? [])],
		metadata: choices.metadata ?? {},
		...(webhook ? { webhook } : {}),
	};
}

/** What a retry changes, as far as it was given. New pictures come with their own masks and camera file. */
export function buildChanges(
	stored: StoredInputs,
	choices: JobChoices,
	before: Pick<JobRequest, "inputs">,
	config: Config,
): Partial<JobRequest> {
	if (choices.engine !== undefined && choices.engines !== undefined)
		throw engineTwice();
	const { engine, engines, webhook: _, ...rest } = choices;
	const webhook = buildWebhook(choices, config);
	const given = Object.fromEntries(
		Object.entries(rest).filter(([, value]) => value !== undefined),
	) as Partial<JobRequest>;
	const { images, camera, masks } = stored;
	const inputs = images.length > 0 ? nameViews(stored) : undefined;
	return {
		...given,
		...(engines ? { engines } : engine ? { engines: [engine] } : {}),
		...(webhook ? { webhook } : {}),
		...(inputs ? { inputs, cameraFile: undefined, masks: [] } : {}),
		...(camera ? { cameraFile: { ...pick(camera), label: camera.label } } : {}),
		...(masks.length > 0
			? { masks: matchMasks(masks, inputs ?? before.inputs) }
			: {}),
	};
}

function engineTwice(): FieldError {
	return new FieldError("REQUEST_INVALID", [
		{ field: "engine", message: "give either engine or engines" },
	]);
}

/** Where nobody may be sent is told now, not in the delivery log; names are looked up when it is sent. */
function buildWebhook(
	{ webhook }: JobChoices,
	config: Config,
): JobWebhook | undefined {
	if (webhook === undefined) return undefined;
	try {
		checkUrl(webhook.url, readAllowList(config.fetch.allowHosts));
	} catch (error) {
		if (!(error instanceof LunarError)) throw error;
		throw new FieldError(error.code, [
			{ field: "webhook.url", message: error.message },
		]);
	}
	return {
		url: webhook.url,
		...(webhook.secret === undefined ? {} : { secret: webhook.secret }),
		events: webhook.events ?? WEBHOOK_EVENTS,
		form: webhook.form ?? "standard",
	};
}

/** Labels are made distinct; several pictures without cameras each get a side, from their names where none was given. */
function nameViews({ images, camera }: StoredInputs): JobInput[] {
	if (images.length === 0)
		throw new LunarError("NO_INPUT", "the request has no picture");
	const labels = new Set<string>();
	const sides = new Set<ViewName>();
	const needSides = images.length > 1 && camera === undefined;
	return images.map((image, k) => {
		const label = distinctLabel(image.label, labels);
		labels.add(label);
		const view = image.view ?? (needSides ? viewNameOf(label) : undefined);
		if (needSides && view === undefined)
			throw new FieldError("NO_INPUT", [
				{
					field: `images.${k}`,
					message: `${label}: with several pictures each needs a side: name the files ${VIEW_NAMES.join(", ")}, give them as fields of these names, or send a camera file`,
				},
			]);
		if (view !== undefined && sides.has(view))
			throw new FieldError("VIEW_NAME_DUPLICATE", [
				{
					field: `images.${k}`,
					message: `${label}: the side ${view} was given before`,
					seen: view,
				},
			]);
		if (view !== undefined) sides.add(view);
		return { ...pick(image), label, ...(view ? { view } : {}) };
	});
}

/** A mask belongs to the picture of its name; the extension may differ. */
function matchMasks(
	masks: readonly StoredFile[],
	inputs: readonly JobInput[],
): JobMask[] {
	const stem = (label: string): string => label.replace(/\.[^.]*$/, "");
	return masks.map((mask, k) => {
		const input =
			inputs.find(({ label }) => label === mask.label) ??
			inputs.find(({ label }) => stem(label) === stem(mask.label)) ??
			(inputs.length === 1 && masks.length === 1 ? inputs[0] : undefined);
		if (input === undefined)
			throw new FieldError("REQUEST_INVALID", [
				{
					field: `masks.${k}`,
					message: `${mask.label} is the name of no picture of this job`,
					seen: mask.label,
				},
			]);
		return { ...pick(mask), label: input.label };
	});
}

function pick({ sha256, sizeBytes }: StoredFile): {
	sha256: string;
	sizeBytes: number;
} {
	return { sha256, sizeBytes };
}
