import { corrupt } from "../model.ts";
import type { GltfAccessor, GltfComponentType } from "./gltf-json.ts";
import type { GltfSource } from "./gltf-source.ts";

const COMPONENT_BYTES: Readonly<Record<GltfComponentType, number>> = {
	5120: 1,
	5121: 1,
	5122: 2,
	5123: 2,
	5125: 4,
	5126: 4,
};
/** What a normalised integer is divided by. */
const COMPONENT_MAX: Readonly<Record<GltfComponentType, number>> = {
	5120: 127,
	5121: 255,
	5122: 32767,
	5123: 65535,
	5125: 4294967295,
	5126: 1,
};
const TYPE_COMPONENTS: Readonly<Record<string, number>> = {
	SCALAR: 1,
	VEC2: 2,
	VEC3: 3,
	VEC4: 4,
};

/** An accessor of the file; throws where there is none of this number. */
export function accessorAt(source: GltfSource, index: number): GltfAccessor {
	const accessor = source.json.accessors?.[index];
	if (!accessor) throw corrupt(`the file has no accessor ${index}`);
	return accessor;
}

/** Components per element, of the accessor types that vertex data uses. */
export function componentCount(accessor: GltfAccessor): number {
	const count = TYPE_COMPONENTS[accessor.type];
	if (count === undefined)
		throw corrupt(
			`accessor type "${accessor.type.slice(0, 20)}" is not vertex data`,
		);
	return count;
}

/** All components as numbers: normalised integers divided out, sparse values put in. */
export function readFloats(
	source: GltfSource,
	accessor: GltfAccessor,
): Float32Array /* [count × components] */ {
	const components = componentCount(accessor);
	const out = new Float32Array(accessor.count * components);
	readInto(source, accessor, components, out);
	if (accessor.normalized) {
		const max = COMPONENT_MAX[accessor.componentType];
		for (let i = 0; i < out.length; i++) out[i] = Math.max(-1, out[i] / max);
	}
	return out;
}

/** Whole numbers of a scalar accessor: triangle corners. */
export function readIndices(
	source: GltfSource,
	accessor: GltfAccessor,
): Uint32Array /* [count] */ {
	const { componentType, type } = accessor;
	if (
		type !== "SCALAR" ||
		(componentType !== 5121 && componentType !== 5123 && componentType !== 5125)
	)
		throw corrupt(
			`indices of type ${type.slice(0, 20)} and component ${componentType}`,
		);
	const out = new Uint32Array(accessor.count);
	readInto(source, accessor, 1, out);
	return out;
}

function readInto(
	source: GltfSource,
	accessor: GltfAccessor,
	components: number,
	out: Float32Array | Uint32Array,
): void {
	const { componentType, count, sparse } = accessor;
	const elementBytes = components * COMPONENT_BYTES[componentType];
	if (accessor.bufferView !== undefined) {
		const stride =
			source.json.bufferViews?.[accessor.bufferView]?.byteStride ||
			elementBytes;
		const data = dataView(
			source,
			accessor.bufferView,
			accessor.byteOffset ?? 0,
			count,
			stride,
			elementBytes,
		);
		readComponents(data, componentType, count, components, stride, out);
	}
	if (!sparse) return;

	if (sparse.count > count)
		throw corrupt(`${sparse.count} sparse values for ${count} elements`);
	if (
		sparse.indices.componentType !== 5121 &&
		sparse.indices.componentType !== 5123 &&
		sparse.indices.componentType !== 5125
	)
		throw corrupt(`sparse indices of type ${sparse.indices.componentType}`);
	const indexBytes = COMPONENT_BYTES[sparse.indices.componentType];
	const where = new Uint32Array(sparse.count);
	const values = new Float64Array(sparse.count * components);
	readComponents(
		dataView(
			source,
			sparse.indices.bufferView,
			sparse.indices.byteOffset ?? 0,
			sparse.count,
			indexBytes,
			indexBytes,
		),
		sparse.indices.componentType,
		sparse.count,
		1,
		indexBytes,
		where,
	);
	readComponents(
		dataView(
			source,
			sparse.values.bufferView,
			sparse.values.byteOffset ?? 0,
			sparse.count,
			elementBytes,
			elementBytes,
		),
		componentType,
		sparse.count,
		components,
		elementBytes,
		values,
	);
	for (let i = 0; i < sparse.count; i++) {
		if (where[i] >= count)
			throw corrupt(`sparse value for element ${where[i]} of ${count}`);
		for (let c = 0; c < components; c++)
			out[where[i] * components + c] = values[i * components + c];
	}
}

/** The bytes of `count` elements, checked to lie inside their buffer view. */
function dataView(
	source: GltfSource,
	viewIndex: number,
	byteOffset: number,
	count: number,
	stride: number,
	elementBytes: number,
): DataView {
	const bytes = source.views[viewIndex];
	if (!bytes) throw corrupt(`the file has no buffer view ${viewIndex}`);
	const needed = count === 0 ? 0 : stride * (count - 1) + elementBytes;
	if (stride < elementBytes || byteOffset + needed > bytes.length)
		throw corrupt(
			`${count} elements of stride ${stride} at ${byteOffset} do not fit buffer view ${viewIndex} of ${bytes.length} bytes`,
		);
	return new DataView(bytes.buffer, bytes.byteOffset + byteOffset, needed);
}

function readComponents(
	data: DataView,
	type: GltfComponentType,
	count: number,
	components: number,
	stride: number,
	out: Float32Array | Uint32Array | Float64Array,
): void {
	const bytes = COMPONENT_BYTES[type];
	let o = 0;
	for (let i = 0; i < count; i++) {
		let at = i * stride;
		for (let c = 0; c < components; c++, at += bytes) {
			let value: number;
			if (type === 5126) value = data.getFloat32(at, true);
			else if (type === 5123) value = data.getUint16(at, true);
			else if (type === 5125) value = data.getUint32(at, true);
			else if (type === 5121) value = data.getUint8(at);
			else if (type === 5122) value = data.getInt16(at, true);
			else value = data.getInt8(at);
			out[o++] = value;
		}
	}
}
