import {
	absolute,
	add,
	addF32,
	addF64,
	addI32,
	both,
	type Code,
	divideF64,
	F32,
	F64,
	f32,
	f64,
	get,
	I32,
	i32,
	isAtLeastF64,
	isBelow,
	isLessF32,
	isLessF64,
	lane,
	load,
	multiply,
	multiplyF32,
	multiplyF64,
	multiplyI32,
	set,
	shiftLeft,
	splat,
	storeF32,
	subtract,
	subtractF64,
	toF32,
	toF64,
	truncate,
	V128,
	type WasmFunction,
	type WasmLoop,
	when,
	whileLoop,
	withLane,
} from "../wasm/wasm-code.ts";
import { type DepthRows, rowsOfRays, WORST_MATCH } from "./match-costs.ts";
import type { SmallView } from "./small-view.ts";

/** Where in the memory of the loop things are, bytes. */
export interface MatchPlaces {
	readonly cost: number;
	readonly picture: number;
}

/** `matchCosts`, the four numbers of a pixel at a time. */
export function matchCostsFast(
	view: SmallView,
	other: SmallView,
	rows: DepthRows,
	out: Float32Array, // [rows × columns × count]
	{ cost, picture }: MatchPlaces,
	matchRow: WasmLoop,
): void {
	const { colors, camera } = other;
	new Float32Array(out.buffer, picture, colors.length).set(colors);
	const { count, spacing } = rows;
	rowsOfRays(view, other.camera, rows, out, (n, end, d, line, at) => {
		const from = cost + n * count * 4;
		matchRow(
			from,
			from + end * 4,
			d,
			spacing,
			line[0],
			line[1],
			line[2],
			line[3],
			line[4],
			line[5],
			view.colors[at],
			view.colors[at + 1],
			view.colors[at + 2],
			picture,
			camera.width,
			camera.width - 1,
			camera.height - 1,
		);
	});
}

/** One pixel's costs at a row of depths. */
export function matchRow(): WasmFunction {
	const [OUT, END, D, SPACING, A, B, C, DA, DB, DC] = [
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
	];
	const [RED, GREEN, BLUE, PICTURE, WIDTH, END_U, END_V] = [
		10, 11, 12, 13, 14, 15, 16,
	];
	const [DEPTH, U, V, COLUMN, ROW, AT, COST] = [17, 18, 19, 20, 21, 22, 23];
	const [MEAN, COLOR, FU, UPPER, LOWER, OFF] = [24, 25, 26, 27, 28, 29];
	const alongRay = (start: number, slope: number): Code =>
		addF64(get(start), multiplyF64(get(slope), get(D)));
	const pixel = (start: number, slope: number): Code =>
		subtractF64(divideF64(alongRay(start, slope), get(DEPTH)), f64(0.5));
	const within = (local: number, end: number): Code =>
		both(
			isAtLeastF64(get(local), f64(0)),
			isLessF64(get(local), toF64(get(end))),
		);
	const fraction = (local: number, whole: number): Code =>
		splat(toF32(subtractF64(get(local), toF64(get(whole)))));
	const between = (a: Code, b: Code, share: Code): Code =>
		add(a, multiply(share, subtract(b, a)));
	const body: Code = [
		set(
			COLOR,
			withLane(withLane(splat(get(RED)), 1, get(GREEN)), 2, get(BLUE)),
		),
		whileLoop(isBelow(get(OUT), get(END)), [
			set(COST, f32(WORST_MATCH)),
			set(DEPTH, alongRay(C, DC)),
			set(U, pixel(A, DA)),
			set(V, pixel(B, DB)),
			when(
				both(
					isLessF64(f64(0), get(DEPTH)),
					both(within(U, END_U), within(V, END_V)),
				),
				[
					set(COLUMN, truncate(get(U))),
					set(ROW, truncate(get(V))),
					set(FU, fraction(U, COLUMN)),
					set(
						AT,
						addI32(
							get(PICTURE),
							shiftLeft(
								addI32(multiplyI32(get(ROW), get(WIDTH)), get(COLUMN)),
								4,
							),
						),
					),
					set(UPPER, between(load(get(AT)), load(get(AT), 16), get(FU))),
					set(AT, addI32(get(AT), shiftLeft(get(WIDTH), 4))),
					set(LOWER, between(load(get(AT)), load(get(AT), 16), get(FU))),
					set(
						OFF,
						absolute(
							subtract(
								between(get(UPPER), get(LOWER), fraction(V, ROW)),
								get(COLOR),
							),
						),
					),
					// Off the object the mean is NaN, and not less.
					set(MEAN, meanOf(OFF)),
					when(isLessF32(get(MEAN), f32(WORST_MATCH)), set(COST, get(MEAN))),
				],
			),
			storeF32(get(OUT), get(COST)),
			set(OUT, addI32(get(OUT), i32(4))),
			set(D, addF64(get(D), get(SPACING))),
		]),
	];
	return {
		name: "match",
		params: [
			...[I32, I32],
			...new Array<number>(8).fill(F64),
			...[F32, F32, F32],
			...[I32, I32, I32, I32],
		],
		locals: [
			...[F64, F64, F64, I32, I32, I32, F32, F32],
			...[V128, V128, V128, V128, V128],
		],
		body,
	};
}

/** Mean of the first three floats. */
function meanOf(local: number): Code {
	return multiplyF32(
		addF32(
			addF32(lane(get(local), 0), lane(get(local), 1)),
			lane(get(local), 2),
		),
		f32(1 / 3),
	);
}
