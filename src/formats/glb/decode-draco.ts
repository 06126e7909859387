import { LunarError } from "../../core/errors.ts";
import { corrupt, type ModelBudget } from "../model.ts";

/** Vertex data out of a Draco stream: each attribute as numbers, quantisation undone. */
export interface DracoMesh {
	readonly vertexCount: number;
	readonly indices: Uint32Array; // [triangleCount × 3]
	readonly attributes: ReadonlyMap<number, DracoAttribute>;
}

export interface DracoAttribute {
	readonly components: number;
	readonly values: Float32Array; // [vertexCount × components]
}

// The part of draco3dgltf's decoder that we call.
interface DracoModule {
	readonly DT_FLOAT32: number;
	readonly TRIANGULAR_MESH: number;
	readonly HEAPU8: Uint8Array;
	readonly HEAPF32: Float32Array;
	_malloc(byteCount: number): number;
	_free(address: number): void;
	destroy(object: unknown): void;
	readonly Decoder: new () => DracoDecoder;
	readonly DecoderBuffer: new () => {
		Init(bytes: Int8Array, length: number): void;
	};
	readonly Mesh: new () => DracoGeometry;
}
interface DracoGeometry {
	num_faces(): number;
	num_points(): number;
}
interface DracoDecoder {
	GetEncodedGeometryType(buffer: unknown): number;
	DecodeBufferToMesh(
		buffer: unknown,
		mesh: DracoGeometry,
	): { ok(): boolean; error_msg(): string };
	GetAttributeByUniqueId(
		mesh: DracoGeometry,
		id: number,
	): { ptr: number; num_components(): number };
	GetTrianglesUInt32Array(
		mesh: DracoGeometry,
		byteCount: number,
		address: number,
	): boolean;
	GetAttributeDataArrayForAllPoints(
		mesh: DracoGeometry,
		attribute: unknown,
		dataType: number,
		byteCount: number,
		address: number,
	): boolean;
}

let loading: Promise<DracoModule> | undefined;

/** Decodes one Draco mesh and the attributes with these ids (KHR_draco_mesh_compression). */
export async function decodeDraco(
	bytes: Uint8Array,
	attributeIds: Iterable<number>,
	budget: ModelBudget,
): Promise<DracoMesh> {
	loading ??= loadDecoder();
	const draco = await loading;
	try {
		return decode(draco, bytes, attributeIds, budget);
	} catch (error) {
		if (error instanceof LunarError) throw error;
		loading = undefined; // a decoder that trapped is not used again
		throw corrupt("the Draco data is damaged", error);
	}
}

// Draco is large and rare: it is loaded with the first file that needs it.
async function loadDecoder(): Promise<DracoModule> {
	const { default: createDecoder } = await import(
		"draco3dgltf/draco_decoder_gltf_nodejs.js"
	);
	return createDecoder({});
}

function decode(
	draco: DracoModule,
	bytes: Uint8Array,
	attributeIds: Iterable<number>,
	budget: ModelBudget,
): DracoMesh {
	const decoder = new draco.Decoder();
	const buffer = new draco.DecoderBuffer();
	const mesh = new draco.Mesh();
	try {
		buffer.Init(
			new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
			bytes.length,
		);
		if (decoder.GetEncodedGeometryType(buffer) !== draco.TRIANGULAR_MESH)
			throw corrupt("the Draco data is not a triangle mesh");
		const status = decoder.DecodeBufferToMesh(buffer, mesh);
		if (!status.ok())
			throw corrupt(`the Draco data is damaged: ${status.error_msg()}`);

		const triangleCount = mesh.num_faces();
		const vertexCount = mesh.num_points();
		budget.takeTriangles(triangleCount);
		budget.takeVertices(vertexCount);
		const copyOut = (
			byteCount: number,
			fill: (address: number) => boolean,
		): Uint8Array => {
			const address = draco._malloc(byteCount);
			try {
				if (!fill(address)) throw corrupt("the Draco data is damaged");
				return draco.HEAPU8.slice(address, address + byteCount);
			} finally {
				draco._free(address);
			}
		};
		const indexBytes = triangleCount * 12;
		const indices = new Uint32Array(
			copyOut(indexBytes, (address) =>
				decoder.GetTrianglesUInt32Array(mesh, indexBytes, address),
			).buffer,
		);
		const attributes = new Map<number, DracoAttribute>();
		for (const id of attributeIds) {
			const attribute = decoder.GetAttributeByUniqueId(mesh, id);
			if (attribute.ptr === 0)
				throw corrupt(`the Draco data has no attribute ${id}`);
			const components = attribute.num_components();
			const byteCount = vertexCount * components * 4;
			const copied = copyOut(byteCount, (address) =>
				decoder.GetAttributeDataArrayForAllPoints(
					mesh,
					attribute,
					draco.DT_FLOAT32,
					byteCount,
					address,
				),
			);
			attributes.set(id, {
				components,
				values: new Float32Array(copied.buffer),
			});
		}
		return { vertexCount, indices, attributes };
	} finally {
		draco.destroy(mesh);
		draco.destroy(buffer);
		draco.destroy(decoder);
	}
}
