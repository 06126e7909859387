import type { RunEvent } from "../../core/run-context.ts";
import type { Terminal } from "./command.ts";

/** Steps of the story as a person reads them. */
const STEP_TITLES: Readonly<Record<string, string>> = {
	read: "reading pictures",
	foreground: "finding the object",
	views: "placing cameras",
	shape: "reconstructing",
	surface: "extracting the surface",
	clean: "cleaning the mesh",
	texture: "baking the texture",
	pack: "packing",
	validate: "validating",
	report: "measuring",
	previews: "rendering previews",
	files: "encoding files",
	write: "writing",
};

/**
 * Prints one line per finished step and, on a terminal, a live line with the share done and the
 * time left. `now` is milliseconds of a clock. `secondsLeft` knows better than the share
 * done since the start of this line, where a run was under way before.
 */
export function createProgressLine(
	terminal: Terminal,
	now: () => number = () => performance.now(),
	secondsLeft: () => number | undefined = () => undefined,
): { onEvent(event: RunEvent): void; clear(): void } {
	const startedMs = now();
	let lastDrawnMs = 0;
	let live = false;

	const clear = (): void => {
		if (live) terminal.err("\r\u001b[2K");
		live = false;
	};
	const draw = (step: string, fraction: number): void => {
		if (!terminal.isInteractive) return;
		const elapsedMs = now() - startedMs;
		if (elapsedMs - lastDrawnMs < 80) return;
		lastDrawnMs = elapsedMs;
		const known = secondsLeft();
		const leftMs =
			known !== undefined
				? known * 1000
				: fraction > 0.03 && elapsedMs > 400
					? (elapsedMs / fraction) * (1 - fraction)
					: undefined;
		const left =
			leftMs === undefined ? "" : `  about ${describeDuration(leftMs)} left`;
		const text = `${drawBar(fraction)}  ${titleOf(step)}${left}`;
		terminal.err(`\r\u001b[2K${text.slice(0, terminal.columns - 1)}`);
		live = true;
	};

	return {
		clear,
		onEvent(event) {
			switch (event.type) {
				case "step":
				case "progress":
					draw(event.step, event.fraction);
					break;
				case "step-done":
					if (event.step.includes("/")) break;
					clear();
					terminal.err(
						`  ${titleOf(event.step).padEnd(24)} ${describeDuration(event.durationMs)}\n`,
					);
					break;
				case "notice": {
					clear();
					const mark = event.notice.severity === "warning" ? "!" : "i";
					terminal.err(`  ${mark} ${event.notice.message}\n`);
					if (event.notice.remedy)
						terminal.err(`    → ${event.notice.remedy}\n`);
					break;
				}
			}
		},
	};
}

/** "██████░░░░  58 %". */
export function drawBar(fraction: number): string {
	const width = 24;
	const filled = Math.round(width * fraction);
	return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${String(Math.round(fraction * 100)).padStart(3)} %`;
}

/** "340 ms", "4.2 s", "3 min 10 s". */
export function describeDuration(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`;
	const seconds = ms / 1000;
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function titleOf(step: string): string {
	const top = step.split("/")[0];
	return STEP_TITLES[top] ?? top;
}
