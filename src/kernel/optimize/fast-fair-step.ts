import type { VertexNeighbours } from "../mesh/adjacency.ts";
import {
	add,
	addDoubles,
	addI32,
	type Code,
	compileWasm,
	F32,
	F64,
	get,
	I32,
	i32,
	isBelow,
	load,
	loadI32,
	loadSplat,
	multiply,
	set,
	splat,
	store,
	subtract,
	sumDoubles,
	toDoubles,
	upperHalf,
	V128,
	type WasmFunction,
	whileLoop,
	zeros,
} from "../wasm/wasm-code.ts";
import {
	applyPlate,
	bentBy,
	createFairSolver,
	type FairStepOptions,
	fairStep,
} from "./fair-step.ts";
import type { PlaneTerms } from "./plane-terms.ts";

/** `fairStep` on one mesh, whose neighbours and weights are known beforehand. */
export type FairStepper = (
	positions: Float64Array, // [vertexCount × 3]
	terms: PlaneTerms,
	options: FairStepOptions,
) => void;

/**
 * `fairStep` in floats, four at a time: several times faster, and as exact as a step among many needs (sums are
 * doubles, and so is the slope that it starts from). Where there is no WebAssembly with SIMD, `fairStep` itself.
 */
export function createFairStepper(
	graph: VertexNeighbours,
	plateWeight?: Float64Array, // [vertexCount]
): FairStepper {
	const plain = createFairSolver(graph, plateWeight);
	compiled ??= compileWasm([bend(), multiplyMatrix(), advance(), turn()]);
	if (!compiled)
		return (positions, terms, options) =>
			fairStep(positions, plain, terms, options);
	const vertexCount = graph.start.length - 1;
	const at = layOut(vertexCount, graph.neighbours.length);
	const { buffer, loops } = compiled.open(at.end);
	const floats = new Float32Array(buffer);
	fillGraph(new Uint32Array(buffer), graph, at);
	const slope = new Float64Array(vertexCount * 3);

	return (positions, terms, { fairness, damping, iterations, rest }) => {
		const { blocks, gradient } = terms;
		const { inverseDegree, plateWeight: share } = plain;
		const [direction, residual] = [at.direction / 4, at.residual / 4];
		const [step, inverse] = [at.step / 4, at.inverse / 4];
		const [block, plate] = [at.blocks / 4, at.plate / 4];
		// (1) Right-hand side: minus the gradient here. The matrix, and its diagonal, about.
		applyPlate(plain, bentBy(positions, rest), slope);
		floats.fill(0, step, step + vertexCount * 4);
		let rho = 0;
		for (let v = 0; v < vertexCount; v++) {
			const w = fairness * share[v];
			floats[plate + v * 4] = inverseDegree[v];
			floats[plate + v * 4 + 1] = w * inverseDegree[v];
			floats[plate + v * 4 + 2] = 1 / inverseDegree[v];
			const b = v * 6;
			const m = block + v * 12;
			floats[m] = blocks[b] + damping;
			floats[m + 1] = blocks[b + 1];
			floats[m + 2] = blocks[b + 2];
			floats[m + 4] = blocks[b + 1];
			floats[m + 5] = blocks[b + 3] + damping;
			floats[m + 6] = blocks[b + 4];
			floats[m + 8] = blocks[b + 2];
			floats[m + 9] = blocks[b + 4];
			floats[m + 10] = blocks[b + 5] + damping;
			for (let k = 0; k < 3; k++) {
				const i = v * 3 + k;
				const j = v * 4 + k;
				const r = -fairness * slope[i] - gradient[i];
				const own = 1 / (1.17 * w + floats[m + 5 * k]);
				floats[residual + j] = r;
				floats[inverse + j] = own;
				floats[direction + j] = r * own;
				rho += r * r * own;
			}
		}
		// (2) Conjugate gradients.
		const size = vertexCount * 16;
		const enough = rho * 1e-10;
		for (let n = 0; n < iterations && rho > enough; n++) {
			loops.bend(
				at.direction,
				at.shared,
				at.plate,
				at.ends,
				at.neighbours,
				size,
			);
			const curvature = loops.multiply(
				at.direction,
				at.shared,
				at.plate,
				at.ends,
				at.neighbours,
				at.blocks,
				at.product,
				size,
			);
			if (!(curvature > 0)) break;
			const next = loops.advance(
				at.direction,
				at.product,
				at.residual,
				at.inverse,
				at.step,
				rho / curvature,
				size,
			);
			loops.turn(at.direction, at.residual, at.inverse, next / rho, size);
			rho = next;
		}
		for (let v = 0; v < vertexCount; v++)
			for (let k = 0; k < 3; k++)
				positions[v * 3 + k] += floats[step + v * 4 + k];
	};
}

