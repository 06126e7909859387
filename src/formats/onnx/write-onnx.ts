import { ProtobufWriter } from "./protobuf-writer.ts";

/** Number types by the names of this project; the values are those of TensorProto.DataType. */
export const ONNX_DTYPES = {
	f32: 1,
	u8: 2,
	i8: 3,
	i16: 5,
	i32: 6,
	i64: 7,
	bool: 9,
	f16: 10,
	f64: 11,
	bf16: 16,
} as const;

export type OnnxDtype = keyof typeof ONNX_DTYPES;

export interface OnnxValueInfo {
	readonly name: string;
	readonly dtype: OnnxDtype;
	readonly shape: readonly number[];
}

export type OnnxAttribute =
	| { readonly int: number }
	| { readonly float: number }
	| { readonly ints: readonly number[] };

export interface OnnxNode {
	readonly name: string;
	readonly operator: string;
	/** Default: the standard operators. */
	readonly domain?: string;
	/** An empty name leaves an optional input out. */
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxInitializer {
	readonly name: string;
	readonly dtype: OnnxDtype;
	readonly shape: readonly number[];
	/** Little-endian bytes in the model, or a place in a file beside it. */
	readonly data:
		| Uint8Array
		| {
				readonly location: string;
				readonly offset: number;
				readonly byteLength: number;
		  };
}

export interface OnnxGraph {
	readonly name: string;
	readonly inputs: readonly OnnxValueInfo[];
	readonly outputs: readonly OnnxValueInfo[];
	readonly nodes: readonly OnnxNode[];
	readonly initializers: readonly OnnxInitializer[];
}

const IR_VERSION = 10;
/** Gelu is an operator since 20. */
const OPSET = 20;
const EXTERNAL = 1;
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const;

/** Writes a graph as an ONNX file (onnx.proto of ONNX 1.16). */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
	const model = new ProtobufWriter();
	model.integer(1, IR_VERSION);
	model.text(2, "lunar-nova");
	model.message(7, (out) => {
		for (const node of graph.nodes) out.message(1, (m) => writeNode(m, node));
		out.text(2, graph.name);
		for (const initializer of graph.initializers)
			out.message(5, (m) => writeInitializer(m, initializer));
		for (const value of graph.inputs)
			out.message(11, (m) => writeValue(m, value));
		for (const value of graph.outputs)
			out.message(12, (m) => writeValue(m, value));
	});
	model.message(8, (opset) => opset.integer(2, OPSET));
	model.message(8, (opset) => {
		opset.text(1, "com.microsoft");
		opset.integer(2, 1);
	});
	return model.finish();
}

function writeNode(out: ProtobufWriter, node: OnnxNode): void {
	for (const name of node.inputs) out.text(1, name);
	for (const name of node.outputs) out.text(2, name);
	out.text(3, node.name);
	out.text(4, node.operator);
	for (const [name, value] of Object.entries(node.attributes ?? {}))
		out.message(5, (attribute) => {
			attribute.text(1, name);
			if ("float" in value) {
				attribute.float(2, value.float);
				attribute.integer(20, ATTRIBUTE_TYPES.float);
			} else if ("int" in value) {
				attribute.integer(3, value.int);
				attribute.integer(20, ATTRIBUTE_TYPES.int);
			} else {
				for (const int of value.ints) attribute.integer(8, int);
				attribute.integer(20, ATTRIBUTE_TYPES.ints);
			}
		});
	if (node.domain !== undefined) out.text(7, node.domain);
}

function writeInitializer(
	out: ProtobufWriter,
	{ name, dtype, shape, data }: OnnxInitializer,
): void {
	for (const size of shape) out.integer(1, size);
	out.integer(2, ONNX_DTYPES[dtype]);
	out.text(8, name);
	if (data instanceof Uint8Array) {
		out.bytes(9, data);
		return;
	}
	for (const [key, value] of [
		["location", data.location],
		["offset", String(data.offset)],
		["length", String(data.byteLength)],
	])
		out.message(13, (entry) => {
			entry.text(1, key);
			entry.text(2, value);
		});
	out.integer(14, EXTERNAL);
}

function writeValue(out: ProtobufWriter, value: OnnxValueInfo): void {
	out.text(1, value.name);
	out.message(2, (type) =>
		type.message(1, (tensor) => {
			tensor.integer(1, ONNX_DTYPES[value.dtype]);
			tensor.message(2, (shape) => {
				for (const size of value.shape)
					shape.message(1, (dimension) => dimension.integer(1, size));
			});
		}),
	);
}
