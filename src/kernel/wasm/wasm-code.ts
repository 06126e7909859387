/**
 * Just enough of an assembler to write a few loops over vectors of four floats (WebAssembly with fixed-width SIMD,
 * W3C, "WebAssembly Core Specification 2.0", 2022). Code is a nested list of bytes.
 */
export type Code = number | readonly Code[];

export const I32 = 0x7f;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

/** A function of a module that works on one memory, which is handed in as `env.memory`. */
export interface WasmFunction {
	readonly name: string;
	readonly params: readonly number[];
	/** Types of the locals after the parameters. */
	readonly locals: readonly number[];
	readonly result?: number;
	readonly body: Code;
}

export const get = (local: number): Code => [0x20, leb(local)];
export const set = (local: number, value: Code): Code => [
	value,
	0x21,
	leb(local),
];
export const i32 = (value: number): Code => [0x41, signedLeb(value)];
export const addI32 = (a: Code, b: Code): Code => [a, b, 0x6a];
export const subtractI32 = (a: Code, b: Code): Code => [a, b, 0x6b];
export const isBelow = (a: Code, b: Code): Code => [a, b, 0x49]; // unsigned
export const multiplyI32 = (a: Code, b: Code): Code => [a, b, 0x6c];
export const shiftLeft = (a: Code, bits: number): Code => [a, i32(bits), 0x74];
/** Both of two conditions. */
export const both = (a: Code, b: Code): Code => [a, b, 0x71];
export const loadI32 = (at: Code): Code => [at, 0x28, 2, 0];

/** While the condition holds. */
export const whileLoop = (condition: Code, body: Code): Code => [
	[0x02, 0x40, 0x03, 0x40],
	[condition, 0x45, 0x0d, 1],
	body,
	[0x0c, 0, 0x0b, 0x0b],
];

/** Only where the condition holds. */
export const when = (condition: Code, body: Code): Code => [
	condition,
	[0x04, 0x40],
	body,
	0x0b,
];

export const f32 = (value: number): Code => [
	0x43,
	...new Uint8Array(Float32Array.of(value).buffer),
];
export const f64 = (value: number): Code => [
	0x44,
	...new Uint8Array(Float64Array.of(value).buffer),
];
export const addF32 = (a: Code, b: Code): Code => [a, b, 0x92];
export const multiplyF32 = (a: Code, b: Code): Code => [a, b, 0x94];
export const isLessF32 = (a: Code, b: Code): Code => [a, b, 0x5d];
export const storeF32 = (at: Code, value: Code): Code => [
	at,
	value,
	[0x38, 2, 0],
];
export const addF64 = (a: Code, b: Code): Code => [a, b, 0xa0];
export const subtractF64 = (a: Code, b: Code): Code => [a, b, 0xa1];
export const multiplyF64 = (a: Code, b: Code): Code => [a, b, 0xa2];
export const divideF64 = (a: Code, b: Code): Code => [a, b, 0xa3];
export const isLessF64 = (a: Code, b: Code): Code => [a, b, 0x63];
export const isAtLeastF64 = (a: Code, b: Code): Code => [a, b, 0x66];
/** A double without what is behind the point, as an integer; the nearest there is. */
export const truncate = (value: Code): Code => [value, [0xfc, 2]];
export const toF64 = (value: Code): Code => [value, 0xb7];
export const toF32 = (value: Code): Code => [value, 0xb6];