let compiled: ReturnType<typeof compileWasm> | undefined;

/** Where each array begins, bytes. */
interface Layout {
	readonly direction: number; // [vertexCount × 4] and so on: three floats and one to spare
	readonly shared: number;
	readonly product: number;
	readonly residual: number;
	readonly inverse: number;
	readonly step: number;
	readonly plate: number; // [vertexCount × 4] 1 / degree, weight / degree, degree
	readonly blocks: number; // [vertexCount × 3 × 4] rows
	readonly ends: number; // [vertexCount] where each vertex's neighbours end, bytes
	readonly neighbours: number; // [edgeCount × 2] bytes into the vectors
	readonly end: number;
}

function layOut(vertexCount: number, neighbourCount: number): Layout {
	const vector = vertexCount * 16;
	const ends = vector * 10;
	const neighbours = ends + vertexCount * 4;
	return {
		direction: 0,
		shared: vector,
		product: vector * 2,
		residual: vector * 3,
		inverse: vector * 4,
		step: vector * 5,
		plate: vector * 6,
		blocks: vector * 7,
		ends,
		neighbours,
		end: neighbours + neighbourCount * 4,
	};
}

function fillGraph(
	words: Uint32Array,
	{ start, neighbours }: VertexNeighbours,
	at: Layout,
): void {
	for (let v = 0; v + 1 < start.length; v++)
		words[at.ends / 4 + v] = at.neighbours + start[v + 1] * 4;
	for (let k = 0; k < neighbours.length; k++)
		words[at.neighbours / 4 + k] = neighbours[k] * 16;
}

/** shared = W D⁻¹ L direction. */
function bend(): WasmFunction {
	const [direction, shared, plate, ends, neighbour, size] = [0, 1, 2, 3, 4, 5];
	const [i, to, sum] = [6, 7, 8];
	return {
		name: "bend",
		params: [I32, I32, I32, I32, I32, I32],
		locals: [I32, I32, V128],
		body: whileLoop(isBelow(get(i), get(size)), [
			sumRing(sum, direction, ends, neighbour, to),
			store(
				addI32(get(shared), get(i)),
				multiply(
					subtract(
						multiply(get(sum), loadSplat(addI32(get(plate), get(i)))),
						load(addI32(get(direction), get(i))),
					),
					loadSplat(addI32(get(plate), get(i)), 4),
				),
			),
			set(ends, addI32(get(ends), i32(4))),
			set(i, addI32(get(i), i32(16))),
		]),
	};
}

