import { z } from "zod";
import { ENGINE_LIMIT } from "./engine-limits.ts";

const bytes = z.number().int().positive();
const count = z.number().int().positive();
const seconds = z.number().positive().max(604_800);

/** Every choice made. */
export interface Config {
	readonly host: string;
	readonly port: number;
	readonly dataPath: string;
	readonly publicUrl?: string | undefined;
	readonly apiKeysRequired?: boolean | undefined;
	readonly corsOrigins: readonly string[];
	readonly trustProxy: boolean;
	readonly uploads: {
		readonly maxFileBytes: number;
		readonly maxRequestBytes: number;
		readonly maxFiles: number;
		readonly idleSeconds: number;
	};
	readonly fetch: {
		readonly allowHosts: readonly string[];
		readonly maxBytes: number;
		readonly timeoutSeconds: number;
		readonly maxRedirects: number;
	};
	readonly limits: {
		readonly requestsPerMinute: number;
		readonly jobsPerKey: number;
		readonly queueLength: number;
		readonly storageBytesPerKey?: number | undefined;
	};
	readonly hosts: {
		readonly count?: number | undefined;
		readonly memoryMB: number;
		readonly idleSeconds: number;
		readonly softLimitSeconds: number;
		readonly hardLimitSeconds: number;
		readonly engineLimits: readonly string[];
		readonly maxAttempts: number;
		readonly nice: number;
	};
	readonly retention: {
		readonly everyMinutes: number;
		readonly orphanHours: number;
		readonly maxAgeDays?: number | undefined;
		readonly maxJobs?: number | undefined;
		readonly maxBytes?: number | undefined;
		readonly minFreeBytes: number;
	};
	readonly webhooks: {
		readonly url?: string | undefined;
		readonly secret?: string | undefined;
		readonly form: "standard" | "callback";
		readonly timeoutSeconds: number;
	};
	readonly log: {
		readonly level: "debug" | "info" | "warn" | "error";
		readonly form: "auto" | "json" | "human";
		readonly file: boolean;
		readonly maxBytes: number;
		readonly keep: number;
	};
	readonly stopGraceSeconds: number;
}

/** What a file, the environment or flags may give. */
export type ConfigInput = {
	readonly [K in keyof Config]?: Config[K] extends readonly unknown[]
		? Config[K]
		: Config[K] extends object
			? Partial<Config[K]>
			: Config[K];
};

/**
 * Everything an operator can set: file (lunar.config.yaml or --config), then environment (LUNAR_PORT,
 * LUNAR_UPLOADS_MAX_FILE_BYTES: upper case of the path to the key), then flags. Unknown keys are refused by name. What is
 * marked secret is never shown or logged.
 */
