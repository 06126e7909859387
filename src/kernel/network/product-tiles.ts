import {
	add,
	addI32,
	type Code,
	compileWasm,
	get,
	I32,
	i32,
	isBelow,
	load,
	loadSplat,
	multiply,
	set,
	store,
	V128,
	type WasmLoop,
	whileLoop,
} from "../wasm/wasm-code.ts";

/** A tile of the matrix product: so many outputs by so many pixels. */
export const TILE_OUTPUTS = 4;
export const TILE_PIXELS = 8;

// Of the loop: parameters, then sums and what is multiplied.
const [ROW, WEIGHT, OUT, ROW_END, OUT_STEP] = [0, 1, 2, 3, 4];
const SUMS = 5;
const LEFT = SUMS + 8;
const RIGHT = LEFT + 1;
const FACTOR = LEFT + 2;

const products: Code = [0, 1, 2, 3].map((output) => [
	set(FACTOR, loadSplat(get(WEIGHT), 4 * output)),
	[LEFT, RIGHT].map((pixels, k) => {
		const sum = SUMS + 2 * output + k;
		return set(sum, add(get(sum), multiply(get(pixels), get(FACTOR))));
	}),
]);

const MODULE = compileWasm([
	{
		name: "tile",
		params: [I32, I32, I32, I32, I32],
		locals: new Array<number>(11).fill(V128),
		body: [
			whileLoop(isBelow(get(ROW), get(ROW_END)), [
				set(LEFT, load(get(ROW))),
				set(RIGHT, load(get(ROW), 16)),
				products,
				set(ROW, addI32(get(ROW), i32(32))),
				set(WEIGHT, addI32(get(WEIGHT), i32(16))),
			]),
			[0, 1, 2, 3].map((output) => [
				store(get(OUT), get(SUMS + 2 * output)),
				store(addI32(get(OUT), i32(16)), get(SUMS + 2 * output + 1)),
				set(OUT, addI32(get(OUT), get(OUT_STEP))),
			]),
		],
	},
]);

/** Memory for products of matrices of up to these many floats, and the loop over one tile. */
export interface ProductMemory {
	readonly rows: Float32Array; // [pixels / 8 × length × 8]
	readonly weights: Float32Array; // [outputs / 4 × length × 4]
	readonly out: Float32Array; // [outputs × pixels]
	/** Byte offsets of: rows, weights, out, the end of the rows; bytes from one output to the next. */
	readonly tile: WasmLoop;
}

/** What products take turns in: fresh memory costs more than the product. */
let opened: ReturnType<NonNullable<typeof MODULE>["open"]> | null = null;

/** Memory with anything in it, good until the next call. Null where there is no WebAssembly with SIMD. */
export function openProduct(
	rowCount: number,
	weightCount: number,
	outCount: number,
): ProductMemory | null {
	if (MODULE === null) return null;
	const bytes = (rowCount + weightCount + outCount) * 4;
	if (opened === null || opened.buffer.byteLength < bytes)
		opened = MODULE.open(bytes);
	const { buffer, loops } = opened;
	return {
		rows: new Float32Array(buffer, 0, rowCount),
		weights: new Float32Array(buffer, rowCount * 4, weightCount),
		out: new Float32Array(buffer, (rowCount + weightCount) * 4, outCount),
		tile: loops.tile,
	};
}
