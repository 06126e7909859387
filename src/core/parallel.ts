import type { Checkpoint } from "./run-context.ts";

/**
 * Work that may be done in another thread. It is found there by where it is exported, so that the same declaration
 * works from source, from the build and in a browser:
 *
 * ```ts
 * export const drawTask: Task<Mesh, Camera, Image> = {
 * 	module: import.meta.url,
 * 	name: "drawTask",
 * 	open(mesh) {
 * 		const memory = createRasterMemory(); // once per thread
 * 		return (camera, checkpoint) => draw(mesh, camera, memory, checkpoint);
 * 	},
 * };
 * const pictures = await mapTask(drawTask, mesh, cameras, ctx);
 * ```
 *
 * `Shared`, `Input` and `Output` are plain records: they are copied to each thread that takes part (what lies in a
 * SharedArrayBuffer is not), and have no functions. An output depends on nothing but `shared` and its input, so it is
 * the same whichever thread made it.
 */
export interface Task<Shared, Input, Output> {
	/** `import.meta.url` of the module that exports this task. */
	readonly module: string;
	/** The name it is exported under. */
	readonly name: string;
	/** Prepares what all inputs have in common, once per thread; returns what makes one output. */
	readonly open: (
		shared: Shared,
	) => (input: Input, checkpoint: Checkpoint) => Output;
	/** Buffers of an output that nothing else in its thread refers to: they are moved, not copied. */
	readonly transfer?: (output: Output) => ArrayBuffer[];
}

/** Threads to work in. What it means to have none is `INLINE`. */
export interface Parallel {
	/** How many take part in the work, the caller's among them. */
	readonly threads: number;
	/** The other threads start on the inputs, in their order, beside whatever the caller does next. */
	begin<Shared, Input, Output>(
		task: Task<Shared, Input, Output>,
		shared: Shared,
		inputs: readonly Input[],
	): Batch<Output>;
}

/** Work that has begun. Leaving its scope stops what is left of it. */
export interface Batch<Output> extends Disposable {
	/** Outputs that are there already. */
	readonly done: number;
	/**
	 * The caller's thread joins in until nothing is left. The outputs in the order of the inputs; where some throw,
	 * the error of the first of them.
	 */
	finish(checkpoint?: Checkpoint): Promise<Output[]>;
}

/** Where to work, and whom to tell how far it is: what of a run's context work needs. */
export interface TaskContext {
	readonly parallel?: Parallel | undefined;
	readonly checkpoint?: Checkpoint | undefined;
}

/** `open(shared)(input)` for every input, on all threads of the context; without any, here and now. */
export async function mapTask<Shared, Input, Output>(
	task: Task<Shared, Input, Output>,
	shared: Shared,
	inputs: readonly Input[],
	ctx: TaskContext,
): Promise<Output[]> {
	using batch = (ctx.parallel ?? INLINE).begin(task, shared, inputs);
	return await batch.finish(ctx.checkpoint);
}

/**
 * As `mapTask`, for large inputs: `inputOf` makes them, and they are handed out, a few at a time. With hundreds of
 * pictures, copies of all of them would not fit into memory.
 */
export async function mapLarge<Shared, Input, Output>(
	task: Task<Shared, Input, Output>,
	shared: Shared,
	count: number,
	inputOf: (k: number) => Input,
	ctx: TaskContext,
): Promise<Output[]> {
	const { parallel = INLINE } = ctx;
	const outputs: Output[] = [];
	const few = Math.max(12, 4 * parallel.threads);
	for (let start = 0; start < count; start += few) {
		const length = Math.min(few, count - start);
		const inputs = Array.from({ length }, (_, k) => inputOf(start + k));
		const checkpoint: Checkpoint = (fraction) =>
			ctx.checkpoint?.((start + fraction * length) / count);
		outputs.push(
			...(await mapTask(task, shared, inputs, { parallel, checkpoint })),
		);
	}
	return outputs;
}

/** No other thread: all is done in the caller's when it asks for the outputs. */
export const INLINE: Parallel = {
	threads: 1,
	begin<Shared, Input, Output>(
		task: Task<Shared, Input, Output>,
		shared: Shared,
		inputs: readonly Input[],
	): Batch<Output> {
		const outputs: Output[] = [];
		return {
			get done() {
				return outputs.length;
			},
			async finish(checkpoint = () => {}) {
				if (inputs.length === 0) return outputs;
				const work = task.open(shared);
				while (outputs.length < inputs.length) {
					const k = outputs.length;
					checkpoint(k / inputs.length);
					outputs.push(
						work(inputs[k], (fraction) =>
							checkpoint((k + fraction) / inputs.length),
						),
					);
				}
				checkpoint(1);
				return outputs;
			},
			[Symbol.dispose]() {},
		};
	},
};

/** Zeros in memory that all threads see, where there is such memory. */
export function sharedBytes(
	byteLength: number,
): SharedArrayBuffer | ArrayBuffer {
	return typeof SharedArrayBuffer === "undefined"
		? new ArrayBuffer(byteLength)
		: new SharedArrayBuffer(byteLength);
}

/** A copy in memory that all threads see, which costs nothing to hand out; the array itself where there is no such memory. */
export function inSharedMemory<
	T extends
		| Float32Array
		| Float64Array
		| Uint32Array
		| Uint8Array
		| Uint8ClampedArray,
>(array: T): T {
	if (
		typeof SharedArrayBuffer === "undefined" ||
		array.buffer instanceof SharedArrayBuffer
	)
		return array;
	const Kind = array.constructor as new (buffer: SharedArrayBuffer) => T;
	const copy = new Kind(new SharedArrayBuffer(array.byteLength));
	copy.set(array);
	return copy;
}
