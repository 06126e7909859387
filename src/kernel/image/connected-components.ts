/** One connected set of pixels. */
export interface Component {
	readonly area: number; // pixels
	readonly minX: number;
	readonly minY: number;
	readonly maxX: number; // inclusive
	readonly maxY: number; // inclusive
	readonly centreX: number; // pixels, centre of mass
	readonly centreY: number; // pixels
	/** Pixels of it on the border of the picture. */
	readonly borderCount: number;
}

export interface Components {
	readonly labels: Int32Array; // [height × width] index into `components`; -1 outside
	readonly components: readonly Component[]; // in order of their first pixel
}

/** Labels the connected sets of non-zero pixels, over edges (4) or edges and corners (8). */
export function connectedComponents(
	set: Uint8Array, // [height × width]
	width: number,
	height: number,
	connectivity: 4 | 8 = 8,
): Components {
	if (set.length !== width * height)
		throw new RangeError(`${set.length} pixels are not ${width} × ${height}`);
	const labels = new Int32Array(set.length).fill(-1);
	const stack = new Int32Array(set.length);
	const components: Component[] = [];
	const reach = connectivity === 8 ? 2 : 1; // |dx| + |dy| at most
	for (let seed = 0; seed < set.length; seed++) {
		if (set[seed] === 0 || labels[seed] !== -1) continue;
		const label = components.length;
		let size = 0;
		let area = 0;
		let minX = width;
		let minY = height;
		let maxX = 0;
		let maxY = 0;
		let sumX = 0;
		let sumY = 0;
		let borderCount = 0;
		stack[size++] = seed;
		labels[seed] = label;
		while (size > 0) {
			const i = stack[--size];
			const y = (i / width) | 0;
			const x = i - y * width;
			area++;
			sumX += x;
			sumY += y;
			if (x < minX) minX = x;
			if (x > maxX) maxX = x;
			if (y < minY) minY = y;
			if (y > maxY) maxY = y;
			if (x === 0 || y === 0 || x === width - 1 || y === height - 1)
				borderCount++;
			for (let dy = -1; dy <= 1; dy++) {
				if (y + dy < 0 || y + dy >= height) continue;
				for (let dx = -1; dx <= 1; dx++) {
					if (x + dx < 0 || x + dx >= width) continue;
					if (Math.abs(dx) + Math.abs(dy) > reach) continue;
					const j = i + dy * width + dx;
					if (set[j] === 0 || labels[j] !== -1) continue;
					labels[j] = label;
					stack[size++] = j;
				}
			}
		}
		components.push({
			area,
			minX,
			minY,
			maxX,
			maxY,
			centreX: sumX / area + 0.5,
			centreY: sumY / area + 0.5,
			borderCount,
		});
	}
	return { labels, components };
}
