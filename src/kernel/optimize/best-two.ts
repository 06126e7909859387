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
	maximum,
	minimum,
	multiply,
	set,
	store,
	subtractI32,
	V128,
	type WasmFunction,
	type WasmLoop,
	type WasmModule,
	whileLoop,
} from "../wasm/wasm-code.ts";
import {
	type DepthRows,
	matchCosts,
	type PixelBox,
	sumOverWindows,
	WORST_MATCH,
} from "./match-costs.ts";
import { matchCostsFast, matchRow } from "./match-row.ts";
import type { SmallView } from "./small-view.ts";

/** Costs of a row of depths for each pixel of a box, and the two least of several such. */
export interface CostRoom {
	/** Where costs to compare are put; changed by `keepBestTwo`. */
	readonly cost: Float32Array; // at least [rows × columns × count]
	readonly best: Float32Array; // the same
	readonly second: Float32Array; // the same
	/** Free for any use between calls. */
	readonly scratch: Float32Array; // at least [rows × columns × (count + 2)]
	/** Begins a new comparison: nothing is known yet. */
	clear(): void;
	/** `matchCosts`, into `cost`. */
	match(view: SmallView, other: SmallView, depths: DepthRows): void;
	/** Replaces `cost` by its means over windows of 3 × 3 pixels, and keeps them where they are among the two least. */
	keepBestTwo(): void;
}

/** Half side of the windows, pixels. The vectors' loops know no other. */
export const WINDOW_RADIUS = 1;
/** Floats of a vector: what loops may touch beyond the end. */
const LANES = 4;

let module: WasmModule | null | undefined;

/** Rooms that take turns in the same memory, which grows as needed. */
export type OpenCostRoom = (
	box: PixelBox,
	count: number,
	/** 1 / pixels of a window that count; 0 where the pixel itself does not. */
	perShare: Float32Array, // [rows × columns]
	/** Numbers of the largest picture to match. Default: none. */
	pictureLength?: number,
) => CostRoom;

/** Four floats at a time where there is WebAssembly with SIMD and `count` is a multiple of four; else one by one. */
export function createCostRooms(): OpenCostRoom {
	let bytes = 0;
	let memory: ReturnType<WasmModule["open"]> | undefined;
	if (module === undefined)
		module = compileWasm([sumAcross(), keepLeast(), matchRow()]);
	return (box, count, perShare, pictureLength = 0) => {
		const layout = layOut(box, count, pictureLength);
		if (layout.bytes > bytes || memory === undefined) {
			bytes = layout.bytes;
			memory = module?.open(bytes) ?? {
				buffer: new ArrayBuffer(bytes),
				loops: {},
			};
		}
		const { buffer, loops } = memory;
		const room = {
			box,
			count,
			perShare,
			...arraysIn(buffer, layout),
		};
		const { across, least, match } = loops;
		return {
			...room,
			clear() {
				room.best.fill(WORST_MATCH);
				room.second.fill(WORST_MATCH);
			},
			match: module
				? (view, other, depths) =>
						matchCostsFast(view, other, depths, room.cost, layout, match)
				: (view, other, depths) => matchCosts(view, other, depths, room.cost),
			keepBestTwo:
				module && count % LANES === 0
					? () => keepBestTwoFast(room, layout, across, least)
					: () => keepBestTwoPlainly(room),
		};
	};
}

type Room = Pick<CostRoom, "cost" | "best" | "second" | "scratch"> & {
	readonly box: PixelBox;
	readonly count: number;
	readonly perShare: Float32Array;
};

interface Layout {
	readonly volume: number; // floats
	readonly line: number; // floats of a row of pixels
	/** Places of the arrays, bytes. A line of zeros lies before the sums across, and one after. */
	readonly best: number;
	readonly second: number;
	readonly cost: number;
	readonly across: number;
	readonly perShare: number;
	readonly picture: number;
	readonly bytes: number;
}

function layOut(
	{ columns, rows }: PixelBox,
	count: number,
	pictureLength: number,
): Layout {
	const size = columns * rows;
	const volume = size * count;
	const line = columns * count;
	let bytes = count * 4 + LANES * 4; // read before the first pixel
	const take = (floats: number): number => {
		const at = bytes;
		bytes += Math.ceil(floats / LANES) * LANES * 4 + LANES * 4;
		return at;
	};
	const [best, second, cost] = [take(volume), take(volume), take(volume)];
	take(count); // read behind the last pixel
	const zeros = take(line + Math.max(volume + line, size * (count + 2)));
	const perShare = take(size);
	const picture = take(pictureLength);
	return {
		volume,
		line,
		best,
		second,
		cost,
		across: zeros + line * 4,
		perShare,
		picture,
		bytes,
	};
}

