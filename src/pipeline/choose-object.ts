import {
	type Component,
	connectedComponents,
} from "../kernel/image/connected-components.ts";
import type { PixelBox } from "../kernel/image/crop.ts";

/** One of the objects that were found in a picture. */
export interface FoundObject {
	readonly box: PixelBox; // pixels of the set it was found in
	/** Size against the picture. */
	readonly areaShare: number;
}

export interface ChosenObject {
	readonly set: Uint8Array; // [height × width] 1: the chosen object
	/** Number 1 first: the large and central one. */
	readonly objects: readonly FoundObject[];
}

/** Spread of the centrality, share of the picture. */
const CENTRE_SPREAD = 0.2;
/** A part this large against the largest, and clear of its box, is an object of its own. */
const OBJECT_SHARE = 0.15;
/** Smallest object worth a number, share of the picture. */
const SMALLEST_SHARE = 0.003;
/** Objects that get a number. */
const MOST_OBJECTS = 9;
/** Parts above each other are one object: overlap across, against the narrower; gap, against the lower. */
const STACK_OVERLAP = 0.6;
const STACK_GAP = 0.5;
/** How far their mean colours may be apart then, Lab units. */
const STACK_COLOR = 15;
/** Smallest part that is kept of an object, against its largest. */
const PART_SHARE = 0.004;

/**
 * Takes one object out of a set: number 1 is the one that is large, central and clear of the
 * border, the others follow by the same measure. With it comes what lies inside its outline box.
 */
export function chooseObject(
	found: Uint8Array, // [height × width] 1: some object
	width: number,
	height: number,
	number = 1,
	/** Colours, where parts that a cut severed are to be joined: nothing floats above its like. */
	lab?: Float32Array, // [height × width × 3]
): ChosenObject {
	const { labels, components } = connectedComponents(found, width, height);
	const means = lab && meanColors(lab, labels, components);
	const worths = components.map((c) => {
		const u = c.centreX / width - 0.5;
		const v = c.centreY / height - 0.5;
		const central = Math.exp(-(u * u + v * v) / (2 * CENTRE_SPREAD ** 2));
		const touch = 1 + (8 * c.borderCount) / Math.sqrt(c.area);
		return (c.area * central) / touch;
	});
	const order = components
		.map((_, k) => k)
		.sort((a, b) => worths[b] - worths[a] || a - b);
	const set = new Uint8Array(found.length);
	if (order.length === 0) return { set, objects: [] };
	// (1) Which components are objects: clear of the border and of the boxes of those before.
	const mains = [order[0]];
	const partOf = new Map<number, number>();
	for (const k of order.slice(1)) {
		const c = components[k];
		const whole = mains.find(
			(main) =>
				means !== undefined &&
				c.borderCount === 0 &&
				isStacked(c, components[main]) &&
				colorDistance(means, k, main) < STACK_COLOR,
		);
		if (whole !== undefined) {
			partOf.set(k, whole);
			continue;
		}
		const isOwn =
			c.area >= OBJECT_SHARE * components[mains[0]].area &&
			c.area >= SMALLEST_SHARE * found.length &&
			c.borderCount === 0 &&
			mains.every((main) => !isWithin(c, components[main]));
		if (isOwn && mains.length < MOST_OBJECTS) mains.push(k);
	}
	// (2) The chosen one and its parts.
	const taken = mains[Math.min(number, mains.length) - 1];
	const main = components[taken];
	const keep = components.map(
		(c, k) =>
			k === taken ||
			(partOf.get(k) === taken && c.area >= main.area * PART_SHARE) ||
			(!mains.includes(k) &&
				c.area >= main.area * PART_SHARE &&
				c.borderCount === 0 &&
				isWithin(c, main)),
	);
	for (let p = 0; p < set.length; p++)
		if (labels[p] >= 0 && keep[labels[p]]) set[p] = 1;
	const objects = mains.map((k): FoundObject => {
		const { area, minX, minY, maxX, maxY } = components[k];
		return {
			box: { left: minX, top: minY, right: maxX + 1, bottom: maxY + 1 },
			areaShare: area / found.length,
		};
	});
	return { set, objects };
}

/** Whether one stands above the other, close by. */
function isStacked(a: Component, b: Component): boolean {
	const overlap = Math.min(a.maxX, b.maxX) - Math.max(a.minX, b.minX) + 1;
	const narrower = Math.min(a.maxX - a.minX, b.maxX - b.minX) + 1;
	const gap = Math.max(a.minY, b.minY) - Math.min(a.maxY, b.maxY) - 1;
	const lower = Math.min(a.maxY - a.minY, b.maxY - b.minY) + 1;
	return overlap >= STACK_OVERLAP * narrower && gap <= STACK_GAP * lower;
}

function meanColors(
	lab: Float32Array,
	labels: Int32Array,
	components: readonly Component[],
): Float64Array /* [components × 3] */ {
	const out = new Float64Array(components.length * 3);
	for (let p = 0; p < labels.length; p++) {
		const k = labels[p];
		if (k < 0) continue;
		const { area } = components[k];
		for (let c = 0; c < 3; c++) out[k * 3 + c] += lab[p * 3 + c] / area;
	}
	return out;
}

function colorDistance(means: Float64Array, a: number, b: number): number {
	return Math.hypot(
		means[a * 3] - means[b * 3],
		means[a * 3 + 1] - means[b * 3 + 1],
		means[a * 3 + 2] - means[b * 3 + 2],
	);
}

/** Whether the middle of a component lies in the box of another. */
function isWithin(
	c: { readonly centreX: number; readonly centreY: number },
	main: {
		readonly minX: number;
		readonly maxX: number;
		readonly minY: number;
		readonly maxY: number;
	},
): boolean {
	return (
		c.centreX > main.minX &&
		c.centreX < main.maxX &&
		c.centreY > main.minY &&
		c.centreY < main.maxY
	);
}
