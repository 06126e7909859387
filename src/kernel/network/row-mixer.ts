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
	loadI32,
	loadSplat,
	multiply,
	set,
	store,
	V128,
	type WasmLoop,
	type WasmModule,
	whileLoop,
	zeros,
} from "../wasm/wasm-code.ts";

/** A table of rows of floats, and weighted sums of some of them: samples of features on a grid. */
export interface RowMixer {
	readonly width: number; // floats of a row, a multiple of 4
	readonly rows: Float32Array; // [rowCount × width]
	/** What is to be summed: row and weight of each term, sum after sum. */
	readonly terms: {
		readonly row: Uint32Array; // [2 × termCount] the even places; places, not numbers of rows: see `setTerm`
		readonly weight: Float32Array; // [2 × termCount] the odd places, same memory
	};
	/** Writes `count` sums of `each` terms into the rows from `firstOut` on; they may not be among the rows summed. */
	mix(count: number, each: number, firstOut: number): void;
}

/** Notes that term `n` is `weight` times row `row`. */
export function setTerm(
	{ terms, width }: RowMixer,
	n: number,
	row: number,
	weight: number,
): void {
	terms.row[2 * n] = row * width * 4;
	terms.weight[2 * n + 1] = weight;
}

/** Vectors of four floats that are summed at once. */
const MOST_VECTORS = 8;
const modules = new Map<number, WasmModule | null>();

/** Room for a table and for the terms of one call. Where there is no WebAssembly with SIMD a plain loop mixes. */
export function createRowMixer(
	width: number,
	rowCount: number,
	termCount: number,
): RowMixer {
	if (!(width > 0 && width % 4 === 0))
		throw new RangeError(`width is ${width}, must be a multiple of 4`);
	const rowBytes = rowCount * width * 4;
	const module = moduleFor(width);
	const { buffer, loops } = module?.open(rowBytes + termCount * 8) ?? {
		buffer: new ArrayBuffer(rowBytes + termCount * 8),
		loops: undefined,
	};
	const mixer = {
		width,
		rows: new Float32Array(buffer, 0, rowCount * width),
		terms: {
			row: new Uint32Array(buffer, rowBytes, termCount * 2),
			weight: new Float32Array(buffer, rowBytes, termCount * 2),
		},
	};
	const mixAll: WasmLoop | undefined = loops?.mix;
	return {
		...mixer,
		mix(count, each, firstOut) {
			if (count * each > termCount || firstOut + count > rowCount)
				throw new RangeError(
					`${count} sums of ${each} terms from row ${firstOut}: room is for ${termCount} terms and ${rowCount} rows`,
				);
			if (mixAll)
				mixAll(
					rowBytes,
					rowBytes + count * each * 8,
					each * 8,
					firstOut * width * 4,
				);
			else mixPlain(mixer, count, each, firstOut);
		},
	};
}

/** The plain version: the reference, and for machines without vectors. */
export function mixPlain(
	{ rows, terms, width }: Omit<RowMixer, "mix">,
	count: number,
	each: number,
	firstOut: number,
): void {
	for (let n = 0; n < count; n++) {
		const out = (firstOut + n) * width;
		rows.fill(0, out, out + width);
		for (let t = n * each; t < (n + 1) * each; t++) {
			const from = terms.row[2 * t] / 4;
			const weight = terms.weight[2 * t + 1];
			for (let i = 0; i < width; i++) rows[out + i] += weight * rows[from + i];
		}
	}
}

function moduleFor(width: number): WasmModule | null {
	let module = modules.get(width);
	if (module === undefined) {
		module = compileWasm([mixLoop(width)]);
		modules.set(width, module);
	}
	return module;
}

function mixLoop(width: number): Parameters<typeof compileWasm>[0][number] {
	let vectors = MOST_VECTORS;
	while ((width / 4) % vectors !== 0) vectors--;
	const [TERM, END, SUM_BYTES, OUT] = [0, 1, 2, 3];
	const [COLUMN, AT, SUM_END, ROW] = [4, 5, 6, 7];
	const WEIGHT = 8;
	const SUM = 9;
	const each = Array.from({ length: vectors }, (_, v) => v);
	const body: Code = whileLoop(isBelow(get(TERM), get(END)), [
		set(SUM_END, addI32(get(TERM), get(SUM_BYTES))),
		set(COLUMN, i32(0)),
		whileLoop(isBelow(get(COLUMN), i32(width * 4)), [
			each.map((v) => set(SUM + v, zeros)),
			set(AT, get(TERM)),
			whileLoop(isBelow(get(AT), get(SUM_END)), [
				set(ROW, addI32(loadI32(get(AT)), get(COLUMN))),
				set(WEIGHT, loadSplat(get(AT), 4)),
				each.map((v) =>
					set(
						SUM + v,
						add(get(SUM + v), multiply(load(get(ROW), 16 * v), get(WEIGHT))),
					),
				),
				set(AT, addI32(get(AT), i32(8))),
			]),
			each.map((v) =>
				store(addI32(addI32(get(OUT), get(COLUMN)), i32(16 * v)), get(SUM + v)),
			),
			set(COLUMN, addI32(get(COLUMN), i32(16 * vectors))),
		]),
		set(TERM, get(SUM_END)),
		set(OUT, addI32(get(OUT), i32(width * 4))),
	]);
	return {
		name: "mix",
		params: [I32, I32, I32, I32],
		locals: [I32, I32, I32, I32, V128, ...each.map(() => V128)],
		body,
	};
}
