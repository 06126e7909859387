import { setImmediate } from "node:timers/promises";
import { LunarError } from "../core/errors.ts";
import type { Logger } from "../core/run-context.ts";
import type { Config } from "./config.ts";
import { FINAL_STATES, type Job } from "./job.ts";
import { inputBlobsOf } from "./job-blobs.ts";
import type { BlobStorage } from "./ports/blob-storage.ts";
import type { JobStore } from "./ports/job-store.ts";
import type { WebhookOutbox } from "./ports/webhook-outbox.ts";
import type { BlobReleaser } from "./release-blobs.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const PAGE = 200;
/** Blobs handed over at once: between two batches others have their turn. */
const BATCH = 100;
const DELIVERIES_KEPT_MS = 30 * DAY_MS;
/** Soon after the start, not during it. */
const FIRST_SWEEP_MS = 20_000;

export interface SweepReport {
	readonly jobs: {
		readonly byAge: number;
		readonly byCount: number;
		readonly byBytes: number;
	};
	/** Blobs that no job named, and their bytes. */
	readonly orphans: number;
	readonly orphanBytes: number;
	/** Why nothing was deleted by age. */
	readonly distrustsClock: boolean;
}

export interface Retention {
	/** Throws DISK_FULL when less than `minFreeBytes` would be left after this; by itself right again once there is room. */
	checkRoom(neededBytes?: number): Promise<void>;
	/** Deletes what is too old or too much. Two calls at once are one. */
	sweep(): Promise<SweepReport>;
	/** Sweeps now and then, until `stop`. */
	start(): void;
	stop(): Promise<void>;
}

export interface RetentionParts {
	readonly store: Pick<JobStore, "list" | "remove" | "isUsed">;
	readonly blobs: Pick<BlobStorage, "list" | "freeBytes">;
	readonly releaser: Pick<BlobReleaser, "release">;
	readonly outbox?: Pick<WebhookOutbox, "prune">;
	readonly config: Config["retention"];
	readonly log: Logger;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	/** Milliseconds of a clock that nobody sets. */
	readonly elapsed?: () => number;
}