export const configSchema: z.ZodType<Config, ConfigInput> = z
	.strictObject({
		host: z
			.string()
			.min(1)
			.default("127.0.0.1")
			.describe(
				"Address to listen on; anything but loopback needs API keys. 0.0.0.0 or :: is every network of this machine",
			),
		port: z
			.number()
			.int()
			.min(0)
			.max(65535)
			.default(8000)
			.describe("TCP port; 0 takes a free one"),
		dataPath: z
			.string()
			.min(1)
			.default("~/.local/share/lunar-nova")
			.describe("Folder of the store, the files and the logs"),
		publicUrl: z
			.url({ protocol: /^https?$/ })
			.optional()
			.describe(
				"Where others reach this server: for links in webhooks and answers",
			),
		apiKeysRequired: z
			.boolean()
			.optional()
			.describe(
				"Whether requests need an API key. Left out: on any address but loopback, and with a publicUrl",
			),
		corsOrigins: z
			.array(z.string())
			.default([])
			.describe("Web pages of other origins that may call, as https://host"),
		trustProxy: z
			.boolean()
			.default(false)
			.describe(
				"Believe X-Forwarded-For and X-Forwarded-Proto; only behind a proxy that sets them",
			),
		uploads: z
			.strictObject({
				maxFileBytes: bytes.default(20_000_000).describe("One picture"),
				maxRequestBytes: bytes
					.default(200_000_000)
					.describe("All of one request"),
				maxFiles: count.max(1000).default(201).describe("Files in one request"),
				idleSeconds: seconds
					.default(30)
					.describe("A client that sends nothing for so long is let go"),
			})
			.prefault({}),
		fetch: z
			.strictObject({
				allowHosts: z
					.array(z.string())
					.default([])
					.describe(
						"Intranet hosts or CIDR ranges whose pictures and webhooks are allowed",
					),
				maxBytes: bytes
					.default(20_000_000)
					.describe("One picture from an address"),
				timeoutSeconds: seconds.default(30).describe("For all of a download"),
				maxRedirects: z
					.number()
					.int()
					.min(0)
					.max(10)
					.default(3)
					.describe("Each is checked as the first address"),
			})
			.prefault({}),
		limits: z
			.strictObject({
				requestsPerMinute: count
					.default(600)
					.describe("For each key, or each address without keys"),
				jobsPerKey: count
					.default(100)
					.describe("Queued and running at once, for each key"),
				queueLength: count
					.default(10_000)
					.describe("Queued jobs in all; more are refused with QUEUE_FULL"),
				storageBytesPerKey: bytes
					.optional()
					.describe("What the jobs of one key may hold. Left out: no limit"),
			})
			.prefault({}),
		hosts: z
			.strictObject({
				count: count
					.max(256)
					.optional()
					.describe(
						"Engine hosts, each working on one job. Left out: by cores and memory",
					),
				memoryMB: z
					.number()
					.int()
					.min(256)
					.default(4096)
					.describe("A host that takes more is ended; its job is tried again"),
				idleSeconds: seconds
					.default(300)
					.describe("A host without work for so long lets its models go"),
				nice: z
					.number()
					.int()
					.min(0)
					.max(19)
					.default(10)
					.describe(
						"How far hosts give way to other processes: 0 not at all, 19 wholly",
					),
				softLimitSeconds: seconds
					.default(1500)
					.describe("A job is asked to stop after this; its own limit wins"),
				hardLimitSeconds: seconds
					.default(1800)
					.describe("Its host is ended after this"),
				engineLimits: z
					.array(
						z.string().regex(ENGINE_LIMIT, {
							error: "must be as triposr=3600/4000: soft and hard seconds",
						}),
					)
					.default([])
					.describe(
						"Other limits for engines that are asked for by name, as triposr=3600/4000: soft and hard seconds; a job's own win",
					),
				maxAttempts: z
					.number()
					.int()
					.min(1)
					.max(10)
					.default(3)
					.describe("Runs of a job whose host was lost; bad input has one"),
			})
			.prefault({}),
		retention: z
			.strictObject({
				everyMinutes: z
					.number()
					.positive()
					.max(1440)
					.default(15)
					.describe("How often old jobs and unused files are looked for"),
				orphanHours: z
					.number()
					.min(1)
					.default(24)
					.describe("Uploads that no job uses are kept for so long"),
				maxAgeDays: z
					.number()
					.positive()
					.optional()
					.describe(
						"Ended jobs are deleted after this, favourites never. Left out: kept",
					),
				maxJobs: count
					.optional()
					.describe(
						"Ended jobs kept, the newest ones; favourites do not count. Left out: all",
					),
				maxBytes: bytes
					.optional()
					.describe(
						"Files of all jobs; the oldest ended jobs go first. Left out: no limit",
					),
				minFreeBytes: bytes
					.default(2_000_000_000)
					.describe("New work is refused while less of the disk is free"),
			})
			.prefault({}),
		webhooks: z
			.strictObject({
				url: z
					.url({ protocol: /^https?$/ })
					.optional()
					.describe("Told of every job")
					.meta({ secret: true }),
				secret: z
					.string()
					.regex(
						/^whsec_[A-Za-z0-9+/]{32,88}={0,2}( whsec_[A-Za-z0-9+/]{32,88}={0,2})*$/,
						{ error: "must be whsec_ and 24 to 64 bytes in base64" },
					)
					.optional()
					.describe(
						"Signs webhooks (Standard Webhooks); whsec_ and base64. While it is changed: the new and the old one, a space between",
					)
					.meta({ secret: true }),
				form: z
					.enum(["standard", "callback"])
					.default("standard")
					.describe(
						"standard: Standard Webhooks; callback: {job_id, status, progress, model_url, …}",
					),
				timeoutSeconds: seconds
					.default(20)
					.describe("A receiver that takes longer is tried again later"),
			})
			.prefault({}),
		log: z
			.strictObject({
				level: z
					.enum(["debug", "info", "warn", "error"])
					.default("info")
					.describe("What is less than this is left out"),
				form: z
					.enum(["auto", "json", "human"])
					.default("auto")
					.describe(
						"On standard error; auto: for people on a terminal, else JSON",
					),
				file: z
					.boolean()
					.default(true)
					.describe("Also as JSON into dataPath/logs, rotated"),
				maxBytes: z
					.number()
					.int()
					.min(10_000)
					.default(20_000_000)
					.describe("A log file is closed and numbered beyond this"),
				keep: z
					.number()
					.int()
					.min(1)
					.max(1000)
					.default(5)
					.describe("Log files in all"),
			})
			.prefault({}),
		stopGraceSeconds: z
			.number()
			.min(0)
			.max(86_400)
			.default(30)
			.describe(
				"At a stop, running jobs may finish within this; then requeued",
			),
	})
	.superRefine((config, ctx) => {
		const { uploads, hosts } = config;
		for (const [k, text] of hosts.engineLimits.entries()) {
			const [, , soft, hard] = ENGINE_LIMIT.exec(text) ?? [];
			if (Number(soft) > Number(hard))
				ctx.addIssue({
					code: "custom",
					path: ["hosts", "engineLimits", k],
					message: `the soft limit ${soft} must not exceed the hard one ${hard}`,
				});
		}
		if (uploads.maxFileBytes > uploads.maxRequestBytes)
			ctx.addIssue({
				code: "custom",
				path: ["uploads", "maxFileBytes"],
				message: `must not exceed uploads.maxRequestBytes (${uploads.maxRequestBytes})`,
			});
		if (hosts.softLimitSeconds > hosts.hardLimitSeconds)
			ctx.addIssue({
				code: "custom",
				path: ["hosts", "softLimitSeconds"],
				message: `must not exceed hosts.hardLimitSeconds (${hosts.hardLimitSeconds})`,
			});
	});
