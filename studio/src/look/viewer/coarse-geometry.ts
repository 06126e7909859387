import {
	BufferAttribute,
	BufferGeometry,
	type InterleavedBufferAttribute,
} from "three";
import { coarsenMesh } from "./coarse-mesh.ts";

/** Fewer triangles than this are drawn quickly enough as they are. */
export const COARSE_FROM = 40_000;
const COARSE_TRIANGLES = 20_000;

/** A rough twin of the geometry for a moving camera, and which triangle of the original each of its own was. */
export function coarseGeometry(geometry: BufferGeometry): {
	readonly geometry: BufferGeometry;
	readonly srcTriangles: Uint32Array;
} {
	const color = geometry.getAttribute("color");
	const uv = geometry.getAttribute("uv");
	const position = geometry.getAttribute("position");
	const coarse = coarsenMesh(
		{
			positions: floatsOf(position),
			normals: floatsOf(geometry.getAttribute("normal")),
			uvs: uv && floatsOf(uv),
			colors: color && floatsOf(color),
			colorSize: color?.itemSize === 4 ? 4 : 3,
			indices:
				geometry.index?.array ??
				Uint32Array.from({ length: position.count }, (_, i) => i),
		},
		COARSE_TRIANGLES,
	);
	const made = new BufferGeometry();
	const set = (name: string, values: Float32Array | undefined, size: number) =>
		values && made.setAttribute(name, new BufferAttribute(values, size));
	set("position", coarse.positions, 3);
	set("normal", coarse.normals, 3);
	set("uv", coarse.uvs, 2);
	set("color", coarse.colors, color?.itemSize ?? 3);
	made.setIndex(new BufferAttribute(coarse.indices, 1));
	return { geometry: made, srcTriangles: coarse.srcTriangles };
}

/** Values as the shader sees them. */
function floatsOf(
	attribute: BufferAttribute | InterleavedBufferAttribute,
): Float32Array {
	if (attribute.array instanceof Float32Array && !("data" in attribute))
		return attribute.array;
	const { count, itemSize } = attribute;
	return Float32Array.from({ length: count * itemSize }, (_, i) =>
		attribute.getComponent(Math.floor(i / itemSize), i % itemSize),
	);
}
