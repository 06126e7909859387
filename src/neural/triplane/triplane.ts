// C channels of a plane, S side of a plane, H neurons of the decoder's first layer

/** Features on three planes; the decoder sees the three samples of a point one after the other. */
export interface Triplane {
	/** Planes xy, xz and yz: the first coordinate is the column, the second the row. */
	readonly codes: Float32Array; // [3 × C × S × S]
	readonly channels: number; // C
	readonly side: number; // S
	/** The planes cover −radius…radius of each axis, world units. */
	readonly radius: number;
}

/** One linear layer of the decoder, weights as checkpoints hold them. */
export interface DenseLayer {
	readonly weight: Float32Array; // [out × in]
	readonly bias: Float32Array; // [out]
}

/**
 * The planes after the decoder's first linear layer: because it is linear and sampling is too, it
 * may come first. Three sums of H values then stand for 3 C samples and a matrix.
 */
export interface SummedPlanes {
	readonly values: Float32Array; // [3 × S × S × H] plane, row, column, neuron
	readonly bias: Float32Array; // [H]
	readonly side: number;
	readonly radius: number;
}

export function sumPlanes(
	{ codes, channels, side, radius }: Triplane,
	first: DenseLayer,
): SummedPlanes {
	const neurons = first.bias.length;
	const inputs = 3 * channels;
	if (first.weight.length !== neurons * inputs)
		throw new RangeError(
			`the first layer has ${first.weight.length} weights, not ${neurons} × ${inputs}`,
		);
	const area = side * side;
	const values = new Float32Array(3 * area * neurons);
	const sums = new Float64Array(neurons);
	for (let plane = 0; plane < 3; plane++)
		for (let pixel = 0; pixel < area; pixel++) {
			sums.fill(0);
			for (let c = 0; c < channels; c++) {
				const code = codes[(plane * channels + c) * area + pixel];
				const column = plane * channels + c;
				for (let h = 0; h < neurons; h++)
					sums[h] += code * first.weight[h * inputs + column];
			}
			values.set(sums, (plane * area + pixel) * neurons);
		}
	return { values, bias: first.bias, side, radius };
}

/**
 * What the decoder's first neurons receive at any points: bilinear samples of the three planes,
 * pixel centres at +0.5, nothing beyond their edges.
 */
export function sampleSummed(
	{ values, bias, side, radius }: SummedPlanes,
	points: Float32Array, // [count × 3] world units
	out: Float32Array, // [count × H]
	count: number,
): void {
	const neurons = bias.length;
	for (let n = 0; n < count; n++) {
		const at = n * neurons;
		for (let h = 0; h < neurons; h++) out[at + h] = bias[h];
		for (let plane = 0; plane < 3; plane++) {
			const first = points[n * 3 + (plane === 2 ? 1 : 0)];
			const second = points[n * 3 + (plane === 0 ? 1 : 2)];
			const x = ((first / radius + 1) * side - 1) / 2;
			const y = ((second / radius + 1) * side - 1) / 2;
			const x0 = Math.floor(x);
			const y0 = Math.floor(y);
			if (!(x0 >= -1 && y0 >= -1 && x0 < side && y0 < side)) continue;
			// Pixels off the plane weigh nothing; which pixel stands in for them does not matter.
			const right = x0 + 1 < side ? x - x0 : 0;
			const left = x0 >= 0 ? 1 - (x - x0) : 0;
			const lower = y0 + 1 < side ? y - y0 : 0;
			const upper = y0 >= 0 ? 1 - (y - y0) : 0;
			const c0 = Math.max(0, x0);
			const c1 = Math.min(side - 1, x0 + 1);
			const r0 = (plane * side + Math.max(0, y0)) * side;
			const r1 = (plane * side + Math.min(side - 1, y0 + 1)) * side;
			const i00 = (r0 + c0) * neurons;
			const i01 = (r0 + c1) * neurons;
			const i10 = (r1 + c0) * neurons;
			const i11 = (r1 + c1) * neurons;
			const w00 = upper * left;
			const w01 = upper * right;
			const w10 = lower * left;
			const w11 = lower * right;
			for (let h = 0; h < neurons; h++)
				out[at + h] +=
					w00 * values[i00 + h] +
					w01 * values[i01 + h] +
					w10 * values[i10 + h] +
					w11 * values[i11 + h];
		}
	}
}

