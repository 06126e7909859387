import { connectedComponents } from "../kernel/image/connected-components.ts";

/** The component that is large, central and clear of the border, and what lies inside its outline. */
export function chooseObject(
	found: Uint8Array,
	width: number,
	height: number,
): Uint8Array {
	const { labels, components } = connectedComponents(found, width, height);
	let best = -1;
	let bestWorth = 0;
	components.forEach((c, k) => {
		const u = c.centreX / width - 0.5;
		const v = c.centreY / height - 0.5;
		const central = Math.exp(-(u * u + v * v) / (2 * 0.2 * 0.2));
		const touch = 1 + (8 * c.borderCount) / Math.sqrt(c.area);
		const worth = (c.area * central) / touch;
		if (worth > bestWorth) {
			bestWorth = worth;
			best = k;
		}
	});
	const out = new Uint8Array(found.length);
	if (best < 0) return out;
	const main = components[best];
	// Separate parts stay where they are of some size and inside the main part's box.
	const keep = components.map(
		(c, k) =>
			k === best ||
			(c.area >= main.area * 0.004 &&
				c.borderCount === 0 &&
				c.centreX > main.minX &&
				c.centreX < main.maxX &&
				c.centreY > main.minY &&
				c.centreY < main.maxY),
	);
	for (let p = 0; p < out.length; p++)
		if (labels[p] >= 0 && keep[labels[p]]) out[p] = 1;
	return out;
}
