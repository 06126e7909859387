import {
	type PullEvent,
	type PullPlan,
	planPull,
	pullWeights,
} from "../../../adapters/weights/pull-weights.ts";
import { LunarError } from "../../../core/errors.ts";
import {
	WEIGHTS,
	type WeightEntry,
	weightsByName,
} from "../../../neural/weights/manifest.ts";
import { describeBytes } from "../../describe-bytes.ts";
import { describeDuration } from "../progress-line.ts";
import { createRateMeter, createTransferLine } from "../transfer-line.ts";
import type { WeightsArguments } from "./weights.ts";

/** Between two progress events for machines. */
const EVENT_MS = 500;

export async function pull(given: WeightsArguments): Promise<number> {
	if (given.names.length === 0)
		throw new LunarError(
			"OPTION_INVALID",
			`weights pull takes a NAME: ${WEIGHTS.map(({ name }) => name).join(", ")}`,
		);
	const entries = given.names.map(weightsByName);
	if (given.dryRun) return tellPlans(entries, given);

	const stop = new AbortController();
	const interrupt = (): void => stop.abort();
	process.on("SIGINT", interrupt);
	process.on("SIGTERM", interrupt);
	try {
		for (const entry of entries) {
			if (!given.json) tellLicence(entry, given);
			await pullWeights(entry, process.env, {
				force: given.force,
				signal: stop.signal,
				onEvent: given.json
					? eventsForMachines(entry, given)
					: eventsForPeople(given),
			});
		}
	} finally {
		process.off("SIGINT", interrupt);
		process.off("SIGTERM", interrupt);
	}
	return 0;
}

function tellLicence(
	{ title, licence }: WeightEntry,
	{ terminal }: WeightsArguments,
): void {
	const note = licence.note === undefined ? "" : `; ${licence.note}`;
	terminal.err(
		`${title}\nlicence ${licence.name}, commercial use: ${licence.commercial}${note} (${licence.url})\n`,
	);
}

function eventsForPeople({
	terminal,
}: WeightsArguments): (event: PullEvent) => void {
	const line = createTransferLine(terminal);
	return (event) => {
		switch (event.type) {
			case "present":
				line.say(`  ${event.file} is there: ${event.path}`);
				break;
			case "waiting":
				line.say(
					`  ${event.file}: process ${event.pid} is fetching it, waiting for that`,
				);
				break;
			case "start":
				line.say(
					`  ${event.file} from ${new URL(event.url).host}, ${describeBytes(event.sizeBytes)}${
						event.receivedBytes > 0
							? `, going on after ${describeBytes(event.receivedBytes)}`
							: ""
					}`,
				);
				break;
			case "received":
				line.draw(event.file, event.receivedBytes, event.sizeBytes);
				break;
			case "retry":
				line.say(
					`  ! ${event.reason}; trying again${event.waitMs >= 1000 ? ` in ${describeDuration(event.waitMs)}` : ""}`,
				);
				break;
			case "checking":
				line.clear();
				break;
			case "done":
				line.say(
					`  ${event.file} is complete, its bytes those ${
						event.vouchedBy === "publisher"
							? "that its publisher states"
							: "that several independent projects record (the publisher's own statement was not seen)"
					}: ${event.path}`,
				);
				break;
		}
	};
}

function eventsForMachines(
	{ name }: WeightEntry,
	{ terminal }: WeightsArguments,
): (event: PullEvent) => void {
	let meter = createRateMeter();
	let lastMs = 0;
	return (event) => {
		if (event.type === "start") meter = createRateMeter();
		if (event.type !== "received") {
			terminal.out(`${JSON.stringify({ weights: name, ...event })}\n`);
			return;
		}
		const nowMs = performance.now();
		if (nowMs - lastMs < EVENT_MS && event.receivedBytes < event.sizeBytes)
			return;
		lastMs = nowMs;
		const { bytesPerSecond, secondsLeft } = meter(
			event.receivedBytes,
			event.sizeBytes,
		);
		terminal.out(
			`${JSON.stringify({
				weights: name,
				...event,
				bytesPerSecond: Math.round(bytesPerSecond),
				...(Number.isFinite(secondsLeft)
					? { secondsLeft: Math.round(secondsLeft) }
					: {}),
			})}\n`,
		);
	};
}

async function tellPlans(
	entries: readonly WeightEntry[],
	{ json, force, terminal }: WeightsArguments,
): Promise<number> {
	const plans: ({ name: string } & PullPlan)[] = [];
	for (const entry of entries)
		plans.push({
			name: entry.name,
			...(await planPull(entry, process.env, { force })),
		});
	if (json) {
		terminal.out(`${JSON.stringify(plans, null, 2)}\n`);
		return 0;
	}
	const words = {
		present: "is there",
		fetch: "would be fetched",
		resume: "would go on",
		replace: "would be fetched again",
	} as const;
	for (const plan of plans) {
		for (const file of plan.files) {
			terminal.out(
				`${plan.name}/${file.name} ${words[file.state]}: ${describeBytes(file.sizeBytes - file.receivedBytes)}\n`,
			);
			if (file.state !== "present") terminal.out(`  from ${file.url}\n`);
			terminal.out(
				`  ${file.state === "present" ? "at" : "to"} ${file.path}\n`,
			);
		}
		terminal.out(
			`${describeBytes(plan.fetchBytes)} to fetch, ${describeBytes(plan.freeBytes)} free\n`,
		);
	}
	return 0;
}