/** Keeps the disk from filling: old jobs and unused files go, favourites never; new work is refused before it is full. */
export function createRetention(parts: RetentionParts): Retention {
	const { store, blobs, releaser, outbox, config, log } = parts;
	const now = parts.now ?? Date.now;
	const trustsClock = createClockTrust(
		now,
		parts.elapsed ?? (() => performance.now()),
		log,
	);
	let timer: NodeJS.Timeout | undefined;
	let sweeping: Promise<SweepReport> | undefined;
	let isStopped = false;
	let isLow = false;

	const removeJob = async (job: Job): Promise<boolean> => {
		try {
			const removed = await store.remove(job.id);
			if (removed === undefined) return false;
			releaser.release(blobsOf(removed).map(({ sha256 }) => sha256));
			return true;
		} catch (error) {
			// Requeued meanwhile: it is wanted.
			if (error instanceof LunarError && error.code === "JOB_STATE")
				return false;
			throw error;
		}
	};

	/** Ended jobs, newest first; favourites are not among them. */
	const ended = (): AsyncIterable<Job> =>
		listAll(store, { states: FINAL_STATES, favourite: false });

	const removeByAgeAndCount = async (
		byTime: boolean,
	): Promise<{ byAge: number; byCount: number }> => {
		const { maxAgeDays, maxJobs = Number.POSITIVE_INFINITY } = config;
		const oldest =
			byTime && maxAgeDays !== undefined ? now() - maxAgeDays * DAY_MS : 0;
		const removed = { byAge: 0, byCount: 0 };
		let kept = 0;
		for await (const job of ended()) {
			if (isStopped) break;
			const isOld = (job.finishedAt ?? job.updatedAt) < oldest;
			if (!isOld && ++kept <= maxJobs) continue;
			if (await removeJob(job)) removed[isOld ? "byAge" : "byCount"]++;
		}
		return removed;
	};

	/** Blobs that several jobs name count once, and stay while one of them does. */
	const removeByBytes = async (maxBytes: number): Promise<number> => {
		const counted = new Set<string>();
		let bytes = 0;
		const count = (job: Job): void => {
			for (const { sha256, sizeBytes } of blobsOf(job)) {
				if (counted.has(sha256)) continue;
				counted.add(sha256);
				bytes += sizeBytes;
			}
		};
		for await (const job of listAll(store, { states: ["queued", "running"] }))
			count(job);
		for await (const job of listAll(store, {
			states: FINAL_STATES,
			favourite: true,
		}))
			count(job);
		let removed = 0;
		for await (const job of ended()) {
			if (isStopped) break;
			if (bytes <= maxBytes) count(job);
			if (bytes > maxBytes && (await removeJob(job))) removed++;
		}
		return removed;
	};

	const removeOrphans = async (): Promise<{
		orphans: number;
		orphanBytes: number;
	}> => {
		const oldest = now() - config.orphanHours * HOUR_MS;
		let orphans = 0;
		let orphanBytes = 0;
		let batch: string[] = [];
		for await (const { sha256, sizeBytes, modifiedAt } of blobs.list()) {
			if (isStopped) break;
			if (modifiedAt >= oldest || (await store.isUsed(sha256))) continue;
			orphans++;
			orphanBytes += sizeBytes;
			batch.push(sha256);
			if (batch.length < BATCH) continue;
			releaser.release(batch);
			batch = [];
			await setImmediate();
		}
		releaser.release(batch);
		return { orphans, orphanBytes };
	};

	const sweepOnce = async (): Promise<SweepReport> => {
		const byTime = trustsClock();
		const { byAge, byCount } =
			config.maxAgeDays === undefined && config.maxJobs === undefined
				? { byAge: 0, byCount: 0 }
				: await removeByAgeAndCount(byTime);
		const byBytes =
			config.maxBytes === undefined ? 0 : await removeByBytes(config.maxBytes);
		const { orphans, orphanBytes } = byTime
			? await removeOrphans()
			: { orphans: 0, orphanBytes: 0 };
		if (byTime) await outbox?.prune(now() - DELIVERIES_KEPT_MS);
		const report = {
			jobs: { byAge, byCount, byBytes },
			orphans,
			orphanBytes,
			distrustsClock: !byTime,
		};
		if (byAge + byCount + byBytes + orphans > 0)
			log.info("old jobs and unused files were deleted", { ...report });
		return report;
	};

	const retention: Retention = {
		async checkRoom(neededBytes = 0) {
			const free = await blobs.freeBytes();
			if (free - neededBytes >= config.minFreeBytes) {
				if (isLow && free >= config.minFreeBytes) {
					isLow = false;
					log.info("there is room again: new work is taken", { free });
				}
				return;
			}
			if (!isLow && free < config.minFreeBytes) {
				isLow = true;
				log.warn("the disk is nearly full: new work is refused", {
					free,
					minFreeBytes: config.minFreeBytes,
				});
			}
			throw new LunarError(
				"DISK_FULL",
				`${megabytes(free)} MB are free${neededBytes > 0 ? `, ${megabytes(neededBytes)} MB are needed` : ""}, and ${megabytes(config.minFreeBytes)} MB are kept free (retention.minFreeBytes)`,
			);
		},
		sweep() {
			sweeping ??= sweepOnce().finally(() => {
				sweeping = undefined;
			});
			return sweeping;
		},
		start() {
			const again = (afterMs: number): void => {
				timer = setTimeout(() => {
					void retention
						.sweep()
						.catch((error) => log.error("a sweep failed", { error }))
						.finally(() => {
							if (!isStopped) again(config.everyMinutes * MINUTE_MS);
						});
				}, afterMs).unref();
			};
			isStopped = false;
			again(Math.min(FIRST_SWEEP_MS, config.everyMinutes * MINUTE_MS));
		},
		async stop() {
			isStopped = true;
			clearTimeout(timer);
			await sweeping?.catch(() => {});
		},
	};
	return retention;
}

/**
 * Whether ages may be believed. After the clock went forward by more than a day at once nothing is deleted by age for a
 * day: a wrong clock must not empty the store, and a machine that slept loses nothing by it.
 */
function createClockTrust(
	now: () => number,
	elapsed: () => number,
	log: Logger,
): () => boolean {
	let wall = now();
	let steady = elapsed();
	let distrustedUntil = Number.NEGATIVE_INFINITY;
	return () => {
		const jumpMs = now() - wall - (elapsed() - steady);
		wall = now();
		steady = elapsed();
		if (jumpMs > DAY_MS) {
			distrustedUntil = steady + DAY_MS;
			log.warn(
				"the clock jumped forward: nothing is deleted by age for a day",
				{
					jumpHours: Math.round(jumpMs / HOUR_MS),
				},
			);
		}
		return steady >= distrustedUntil;
	};
}

function blobsOf(
	job: Job,
): readonly { readonly sha256: string; readonly sizeBytes: number }[] {
	return [...inputBlobsOf(job.request), ...job.files];
}

async function* listAll(
	store: Pick<JobStore, "list">,
	filter: Parameters<JobStore["list"]>[0],
): AsyncIterable<Job> {
	let cursor: string | undefined;
	do {
		const page = await store.list(filter, PAGE, cursor);
		yield* page.jobs;
		cursor = page.cursor;
		await setImmediate();
	} while (cursor !== undefined);
}

function megabytes(bytes: number): number {
	return Math.round(bytes / 1e6);
}
