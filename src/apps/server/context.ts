import type { IncomingMessage, ServerResponse } from "node:http";
import type {
	FastifyBaseLogger,
	FastifyInstance,
	RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { ErrorCode } from "../../core/errors.ts";
import type { Logger } from "../../core/run-context.ts";
import type { Config } from "../../service/config.ts";
import type { JobState } from "../../service/job.ts";
import type { KeyStore } from "../../service/ports/key-store.ts";
import type { WebhookOutbox } from "../../service/ports/webhook-outbox.ts";
import type { JobService } from "../../service/service.ts";

/** What the routes work with. Nothing here computes. */
export interface ServerContext {
	readonly service: JobService;
	readonly config: Config;
	readonly log: Logger;
	readonly keys: KeyStore;
	readonly outbox: Pick<WebhookOutbox, "list" | "replay">;
	/** Of all jobs. */
	readonly countByState: () => Promise<Readonly<Record<JobState, number>>>;
	/** Signs links that expire. */
	readonly linkSecret: Uint8Array;
	readonly fetchPicture: FetchPicture;
	readonly weights: WeightsDoor;
	readonly foreground: ForegroundDoor;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** The studio's built files; left out: none are served. */
	readonly studioFolder?: string;
	/** Throws DISK_FULL before so many bytes would fill the disk; left out: nothing is refused. */
	readonly checkRoom?: (neededBytes: number) => Promise<void>;
	/** Why no work should be sent here now; empty: ready. */
	readonly unready: () => Promise<readonly string[]>;
}

/** A picture from another server, through the guard against inner addresses. */
export type FetchPicture = (
	url: string,
	how: { readonly config: Config["fetch"]; readonly signal: AbortSignal },
) => Promise<{
	readonly bytes: AsyncIterable<Uint8Array>;
	readonly contentType?: string;
	readonly finalUrl: string;
}>;

/** What is on this machine of the files that learned engines need. */
export interface WeightsDoor {
	list(): Promise<readonly WeightsView[]>;
	/** Starts the download, unless it runs. Throws WEIGHTS_UNKNOWN. */
	pull(name: string): Promise<WeightsView>;
	remove(name: string): Promise<void>;
	/** Ends downloads; they go on where they stopped. */
	close(): Promise<void>;
}

export interface WeightsView {
	readonly name: string;
	readonly title: string;
	readonly files: readonly {
		readonly path: string;
		readonly sizeBytes: number;
	}[];
	readonly sizeBytes: number;
	readonly licence: string;
	readonly commercial: "yes" | "no" | "restricted";
	readonly status: "ready" | "missing" | "partial" | "corrupt" | "downloading";
	/** 0–1, while downloading. */
	readonly progress?: number;
	/** What is wrong with it. */
	readonly problem?: string;
	/** Why the last download ended early. */
	readonly error?: { readonly code: ErrorCode; readonly message: string };
}

/** Cuts one picture out, away from the server's thread. */
export interface ForegroundDoor {
	find(ask: ForegroundAsk, signal: AbortSignal): Promise<ForegroundView>;
	close(): Promise<void>;
}

export interface ForegroundAsk {
	/** Blob of the picture. */
	readonly sha256: string;
	readonly background: string;
	/** [x, y, width, height] in pixels of the picture. */
	readonly box?: readonly [number, number, number, number];
	/** Blob of a correction. */
	readonly maskSha256?: string;
	/** Which of several objects, from 0. */
	readonly object?: number;
}

export interface ForegroundView {
	/** Blob of a PNG, white on black. */
	readonly maskSha256: string;
	readonly method: string;
	readonly confidence: number;
	readonly notices: readonly {
		readonly code: string;
		readonly severity: "info" | "warning";
		readonly message: string;
		readonly remedy?: string;
	}[];
	/** [x, y, width, height] of the object in pixels of the picture. */
	readonly bounds: readonly [number, number, number, number];
}

/** A Fastify instance whose routes are described by zod. */
export type App = FastifyInstance<
	RawServerDefault,
	IncomingMessage,
	ServerResponse,
	FastifyBaseLogger,
	ZodTypeProvider
>;
