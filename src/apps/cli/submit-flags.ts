import { MODEL_FORMATS } from "../../pipeline/model-formats.ts";
import type { Flag } from "./flags.ts";

/** What is said of a job beside its pictures and the options of its run. */
export const JOB_FLAGS: readonly Flag[] = [
	{
		name: "watch",
		short: "w",
		type: "boolean",
		description: "Stay and show how it goes on; Ctrl-C ends the watching only",
	},
	{
		name: "output",
		short: "o",
		type: "string",
		value: "PATH",
		description:
			"Watch, then fetch the result: a folder, or one file (shoe.glb)",
	},
	{
		name: "format",
		type: "string",
		value: "LIST",
		description: `Comma-separated: ${MODEL_FORMATS.join(",")} (default glb)`,
	},
	{
		name: "preview-first",
		type: "boolean",
		description: "A coarse preview before the result",
	},
	{
		name: "title",
		type: "string",
		value: "TEXT",
		description: "What the job is called in lists",
	},
	{
		name: "tag",
		type: "string",
		value: "LIST",
		description: "Comma-separated words to find it by",
	},
	{
		name: "priority",
		type: "number",
		value: "N",
		description: "-100 to 100; higher runs first (default 0)",
	},
	{
		name: "after",
		type: "string",
		value: "LIST",
		description: "Jobs that must have succeeded before, comma-separated",
	},
	{
		name: "start-at",
		type: "string",
		value: "TIME",
		description: "Not before, as 2026-11-21T18:00 (this machine's time zone)",
	},
	{
		name: "failover",
		type: "string",
		value: "ENGINE",
		description: "Tried when the engine cannot run or crashed in every attempt",
	},
	{
		name: "max-attempts",
		type: "number",
		value: "N",
		description: "1 to 10; bad input is never tried again",
	},
	{
		name: "time-limit",
		type: "number",
		value: "SECONDS",
		description: "The job is asked to stop after this, and ended a fifth later",
	},
	{
		name: "reuse",
		type: "boolean",
		negated: true,
		description:
			"Work again, also where a finished job had the same pictures and options",
	},
	{
		name: "metadata",
		type: "string",
		value: "JSON",
		description: "An object of yours, handed back everywhere",
	},
	{
		name: "webhook",
		type: "string",
		value: "URL",
		description: "Told how the job goes on",
	},
	{
		name: "webhook-form",
		type: "string",
		value: "standard|callback",
		description: "How it is told (default standard)",
	},
	{
		name: "webhook-secret",
		type: "string",
		value: "SECRET",
		description:
			"Signs what it is told; LUNAR_JOB_WEBHOOK_SECRET keeps it out of sight",
	},
	{
		name: "idempotency-key",
		type: "string",
		value: "TEXT",
		description: "The same key with the same request is the same job",
	},
	{
		name: "json",
		type: "boolean",
		description:
			"The job, and with --watch its events, as JSON lines on stdout",
	},
];