export const load = (at: Code, offset = 0): Code => [
	at,
	simd(0x00),
	4,
	leb(offset),
];
/** One float in all four places. */
export const loadSplat = (at: Code, offset = 0): Code => [
	at,
	simd(0x09),
	2,
	leb(offset),
];
export const store = (at: Code, value: Code): Code => [
	at,
	value,
	simd(0x0b),
	4,
	0,
];
export const zeros: Code = [simd(0x0c), new Array<number>(16).fill(0)];
export const splat = (value: Code): Code => [value, simd(0x13)];
export const add = (a: Code, b: Code): Code => [a, b, simd(0xe4)];
export const subtract = (a: Code, b: Code): Code => [a, b, simd(0xe5)];
export const multiply = (a: Code, b: Code): Code => [a, b, simd(0xe6)];
export const minimum = (a: Code, b: Code): Code => [a, b, simd(0xe8)];
export const maximum = (a: Code, b: Code): Code => [a, b, simd(0xe9)];
export const absolute = (a: Code): Code => [a, simd(0xe0)];
/** One of the four floats. */
export const lane = (value: Code, place: number): Code => [
	value,
	simd(0x1f),
	place,
];
export const withLane = (value: Code, place: number, float: Code): Code => [
	value,
	float,
	simd(0x20),
	place,
];
/** The first two floats as doubles. */
export const toDoubles = (value: Code): Code => [value, simd(0x5f)];
export const addDoubles = (a: Code, b: Code): Code => [a, b, simd(0xf0)];
/** The last two floats in the first two places. */
export const upperHalf = (value: Code): Code => [
	value,
	zeros,
	simd(0x0d),
	[8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15],
];
/** Sum of two doubles. */
export const sumDoubles = (local: number): Code => [
	[get(local), simd(0x21), 0],
	[get(local), simd(0x21), 1],
	0xa0,
];

/** What is used of the global object of that name, which the language's own types leave to browsers and Node. */
interface WebAssemblyGlobal {
	readonly Memory: new (descriptor: {
		readonly initial: number;
	}) => { readonly buffer: ArrayBuffer };
	readonly Module: new (bytes: Uint8Array) => object;
	readonly Instance: new (
		module: object,
		imports: object,
	) => { readonly exports: Readonly<Record<string, WasmLoop>> };
	validate(bytes: Uint8Array): boolean;
}

export type WasmLoop = (...args: number[]) => number;

/** A module that can be given a memory, any number of times. */
export interface WasmModule {
	open(sizeBytes: number): {
		readonly buffer: ArrayBuffer;
		readonly loops: Readonly<Record<string, WasmLoop>>;
	};
}

/** Bytes of a page of memory. */
const PAGE = 65_536;

/** Null where there is no WebAssembly with SIMD. */
export function compileWasm(
	functions: readonly WasmFunction[],
): WasmModule | null {
	const { WebAssembly: wasm } = globalThis as {
		WebAssembly?: WebAssemblyGlobal;
	};
	const bytes = assemble(functions);
	if (!wasm?.validate(bytes)) return null;
	const module = new wasm.Module(bytes);
	return {
		open(sizeBytes) {
			const initial = Math.max(1, Math.ceil(sizeBytes / PAGE));
			const memory = new wasm.Memory({ initial });
			const { exports } = new wasm.Instance(module, { env: { memory } });
			return { buffer: memory.buffer, loops: exports };
		},
	};
}

/** The bytes of a module that exports the functions. */
function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
	const types = functions.map(({ params, result }) => [
		0x60,
		vector(params),
		vector(result === undefined ? [] : [result]),
	]);
	const memory = [text("env"), text("memory"), 0x02, 0x00, 0x01];
	const exports = functions.map(({ name }, n) => [text(name), 0x00, leb(n)]);
	const bodies = functions.map(({ locals, body }) =>
		sized([vector(locals.map((type) => [1, type])), body, 0x0b]),
	);
	return Uint8Array.from(
		flat([
			[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
			[0x01, sized(vector(types))],
			[0x02, sized(vector([memory]))],
			[0x03, sized(vector(functions.map((_, n) => leb(n))))],
			[0x07, sized(vector(exports))],
			[0x0a, sized(vector(bodies))],
		]),
	);
}

function simd(opcode: number): Code {
	return [0xfd, leb(opcode)];
}

function vector(items: readonly Code[]): Code {
	return [leb(items.length), items];
}

function sized(code: Code): Code {
	const bytes = flat(code);
	return [leb(bytes.length), bytes];
}

function text(name: string): Code {
	return vector(Array.from(name, (letter) => letter.charCodeAt(0)));
}

function flat(code: Code): number[] {
	return typeof code === "number" ? [code] : code.flatMap(flat);
}

function leb(value: number): number[] {
	const bytes: number[] = [];
	let rest = value;
	for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
	bytes.push(rest);
	return bytes;
}

function signedLeb(value: number): number[] {
	const bytes: number[] = [];
	let rest = value;
	for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 127) | 128);
	bytes.push(rest & 127);
	return bytes;
}
