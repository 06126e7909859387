import { basename, dirname } from "node:path";
import { LunarError } from "../../core/errors.ts";
import type {
	Checkpoint,
	TensorEntry,
} from "../../formats/checkpoint/checkpoint.ts";
import {
	type OnnxAttribute,
	type OnnxInitializer,
	type OnnxNode,
	type OnnxValueInfo,
	writeOnnx,
} from "../../formats/onnx/write-onnx.ts";
import type { AttentionForm, OnnxModel } from "../runtime.ts";

/** A tensor between two operators. Shapes are known while building, so mistakes show before anything runs. */
export interface Value {
	readonly name: string;
	readonly dtype: "f32" | "f16" | "bf16" | "i64" | "i32" | "i8" | "u8";
	readonly shape: readonly number[];
}

export interface NodeOptions {
	readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
	readonly domain?: string;
	readonly dtype?: Value["dtype"];
}

/** A network under construction. `at` names the place in the network: `backbone.blocks.3.attn1.to_q`. */
export interface Graph {
	readonly attention: AttentionForm;
	input(name: string, shape: readonly number[]): Value;
	/** Numbers that become part of the model. */
	constant(
		at: string,
		data: Float32Array | BigInt64Array,
		shape: readonly number[],
	): Value;
	/** Numbers that stay in the checkpoint; `from` and `to` take a range of the first axis. */
	stored(
		at: string,
		checkpoint: Checkpoint,
		entry: TensorEntry,
		from?: number,
		to?: number,
	): Value;
	/** Adds an operator with one output. `null` leaves an optional input out. */
	node(
		at: string,
		operator: string,
		inputs: readonly (Value | null)[],
		shape: readonly number[],
		options?: NodeOptions,
	): Value;
	output(name: string, value: Value): void;
	finish(): OnnxModel;
}

export function createGraph(name: string, attention: AttentionForm): Graph {
	const inputs: OnnxValueInfo[] = [];
	const outputs: OnnxValueInfo[] = [];
	const nodes: OnnxNode[] = [];
	const initializers = new Map<string, OnnxInitializer>();
	const uses = new Map<string, number>();
	let file: string | undefined;

	const uniqueName = (base: string): string => {
		const count = uses.get(base) ?? 0;
		uses.set(base, count + 1);
		return count === 0 ? base : `${base}#${count + 1}`;
	};

	const graph: Graph = {
		attention,
		input(inputName, shape) {
			inputs.push({ name: inputName, dtype: "f32", shape });
			return { name: inputName, dtype: "f32", shape };
		},
		constant(at, data, shape) {
			const constantName = uniqueName(at);
			const dtype = data instanceof Float32Array ? "f32" : "i64";
			initializers.set(constantName, {
				name: constantName,
				dtype,
				shape,
				data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
			});
			return { name: constantName, dtype, shape };
		},
		stored(at, checkpoint, entry, from = 0, to = entry.shape[0] ?? 1) {
			file ??= checkpoint.file;
			if (file !== checkpoint.file)
				throw new RangeError(
					`${at}: one graph, two files: ${file} and ${checkpoint.file}`,
				);
			const { dtype } = entry;
			if (!entry.contiguous)
				throw misfit(at, "is stored transposed; it must lie row by row");
			if (dtype === "f64" || dtype === "i16" || dtype === "bool")
				throw misfit(
					at,
					`holds ${dtype} numbers, which no operator here takes`,
				);
			const rows = entry.shape[0] ?? 1;
			const rowBytes = entry.byteLength / Math.max(1, rows);
			const shape =
				entry.shape.length === 0 ? [] : [to - from, ...entry.shape.slice(1)];
			const whole = from === 0 && to === rows;
			const storedName = whole ? entry.name : `${entry.name}[${from}:${to}]`;
			initializers.set(storedName, {
				name: storedName,
				dtype,
				shape,
				data: {
					location: basename(file),
					offset: entry.offset + from * rowBytes,
					byteLength: (to - from) * rowBytes,
				},
			});
			return { name: storedName, dtype, shape };
		},
		node(at, operator, nodeInputs, shape, options = {}) {
			const nodeName = uniqueName(`${at}/${operator}`);
			nodes.push({
				name: nodeName,
				operator,
				domain: options.domain,
				inputs: nodeInputs.map((input) => input?.name ?? ""),
				outputs: [nodeName],
				attributes: options.attributes,
			});
			return { name: nodeName, dtype: options.dtype ?? "f32", shape };
		},
		output(outputName, value) {
			nodes.push({
				name: `${outputName}/output`,
				operator: "Identity",
				inputs: [value.name],
				outputs: [outputName],
			});
			outputs.push({
				name: outputName,
				dtype: value.dtype,
				shape: value.shape,
			});
		},
		finish() {
			return {
				onnx: writeOnnx({
					name,
					inputs,
					outputs,
					nodes,
					initializers: [...initializers.values()],
				}),
				...(file === undefined ? {} : { weightsFolder: dirname(file) }),
			};
		},
	};
	return graph;
}

/** The file does not hold what the network needs there. */
export function misfit(at: string, message: string): LunarError {
	return new LunarError("CHECKPOINT_MISMATCH", `${at} ${message}`);
}

/** Checks the shape a value must have; -1 stands for any size. */
export function expectShape(
	at: string,
	value: Value,
	shape: readonly number[],
): void {
	if (
		value.shape.length !== shape.length ||
		shape.some((size, axis) => size !== -1 && size !== value.shape[axis])
	)
		throw misfit(
			at,
			`is of shape ${shapeText(value.shape)}, expected ${shapeText(shape)}`,
		);
}

export function shapeText(shape: readonly number[]): string {
	return `[${shape.map((size) => (size === -1 ? "any" : size)).join(" × ")}]`;
}
