import type {
	Checkpoint,
	TensorEntry,
} from "../../formats/checkpoint/checkpoint.ts";
import { ONNX_DTYPES } from "../../formats/onnx/write-onnx.ts";
import { expectShape, type Graph, misfit, type Value } from "./graph.ts";

/** The weights of one part of a network, by the names of the official file. */
export interface Weights {
	/** Full name of the part: `backbone.transformer_blocks.3`. */
	readonly path: string;
	/** The weights of a part of this part. */
	at(part: string): Weights;
	has(name: string): boolean;
	/** Shape of a weight without using it. */
	shapeOf(name: string): readonly number[];
	/** A weight as 32-bit floats; -1 in `shape` stands for any size. */
	get(name: string, shape: readonly number[]): Value;
	/** Rows `from` to `to` of a weight: one tensor may hold two layers. */
	rows(name: string, from: number, to: number): Value;
	/** A weight as it is stored, for 8-bit products. */
	raw(name: string): Value;
	/** Names of the parts directly below, without repeats: `0`, `1`, … */
	parts(): string[];
}

/** Weights of a checkpoint, whole or below a prefix. */
export function weightsOf(
	graph: Graph,
	checkpoint: Checkpoint,
	path = "",
): Weights {
	const nameOf = (name: string): string =>
		path === "" ? name : `${path}.${name}`;
	const entryOf = (name: string): TensorEntry => {
		const entry = checkpoint.tensors.get(nameOf(name));
		if (entry === undefined)
			throw misfit(nameOf(name), "is missing from the weights");
		return entry;
	};
	const floats = (name: string, from?: number, to?: number): Value => {
		const stored = graph.stored(
			nameOf(name),
			checkpoint,
			entryOf(name),
			from,
			to,
		);
		if (stored.dtype === "f32") return stored;
		if (stored.dtype !== "f16" && stored.dtype !== "bf16")
			throw misfit(nameOf(name), `holds ${stored.dtype} numbers, not floats`);
		return graph.node(nameOf(name), "Cast", [stored], stored.shape, {
			attributes: { to: { int: ONNX_DTYPES.f32 } },
		});
	};
	return {
		path,
		at: (part) => weightsOf(graph, checkpoint, nameOf(part)),
		has: (name) => checkpoint.tensors.has(nameOf(name)),
		shapeOf: (name) => entryOf(name).shape,
		get(name, shape) {
			const value = floats(name);
			expectShape(nameOf(name), value, shape);
			return value;
		},
		rows: (name, from, to) => {
			const rowCount = entryOf(name).shape[0] ?? 0;
			if (!(from >= 0 && from < to && to <= rowCount))
				throw misfit(
					nameOf(name),
					`has ${rowCount} rows; ${from} to ${to} are needed`,
				);
			return floats(name, from, to);
		},
		raw: (name) => graph.stored(nameOf(name), checkpoint, entryOf(name)),
		parts() {
			const prefix = path === "" ? "" : `${path}.`;
			const found = new Set<string>();
			for (const name of checkpoint.tensors.keys())
				if (name.startsWith(prefix))
					found.add(name.slice(prefix.length).split(".")[0]);
			return [...found];
		},
	};
}