/** product = (Lᵀ W L + blocks) direction; its dot product with the direction. */
function multiplyMatrix(): WasmFunction {
	const [direction, shared, plate, ends, neighbour] = [0, 1, 2, 3, 4];
	const [block, product, size] = [5, 6, 7];
	const [i, to, sum, low, high] = [8, 9, 10, 11, 12];
	const row = (k: number) =>
		multiply(
			load(get(block), 16 * k),
			loadSplat(addI32(get(direction), get(i)), 4 * k),
		);
	return {
		name: "multiply",
		params: [I32, I32, I32, I32, I32, I32, I32, I32],
		locals: [I32, I32, V128, V128, V128],
		result: F64,
		body: [
			whileLoop(isBelow(get(i), get(size)), [
				sumRing(sum, shared, ends, neighbour, to),
				set(
					sum,
					add(
						subtract(
							get(sum),
							multiply(
								load(addI32(get(shared), get(i))),
								loadSplat(addI32(get(plate), get(i)), 8),
							),
						),
						add(row(0), add(row(1), row(2))),
					),
				),
				store(addI32(get(product), get(i)), get(sum)),
				set(sum, multiply(get(sum), load(addI32(get(direction), get(i))))),
				set(low, addDoubles(get(low), toDoubles(get(sum)))),
				set(high, addDoubles(get(high), toDoubles(upperHalf(get(sum))))),
				set(ends, addI32(get(ends), i32(4))),
				set(block, addI32(get(block), i32(48))),
				set(i, addI32(get(i), i32(16))),
			]),
			set(low, addDoubles(get(low), get(high))),
			sumDoubles(low),
		],
	};
}

/** step += alpha · direction, residual −= alpha · product; the preconditioned residual's square. */
function advance(): WasmFunction {
	const [direction, product, residual, inverse, step] = [0, 1, 2, 3, 4];
	const [alpha, size] = [5, 6];
	const [i, by, rest, low, high] = [7, 8, 9, 10, 11];
	return {
		name: "advance",
		params: [I32, I32, I32, I32, I32, F32, I32],
		locals: [I32, V128, V128, V128, V128],
		result: F64,
		body: [
			set(by, splat(get(alpha))),
			whileLoop(isBelow(get(i), get(size)), [
				store(
					addI32(get(step), get(i)),
					add(
						load(addI32(get(step), get(i))),
						multiply(load(addI32(get(direction), get(i))), get(by)),
					),
				),
				set(
					rest,
					subtract(
						load(addI32(get(residual), get(i))),
						multiply(load(addI32(get(product), get(i))), get(by)),
					),
				),
				store(addI32(get(residual), get(i)), get(rest)),
				set(
					rest,
					multiply(
						multiply(get(rest), load(addI32(get(inverse), get(i)))),
						get(rest),
					),
				),
				set(low, addDoubles(get(low), toDoubles(get(rest)))),
				set(high, addDoubles(get(high), toDoubles(upperHalf(get(rest))))),
				set(i, addI32(get(i), i32(16))),
			]),
			set(low, addDoubles(get(low), get(high))),
			sumDoubles(low),
		],
	};
}

/** direction = preconditioned residual + beta · direction. */
function turn(): WasmFunction {
	const [direction, residual, inverse, beta, size] = [0, 1, 2, 3, 4];
	const [i, by] = [5, 6];
	return {
		name: "turn",
		params: [I32, I32, I32, F32, I32],
		locals: [I32, V128],
		body: [
			set(by, splat(get(beta))),
			whileLoop(isBelow(get(i), get(size)), [
				store(
					addI32(get(direction), get(i)),
					add(
						multiply(
							load(addI32(get(residual), get(i))),
							load(addI32(get(inverse), get(i))),
						),
						multiply(load(addI32(get(direction), get(i))), get(by)),
					),
				),
				set(i, addI32(get(i), i32(16))),
			]),
		],
	};
}

/** `sum` = Σ of a vector over the neighbours of one vertex; moves on to the next one's. */
function sumRing(
	sum: number,
	vector: number,
	ends: number,
	neighbour: number,
	to: number,
): Code {
	return [
		set(sum, zeros),
		set(to, loadI32(get(ends))),
		whileLoop(isBelow(get(neighbour), get(to)), [
			set(
				sum,
				add(get(sum), load(addI32(get(vector), loadI32(get(neighbour))))),
			),
			set(neighbour, addI32(get(neighbour), i32(4))),
		]),
	];
}
