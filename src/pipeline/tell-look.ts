import type { RunContext } from "../core/run-context.ts";
import type { View } from "../core/view.ts";
import type { ExposureBalance } from "../kernel/texture/balance-exposure.ts";
import type { LightEstimate } from "../kernel/texture/estimate-light.ts";

/** Views named in a notice, at most. */
const MAX_NAMED = 8;
/** Smaller changes go unnamed. */
const NOTABLE = 0.005;

/** Says which pictures were made brighter or darker, or tinted, and by how much. */
export function tellExposure(
	views: readonly View[],
	{ gains, brightness, tint, before, after }: ExposureBalance,
	ctx: RunContext,
): void {
	const changes = views
		.map(({ name, label }, v) => {
			const rgb = gains.subarray(3 * v, 3 * v + 3);
			const luma = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
			const channels = [...rgb].map((gain) => `×${gain.toFixed(2)}`);
			return {
				size: Math.max(...rgb.map((gain) => Math.abs(Math.log(gain)))),
				text: `${name ?? label} ${tint.believed ? `red ${channels[0]} green ${channels[1]} blue ${channels[2]}` : `×${luma.toFixed(2)}`}`,
			};
		})
		.filter(({ size }) => size > NOTABLE);
	const named = changes.slice(0, MAX_NAMED).map(({ text }) => text);
	const more =
		changes.length > MAX_NAMED ? ` and ${changes.length - MAX_NAMED} more` : "";
	const what = [
		...(brightness.believed ? ["exposure"] : []),
		...(tint.believed ? ["white balance"] : []),
	].join(" and ");
	ctx.notice({
		code: "exposure-balanced",
		severity: "info",
		message: `${what} evened out between the views: ${named.join(", ")}${more} (their overlaps differed by ${percent(before)}, now ${percent(after)}; the result is compared with the pictures as evened out)`,
		remedy: "To keep the pictures as they are, turn balanceExposure off.",
	});
}

/** Says what light was divided out, or why none was. */
export function tellLight(estimate: LightEstimate, ctx: RunContext): void {
	if ("refused" in estimate) {
		ctx.notice({
			code: "delight-refused",
			severity: "warning",
			message: `the colours keep their light: ${estimate.refused}`,
			remedy:
				"Light can be told from paint when several sides are seen and a colour appears on surfaces that face different ways.",
		});
		return;
	}
	const { direction, ambientShare, strength } = estimate.light;
	ctx.notice({
		code: "light-divided-out",
		severity: "info",
		message: `light estimated and divided out of the colours: most of it from ${describeDirection(direction)}, ${Math.round(100 * ambientShare)} % from everywhere alike, the brightest side ${strength.toFixed(1)} times the darkest; it accounts for ${Math.round(100 * estimate.explained)} % of the differences between places of one colour (the result is compared with the pictures in this light)`,
	});
}

function percent(logDifference: number): string {
	return `${(100 * (Math.exp(logDifference) - 1)).toFixed(1)} %`;
}

/** "the top and the right": the axes that a direction has most of. */
function describeDirection(direction: readonly number[]): string {
	const sides = [
		["the right", "the left"],
		["the top", "the bottom"],
		["the front", "the back"],
	];
	return direction
		.map((part, axis) => ({
			size: Math.abs(part),
			side: sides[axis][part > 0 ? 0 : 1],
		}))
		.filter(({ size }) => size > 0.35)
		.sort((a, b) => b.size - a.size)
		.map(({ side }) => side)
		.join(" and ");
}
