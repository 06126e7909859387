import type { EngineOutcome } from "./job.ts";

/** What two engines made of the same pictures, side by side; and which one a person should look at first. */
export interface Comparison {
	readonly better: string;
	readonly reason: string;
	readonly outcomes: readonly EngineOutcome[];
}

const VERDICTS: readonly EngineOutcome["verdict"][] = ["fail", "warn", "pass"];
/** Differences below these are no reason. */
const CLEAR_SSIM = 0.005;
const CLEAR_IOU = 0.005;

/** The better verdict wins; then the look (SSIM), the outline (IoU), and the time. */
export function compareOutcomes(
	outcomes: readonly EngineOutcome[],
): Comparison {
	const [first, ...others] = outcomes;
	let best = first;
	let reason = "the only one";
	for (const other of others) {
		const [wins, why] = isBetter(other, best);
		if (wins) best = other;
		reason = why;
	}
	return { better: best.engine, reason, outcomes };
}

function isBetter(
	a: EngineOutcome,
	b: EngineOutcome,
): readonly [wins: boolean, why: string] {
	const verdict = VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict);
	if (verdict !== 0) return [verdict > 0, "verdict"];
	if (Math.abs(a.ssim - b.ssim) > CLEAR_SSIM)
		return [a.ssim > b.ssim, "likeness to the pictures (SSIM)"];
	if (Math.abs(a.silhouetteIou - b.silhouetteIou) > CLEAR_IOU)
		return [a.silhouetteIou > b.silhouetteIou, "outline (IoU)"];
	return [a.durationMs < b.durationMs, "time"];
}