function arraysIn(
	buffer: ArrayBuffer,
	{ volume, line, best, second, cost, across, perShare }: Layout,
): Pick<CostRoom, "cost" | "best" | "second" | "scratch"> {
	const zeros = across - line * 4;
	return {
		best: new Float32Array(buffer, best, volume),
		second: new Float32Array(buffer, second, volume),
		cost: new Float32Array(buffer, cost, volume),
		scratch: new Float32Array(buffer, zeros, (perShare - zeros) / 4),
	};
}

/** The reference, and for machines without vectors. */
export function keepBestTwoPlainly({
	box,
	count,
	perShare,
	cost,
	best,
	second,
	scratch,
}: Room): void {
	sumOverWindows(cost, scratch, box, count, WINDOW_RADIUS);
	for (let n = 0; n < perShare.length; n++)
		for (let i = n * count; i < (n + 1) * count; i++) {
			const c = cost[i] * perShare[n];
			cost[i] = c;
			if (c < best[i]) {
				second[i] = best[i];
				best[i] = c;
			} else if (c < second[i]) second[i] = c;
		}
}

function keepBestTwoFast(
	{ box, count, perShare, cost, scratch }: Room,
	{ volume, line, ...at }: Layout,
	across: WasmLoop,
	least: WasmLoop,
): void {
	const { columns, rows } = box;
	// (1) Sums of three across, the first and the last pixel of each row put right after.
	across(at.cost, at.cost + volume * 4, count * 4, at.across);
	scratch.fill(0, 0, line);
	scratch.fill(0, line + volume, line + volume + line);
	for (let row = 0; row < rows; row++)
		for (const column of columns > 1 ? [0, columns - 1] : [0]) {
			const from = row * line + column * count;
			for (let i = from; i < from + count; i++)
				scratch[line + i] =
					(column > 0 ? cost[i - count] : 0) +
					cost[i] +
					(column < columns - 1 ? cost[i + count] : 0);
		}
	// (2) Of three down, by the share; and what is least.
	new Float32Array(cost.buffer, at.perShare, perShare.length).set(perShare);
	least(
		at.perShare,
		at.perShare + perShare.length * 4,
		count * 4,
		line * 4,
		at.across - line * 4,
		at.best,
		at.second - at.best,
		at.cost - at.best,
	);
}

/** out[i] = values[i − stride] + values[i] + values[i + stride] */
function sumAcross(): WasmFunction {
	const [FROM, END, STRIDE, OUT, BEFORE] = [0, 1, 2, 3, 4];
	const body: Code = [
		set(BEFORE, subtractI32(get(FROM), get(STRIDE))),
		whileLoop(isBelow(get(FROM), get(END)), [
			store(
				get(OUT),
				add(
					add(load(get(BEFORE)), load(get(FROM))),
					load(addI32(get(FROM), get(STRIDE))),
				),
			),
			step(FROM, i32(16)),
			step(BEFORE, i32(16)),
			step(OUT, i32(16)),
		]),
	];
	return {
		name: "across",
		params: [I32, I32, I32, I32],
		locals: [I32],
		body,
	};
}

/** Per pixel: three rows' sums times its share; the two least. */
function keepLeast(): WasmFunction {
	const [SHARE, END, COUNT, LINE, ABOVE] = [0, 1, 2, 3, 4];
	const [BEST, TO_SECOND, TO_COST] = [5, 6, 7];
	const [STOP, HERE, WEIGHT, SUM] = [8, 9, 10, 11];
	const body: Code = whileLoop(isBelow(get(SHARE), get(END)), [
		set(WEIGHT, loadSplat(get(SHARE))),
		set(STOP, addI32(get(BEST), get(COUNT))),
		whileLoop(isBelow(get(BEST), get(STOP)), [
			set(HERE, addI32(get(ABOVE), get(LINE))),
			set(
				SUM,
				multiply(
					add(
						add(load(get(ABOVE)), load(get(HERE))),
						load(addI32(get(HERE), get(LINE))),
					),
					get(WEIGHT),
				),
			),
			store(addI32(get(BEST), get(TO_COST)), get(SUM)),
			set(HERE, addI32(get(BEST), get(TO_SECOND))),
			store(
				get(HERE),
				minimum(load(get(HERE)), maximum(load(get(BEST)), get(SUM))),
			),
			store(get(BEST), minimum(load(get(BEST)), get(SUM))),
			step(BEST, i32(16)),
			step(ABOVE, i32(16)),
		]),
		step(SHARE, i32(4)),
	]);
	return {
		name: "least",
		params: [I32, I32, I32, I32, I32, I32, I32, I32],
		locals: [I32, I32, V128, V128],
		body,
	};
}

const step = (local: number, by: Code): Code =>
	set(local, addI32(get(local), by));
