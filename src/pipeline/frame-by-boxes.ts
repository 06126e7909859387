import type { ViewName } from "../core/view.ts";
import type { MaskBox } from "./mask-box.ts";

/** World axes along the picture's right and up, with sign, and the axis along the line of sight: 0 x, 1 y, 2 z. */
const AXES: Record<ViewName, readonly [Side, Side, 0 | 1 | 2]> = {
	front: [[0, 1], [1, 1], 2],
	right: [[2, -1], [1, 1], 0],
	back: [[0, -1], [1, 1], 2],
	left: [[2, 1], [1, 1], 0],
	top: [[0, 1], [2, -1], 1],
	bottom: [[0, 1], [2, 1], 1],
};
type Side = readonly [axis: 0 | 1 | 2, sign: 1 | -1];

/** Scale and place of the object's centre in a picture. */
export interface Framing {
	readonly scale: number; // pixels a world unit, at the centre
	readonly cx: number; // pixels
	readonly cy: number; // pixels
}

export interface BoxedView {
	readonly name: ViewName;
	readonly box: MaskBox;
	readonly width: number; // pixels of the picture
	readonly height: number; // pixels
	/** Where it is known. */
	readonly framing?: Framing;
}

export interface FrameByBoxesOptions {
	/** Longest side of the object, world units. Ignored if the framing of some view is known. */
	readonly size: number;
	/** 1 / distance of the cameras. */
	readonly perspective: number;
	/** How much of the object's depth its outline stands nearer than its centre: 0 round, 1 a box. */
	readonly boxiness: number;
}

const ROUNDS = 60;
/** An extent that the picture's border cuts says little. */
const CUT_WEIGHT = 0.05;

/**
 * Frames each view by the box round its silhouette so that the extents which views share agree.
 * Least squares in logarithms: extent of view v along axis a ÷ scale of v = size of a, by alternating means.
 */
export function frameByBoxes(
	views: readonly BoxedView[],
	{ size, perspective, boxiness }: FrameByBoxesOptions,
): Framing[] {
	const spans = views.map(spansOf);
	const anchored = views.some(({ framing }) => framing !== undefined);
	const sizes = [size / 2, size / 2, size / 2];
	const scales = views.map(({ framing }) => framing?.scale ?? 1);
	for (let round = 0; round < ROUNDS; round++) {
		// (1) How much larger than at its centre the object's outline looks.
		const near = views.map(
			({ name }) =>
				1 /
				(1 -
					Math.min(0.4, (perspective * boxiness * sizes[AXES[name][2]]) / 2)),
		);
		// (2) Scales from sizes; in the first round only where there is something to start from.
		for (let v = 0; v < views.length; v++) {
			if (views[v].framing || (anchored && round === 0)) continue;
			let sum = 0;
			let weight = 0;
			for (const span of spans[v]) {
				if (round === 0 && sizes[span.axis] === 0) continue;
				sum +=
					span.weight *
					Math.log((span.high - span.low) / near[v] / sizes[span.axis]);
				weight += span.weight;
			}
			scales[v] = Math.exp(sum / weight);
		}
		// (3) Sizes from scales.
		for (let axis = 0; axis < 3; axis++) {
			let sum = 0;
			let weight = 0;
			for (let v = 0; v < views.length; v++)
				for (const span of spans[v]) {
					if (span.axis !== axis) continue;
					// The first round of an anchored set listens to the known views alone.
					if (anchored && round === 0 && !views[v].framing) continue;
					sum +=
						span.weight *
						Math.log((span.high - span.low) / near[v] / scales[v]);
					weight += span.weight;
				}
			if (weight > 0) sizes[axis] = Math.exp(sum / weight);
		}
		if (anchored) continue;
		const seen = sizes.filter((_, axis) =>
			spans.some((pair) => pair.some((span) => span.axis === axis)),
		);
		const factor = size / Math.max(...seen);
		for (let axis = 0; axis < 3; axis++) sizes[axis] *= factor;
		for (let v = 0; v < views.length; v++) scales[v] /= factor;
	}
	const centre = centreOf(views, spans, scales);
	return views.map(
		({ framing }, v) => framing ?? place(spans[v], scales[v], sizes, centre),
	);
}

/** One extent of a silhouette: `low` is its left or top edge. */
interface Span {
	readonly axis: 0 | 1 | 2;
	/** Of the world axis along increasing pixels. */
	readonly sign: 1 | -1;
	readonly low: number; // pixels
	readonly high: number; // pixels
	readonly lowCut: boolean; // by the picture's border
	readonly highCut: boolean;
	readonly weight: number;
}

function spansOf({
	name,
	box,
	width,
	height,
}: BoxedView): readonly [Span, Span] {
	const [[axisRight, signRight], [axisUp, signUp]] = AXES[name];
	const span = (
		axis: 0 | 1 | 2,
		sign: number,
		low: number,
		high: number,
		end: number,
	): Span => ({
		axis,
		sign: sign as 1 | -1,
		low,
		high,
		lowCut: low <= 0,
		highCut: high >= end,
		weight: low <= 0 || high >= end ? CUT_WEIGHT : 1,
	});
	return [
		span(axisRight, signRight, box.left, box.right, width),
		span(axisUp, -signUp, box.top, box.bottom, height),
	];
}

/** World centre of the object as the views of known framing see it; the origin where there are none. */
function centreOf(
	views: readonly BoxedView[],
	spans: readonly (readonly [Span, Span])[],
	scales: readonly number[],
): number[] {
	return [0, 1, 2].map((axis) => {
		let sum = 0;
		let count = 0;
		for (let v = 0; v < views.length; v++) {
			const { framing } = views[v];
			if (framing === undefined) continue;
			spans[v].forEach((span, k) => {
				if (span.axis !== axis) return;
				const middle =
					(span.low + span.high) / 2 - (k === 0 ? framing.cx : framing.cy);
				sum += (span.sign * middle) / scales[v];
				count++;
			});
		}
		return count === 0 ? 0 : sum / count;
	});
}

/** Puts the centre in the middle of the box; where the border cuts one side, at half the size from the other. */
function place(
	pair: readonly [Span, Span],
	scale: number,
	sizes: readonly number[],
	centre: readonly number[],
): Framing {
	const [cx, cy] = pair.map((span) => {
		const half = (sizes[span.axis] * scale) / 2;
		const middle =
			span.lowCut === span.highCut
				? (span.low + span.high) / 2
				: span.lowCut
					? span.high - half
					: span.low + half;
		return middle - span.sign * centre[span.axis] * scale;
	});
	return { scale, cx, cy };
}
