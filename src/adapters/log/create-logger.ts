import type { Logger } from "../../core/run-context.ts";
import { redactFields, redactText } from "../../service/redact.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ServiceLogger extends Logger {
	/** The same log; every line has these fields too (`{ jobId }`). */
	child(fields: Readonly<Record<string, unknown>>): ServiceLogger;
}

/** Where lines go, and in which form. */
export interface LogSink {
	readonly form: "json" | "human";
	/** One line with its line break. Never throws. */
	write(line: string): void;
}

/**
 * One line for each message: JSON with time, level, message and fields, or for people. Secrets are hidden by name and by
 * form, and control characters replaced: what callers hand in may come from outside.
 */
export function createLogger(options: {
	readonly level: LogLevel;
	readonly sinks: readonly LogSink[];
	readonly now?: () => number;
	readonly fields?: Readonly<Record<string, unknown>>;
}): ServiceLogger {
	const { sinks, now = Date.now } = options;
	const least = LOG_LEVELS.indexOf(options.level);
	const own = redactFields(options.fields ?? {});

	const log = (
		level: LogLevel,
		message: string,
		fields?: Record<string, unknown>,
	): void => {
		if (LOG_LEVELS.indexOf(level) < least) return;
		const time = new Date(now()).toISOString();
		const text = redactText(message);
		const all = {
			...own,
			...(fields === undefined ? {} : redactFields(fields)),
		};
		for (const { form, write } of sinks)
			write(
				form === "json"
					? `${JSON.stringify({ time, level, message: text, ...rename(all) })}\n`
					: humanLine(time, level, text, all),
			);
	};

	return {
		debug: (message, fields) => log("debug", message, fields),
		info: (message, fields) => log("info", message, fields),
		warn: (message, fields) => log("warn", message, fields),
		error: (message, fields) => log("error", message, fields),
		child: (fields) =>
			createLogger({ ...options, fields: { ...options.fields, ...fields } }),
	};
}

/** A field never takes the place of what every line has. */
function rename(fields: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [
			["time", "level", "message"].includes(name) ? `${name}_` : name,
			value,
		]),
	);
}

/** "15:04:05 warn  message  jobId=job_… attempt=2" */
function humanLine(
	time: string,
	level: LogLevel,
	message: string,
	fields: Record<string, unknown>,
): string {
	const shown = Object.entries(fields)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => {
			const text = typeof value === "string" ? value : JSON.stringify(value);
			return `${name}=${/[\s"=]/.test(text) && typeof value === "string" ? JSON.stringify(text) : text}`;
		});
	const line = [
		`${time.slice(11, 19)} ${level.padEnd(5)} ${message}`,
		...shown,
	].join("  ");
	return `${line.replace(/\p{Cc}/gu, "\u{fffd}")}\n`;
}
