import { z } from "zod";

const bytes = z.number().int().positive();

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
		readonly maxAttempts: number;
	};
	readonly retention: {
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
 * Everything an operator can set: file (lunar.config.yaml or --config), then environment (LUNAR_PORT, LUNAR_STORAGE_PATH:
 * upper case of the path to the key), then flags. Unknown keys are refused by name.
 */
export const configSchema: z.ZodType<Config, ConfigInput> = z.strictObject({
	host: z
		.string()
		.default("127.0.0.1")
		.describe("Address to listen on; anything but loopback needs API keys"),
	port: z.number().int().min(0).max(65535).default(8000),
	dataPath: z
		.string()
		.default("~/.local/share/lunar-nova")
		.describe("Store, blobs, logs"),
	publicUrl: z
		.url()
		.optional()
		.describe(
			"Where others reach this server: for links in webhooks and answers",
		),
	apiKeysRequired: z
		.boolean()
		.optional()
		.describe("Default: on any address but loopback"),
	corsOrigins: z.array(z.string()).default([]),
	trustProxy: z.boolean().default(false),
	uploads: z
		.strictObject({
			maxFileBytes: bytes.default(20_000_000),
			maxRequestBytes: bytes.default(200_000_000),
			maxFiles: z.number().int().positive().default(201),
			idleSeconds: z.number().positive().default(30),
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
			maxBytes: bytes.default(20_000_000),
			timeoutSeconds: z.number().positive().default(30),
			maxRedirects: z.number().int().min(0).max(10).default(3),
		})
		.prefault({}),
	limits: z
		.strictObject({
			requestsPerMinute: z.number().int().positive().default(300),
			jobsPerKey: z
				.number()
				.int()
				.positive()
				.default(100)
				.describe("Queued and running at once"),
			queueLength: z.number().int().positive().default(10_000),
			storageBytesPerKey: bytes.optional(),
		})
		.prefault({}),
	hosts: z
		.strictObject({
			count: z
				.number()
				.int()
				.positive()
				.optional()
				.describe("Engine hosts; default by cores and memory"),
			memoryMB: z.number().int().positive().default(4096),
			idleSeconds: z.number().positive().default(300),
			softLimitSeconds: z.number().positive().default(1500),
			hardLimitSeconds: z.number().positive().default(1800),
			maxAttempts: z.number().int().min(1).max(10).default(3),
		})
		.prefault({}),
	retention: z
		.strictObject({
			maxAgeDays: z.number().positive().optional(),
			maxJobs: z.number().int().positive().optional(),
			maxBytes: bytes.optional(),
			minFreeBytes: bytes
				.default(2_000_000_000)
				.describe("New work is refused below this"),
		})
		.prefault({}),
	webhooks: z
		.strictObject({
			url: z.url().optional().describe("Told of every job"),
			secret: z.string().optional(),
			form: z.enum(["standard", "callback"]).default("standard"),
			timeoutSeconds: z.number().positive().default(20),
		})
		.prefault({}),
	log: z
		.strictObject({
			level: z.enum(["debug", "info", "warn", "error"]).default("info"),
			file: z
				.boolean()
				.default(true)
				.describe("Also into dataPath/logs, rotated"),
			maxBytes: bytes.default(20_000_000),
			keep: z.number().int().min(1).default(5),
		})
		.prefault({}),
	stopGraceSeconds: z.number().min(0).default(30),
});
