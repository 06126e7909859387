import { connectedComponents } from "../kernel/image/connected-components.ts";
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
): ChosenObject {
	const { labels, components } = connectedComponents(found, width, height);
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
	for (const k of order.slice(1)) {
		const c = components[k];
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