/** The summed planes resampled to a lattice: a point of the lattice is the sum of three rows. */
export interface LatticePlanes {
	readonly values: Float32Array; // [3 × R × R × H] plane, second coordinate, first coordinate, neuron; the bias is in plane 0
	readonly size: number; // R lattice points per axis
	readonly neurons: number; // H
}

/** Lattice coordinate i stands at −radius + 2 · radius · i / (size − 1). */
export function resamplePlanes(
	planes: SummedPlanes,
	size: number,
): LatticePlanes {
	const { side, bias } = planes;
	const neurons = bias.length;
	const values = new Float32Array(3 * size * size * neurons);
	// Position i of the lattice on the planes' pixels; the same along every axis.
	const low = new Int32Array(size);
	const share = new Float64Array(size); // of pixel low + 1
	for (let i = 0; i < size; i++) {
		const x = (((2 * i) / (size - 1)) * side - 1) / 2;
		low[i] = Math.floor(x);
		share[i] = x - low[i];
	}
	const stretched = new Float32Array(side * size * neurons); // rows resampled
	for (let plane = 0; plane < 3; plane++) {
		const source = planes.values.subarray(
			plane * side * side * neurons,
			(plane + 1) * side * side * neurons,
		);
		for (let row = 0; row < side; row++)
			for (let i = 0; i < size; i++)
				mixRows(
					source,
					row * side,
					1,
					low[i],
					share[i],
					side,
					neurons,
					stretched,
					(row * size + i) * neurons,
				);
		for (let j = 0; j < size; j++)
			for (let i = 0; i < size; i++) {
				const at = ((plane * size + j) * size + i) * neurons;
				mixRows(
					stretched,
					i,
					size,
					low[j],
					share[j],
					side,
					neurons,
					values,
					at,
				);
				if (plane === 0)
					for (let h = 0; h < neurons; h++) values[at + h] += bias[h];
			}
	}
	return { values, size, neurons };
}

/** out = (1 − share) · pixel low + share · pixel low + 1; pixels off the plane are zero. */
function mixRows(
	source: Float32Array,
	base: number, // pixel 0 of the line
	stride: number, // pixels
	low: number,
	share: number,
	length: number, // pixels of the line
	neurons: number,
	out: Float32Array,
	at: number,
): void {
	const a = low >= 0 && low < length ? (base + low * stride) * neurons : -1;
	const b =
		low + 1 >= 0 && low + 1 < length
			? (base + (low + 1) * stride) * neurons
			: -1;
	for (let h = 0; h < neurons; h++)
		out[at + h] =
			(a < 0 ? 0 : (1 - share) * source[a + h]) +
			(b < 0 ? 0 : share * source[b + h]);
}

/** What the decoder's first neurons receive at points of the lattice. */
export function gatherLattice(
	{ values, size, neurons }: LatticePlanes,
	points: Uint32Array, // [count] ix + size × (iy + size × iz)
	out: Float32Array, // [count × H]
	count: number,
): void {
	const area = size * size;
	for (let n = 0; n < count; n++) {
		const point = points[n];
		const ix = point % size;
		const iy = Math.floor(point / size) % size;
		const iz = Math.floor(point / area);
		const a = (iy * size + ix) * neurons;
		const b = (area + iz * size + ix) * neurons;
		const c = (2 * area + iz * size + iy) * neurons;
		const at = n * neurons;
		for (let h = 0; h < neurons; h++)
			out[at + h] = values[a + h] + values[b + h] + values[c + h];
	}
}
