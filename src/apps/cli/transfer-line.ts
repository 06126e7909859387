import { describeBytes } from "../describe-bytes.ts";
import type { Terminal } from "./command.ts";
import { describeDuration, drawBar } from "./progress-line.ts";

/** How a transfer goes on. */
export interface TransferRate {
	readonly bytesPerSecond: number;
	readonly secondsLeft: number;
}

/** The rate is that of the last seconds: a line that grew slow is not still called fast. */
const WINDOW_MS = 5000;

/** Measures a transfer that is told its bytes, and gives rate and time left. */
export function createRateMeter(
	now: () => number = () => performance.now(),
): (receivedBytes: number, sizeBytes: number) => TransferRate {
	const samples: { atMs: number; bytes: number }[] = [];
	return (receivedBytes, sizeBytes) => {
		const atMs = now();
		samples.push({ atMs, bytes: receivedBytes });
		while (samples.length > 2 && samples[0].atMs < atMs - WINDOW_MS)
			samples.shift();
		const first = samples[0];
		const seconds = (atMs - first.atMs) / 1000;
		const bytes = receivedBytes - first.bytes;
		const bytesPerSecond = seconds > 0 && bytes > 0 ? bytes / seconds : 0;
		return {
			bytesPerSecond,
			secondsLeft:
				bytesPerSecond > 0
					? (sizeBytes - receivedBytes) / bytesPerSecond
					: Number.POSITIVE_INFINITY,
		};
	};
}

/** A live line on a terminal; nothing where there is none. */
export function createTransferLine(
	terminal: Terminal,
	now: () => number = () => performance.now(),
): {
	draw(name: string, receivedBytes: number, sizeBytes: number): void;
	clear(): void;
	/** A line that stays. */
	say(text: string): void;
} {
	let meter = createRateMeter(now);
	let name = "";
	let lastDrawnMs = Number.NEGATIVE_INFINITY;
	let live = false;
	const clear = (): void => {
		if (live) terminal.err("\r\u001b[2K");
		live = false;
	};
	return {
		clear,
		say(text) {
			clear();
			terminal.err(`${text}\n`);
		},
		draw(file, receivedBytes, sizeBytes) {
			if (file !== name) {
				name = file;
				meter = createRateMeter(now);
			}
			if (!terminal.isInteractive) return;
			const done = receivedBytes >= sizeBytes;
			if (now() - lastDrawnMs < 100 && !done) return;
			lastDrawnMs = now();
			const { bytesPerSecond, secondsLeft } = meter(receivedBytes, sizeBytes);
			const rate =
				bytesPerSecond > 0
					? `  ${describeBytes(bytesPerSecond)}/s${done ? "" : `  about ${describeDuration(secondsLeft * 1000)} left`}`
					: "";
			const text = `${drawBar(receivedBytes / sizeBytes)}  ${file}  ${describeBytes(receivedBytes)} of ${describeBytes(sizeBytes)}${rate}`;
			terminal.err(`\r\u001b[2K${text.slice(0, terminal.columns - 1)}`);
			live = true;
		},
	};
}
