import { LunarError } from "../core/errors.ts";
import { srgbToLinear } from "../kernel/image/srgb.ts";
import { Int32List } from "./growable.ts";
import {
	checkFinite,
	checkIndices,
	corrupt,
	type LoadedModel,
	ModelBudget,
	type ReadModelOptions,
} from "./model.ts";
import { describePicture, pictureMimeType } from "./picture-header.ts";
import { createPlyCursor, type PlyCursor } from "./ply-cursor.ts";
import { type PlyElement, parsePlyHeader } from "./ply-header.ts";
import { safeRelativePath } from "./safe-relative-path.ts";

/** Vertex properties that are read, by the names exporters use. */
const VERTEX_COLUMNS: Readonly<Record<string, string>> = {
	x: "x",
	y: "y",
	z: "z",
	nx: "nx",
	ny: "ny",
	nz: "nz",
	red: "red",
	green: "green",
	blue: "blue",
	alpha: "alpha",
	diffuse_red: "red",
	diffuse_green: "green",
	diffuse_blue: "blue",
	r: "red",
	g: "green",
	b: "blue",
	s: "s",
	t: "t",
	u: "s",
	v: "t",
	texture_u: "s",
	texture_v: "t",
};
const MAX_FACE_PROPERTIES = 8;
const MAX_POLYGON_CORNERS = 65536;

interface Faces {
	readonly indices: Uint32Array; // [triangleCount × 3]
	readonly properties: Record<string, Float64Array>; // [triangleCount]
}

/** Reads text or binary PLY with any order and type of properties. Polygons become fans. */
export async function readPly(
	bytes: Uint8Array,
	options: ReadModelOptions,
): Promise<LoadedModel> {
	const header = parsePlyHeader(bytes);
	const cursor = createPlyCursor(header.format, bytes, header.bodyStart);
	const budget = new ModelBudget();
	let columns: Map<string, Float32Array> | undefined;
	let faces: Faces | undefined;
	let skippedPrimitiveCount = 0;
	for (const element of header.elements) {
		checkSize(element, cursor);
		if (element.name === "vertex" && !columns) {
			budget.takeVertices(element.count);
			columns = readVertices(element, cursor);
		} else if (element.name === "face" && !faces) {
			faces = readFaces(element, cursor, budget);
		} else {
			if (element.name === "tristrips")
				throw new LunarError(
					"MODEL_UNSUPPORTED",
					"the PLY stores triangle strips; save it with faces",
				);
			if (element.name === "edge") skippedPrimitiveCount += element.count;
			skip(element, cursor);
		}
	}

	const positions = columns && interleave(columns, ["x", "y", "z"]);
	if (!columns || !positions) throw corrupt("the PLY has no vertex positions");
	checkFinite(positions, "PLY");
	const vertexCount = positions.length / 3;
	const indices = faces?.indices ?? new Uint32Array(0);
	checkIndices(indices, vertexCount, "PLY");
	const normals = interleave(columns, ["nx", "ny", "nz"]);
	const uvs = readUvs(columns);
	const colors = readColors(columns);
	const picture = await readPicture(header.textureFile, options);
	return {
		format: "ply",
		parts:
			indices.length === 0
				? []
				: [
						{
							name: options.name ?? "model",
							mesh: {
								positions,
								indices,
								...(normals ? { normals } : {}),
								...(uvs ? { uvs } : {}),
								...(colors ? { colors } : {}),
							},
							baseColorFactor: [1, 1, 1, 1],
							...(picture.baseColor && uvs
								? { baseColor: picture.baseColor }
								: {}),
							roughness: 1,
							metallic: 0,
							...(faces && Object.keys(faces.properties).length > 0
								? { faceProperties: faces.properties }
								: {}),
						},
					],
		fileTextures: picture.fileTextures,
		materialCount: 0,
		drawCallCount: 1,
		skippedPrimitiveCount,
	};
}

/** A file cannot promise more rows than it has bytes for. */
function checkSize(element: PlyElement, cursor: PlyCursor): void {
	const rowBytes = cursor.minimumBytes(element);
	if (element.count * rowBytes > cursor.bytesLeft())
		throw corrupt(
			`the PLY promises ${element.count} × ${element.name}, more than its bytes can hold`,
		);
}

function readVertices(
	element: PlyElement,
	cursor: PlyCursor,
): Map<string, Float32Array> {
	const columns = new Map<string, Float32Array>();
	const targets: (Float32Array | undefined)[] = [];
	const scales: number[] = [];
	for (const property of element.properties) {
		const name = VERTEX_COLUMNS[property.name];
		const kept =
			name !== undefined &&
			Object.hasOwn(VERTEX_COLUMNS, property.name) &&
			!property.countType &&
			!columns.has(name);
		const column = kept ? new Float32Array(element.count) : undefined;
		if (column) columns.set(name, column);
		targets.push(column);
		const isColor = kept && /^(red|green|blue|alpha)$/.test(name);
		const type = property.type;
		scales.push(
			!isColor || type === "float" || type === "double"
				? 1
				: type === "uchar"
					? 1 / 255
					: 1 / 65535,
		);
	}
	const { properties } = element;
	for (let row = 0; row < element.count; row++)
		for (let p = 0; p < properties.length; p++) {
			const { countType, type } = properties[p];
			const target = targets[p];
			if (countType) cursor.skipList(countType, type);
			else if (target) target[row] = cursor.read(type) * scales[p];
			else cursor.read(type);
		}
	return columns;
}

function readFaces(
	element: PlyElement,
	cursor: PlyCursor,
	budget: ModelBudget,
): Faces {
	budget.takeTriangles(element.count);
	const { properties } = element;
	const cornersAt = properties.findIndex(
		(p) =>
			p.countType && (p.name === "vertex_indices" || p.name === "vertex_index"),
	);
	const scalars = new Map<number, Float64Array>();
	for (const [p, property] of properties.entries())
		if (!property.countType && scalars.size < MAX_FACE_PROPERTIES)
			scalars.set(p, new Float64Array(element.count));
	const scalarAt = properties.map((_, p) => scalars.get(p));

	const corners = new Int32List();
	const faceOfTriangle = new Int32List();
	for (let row = 0; row < element.count; row++)
		for (let p = 0; p < properties.length; p++) {
			const { countType, type } = properties[p];
			if (!countType) {
				const value = cursor.read(type);
				const column = scalarAt[p];
				if (column) column[row] = value;
			} else if (p !== cornersAt) cursor.skipList(countType, type);
			else {
				const count = cursor.read(countType);
				if (!(count >= 0 && count <= MAX_POLYGON_CORNERS))
					throw corrupt(`the PLY has a face of ${count} corners`);
				if (count > 3) budget.takeTriangles(count - 3);
				let first = 0;
				let previous = 0;
				for (let k = 0; k < count; k++) {
					const index = cursor.read(type);
					if (!(index >= 0 && index < 0x7fffffff))
						throw corrupt(`the PLY has a face with the corner ${index}`);
					if (k === 0) first = index;
					else if (k > 1) {
						corners.push(first);
						corners.push(previous);
						corners.push(index);
						faceOfTriangle.push(row);
					}
					previous = index;
				}
			}
		}

	const faceOf = faceOfTriangle.values();
	const kept: Record<string, Float64Array> = {};
	for (const [p, values] of scalars) {
		const perTriangle = new Float64Array(faceOf.length);
		for (let t = 0; t < faceOf.length; t++) perTriangle[t] = values[faceOf[t]];
		Object.defineProperty(kept, properties[p].name, {
			value: perTriangle,
			enumerable: true,
		});
	}
	return { indices: Uint32Array.from(corners.values()), properties: kept };
}

function skip(element: PlyElement, cursor: PlyCursor): void {
	if (element.properties.length === 0) return;
	for (let row = 0; row < element.count; row++)
		for (const { countType, type } of element.properties)
			if (countType) cursor.skipList(countType, type);
			else cursor.read(type);
}

function interleave(
	columns: ReadonlyMap<string, Float32Array>,
	names: readonly string[],
): Float32Array | undefined {
	const found = names.map((name) => columns.get(name));
	const count = found[0]?.length ?? 0;
	const out = new Float32Array(count * names.length);
	for (const [c, column] of found.entries()) {
		if (!column) return undefined;
		for (let i = 0; i < count; i++) out[i * names.length + c] = column[i];
	}
	return out;
}

/** PLY has its UV origin at the bottom, we at the top. */
function readUvs(
	columns: ReadonlyMap<string, Float32Array>,
): Float32Array | undefined {
	const uvs = interleave(columns, ["s", "t"]);
	if (uvs) for (let i = 1; i < uvs.length; i += 2) uvs[i] = 1 - uvs[i];
	return uvs;
}

/** Colours in PLY are as on a screen (sRGB), also where they are floats. */
function readColors(
	columns: ReadonlyMap<string, Float32Array>,
): Float32Array | undefined {
	const rgb = interleave(columns, ["red", "green", "blue"]);
	if (!rgb) return undefined;
	const alpha = columns.get("alpha");
	const count = rgb.length / 3;
	const out = new Float32Array(count * 4);
	for (let i = 0; i < count; i++) {
		for (let c = 0; c < 3; c++) out[i * 4 + c] = srgbToLinear(rgb[i * 3 + c]);
		out[i * 4 + 3] = alpha ? alpha[i] : 1;
	}
	return out;
}

async function readPicture(
	textureFile: string | undefined,
	options: ReadModelOptions,
): Promise<{
	baseColor?: LoadedModel["parts"][number]["baseColor"];
	fileTextures: LoadedModel["fileTextures"];
}> {
	if (textureFile === undefined) return { fileTextures: [] };
	const path = safeRelativePath(textureFile);
	const bytes = path === undefined ? undefined : await options.resolve?.(path);
	if (!bytes)
		return { fileTextures: [{ mimeType: "application/octet-stream" }] };
	const mimeType = pictureMimeType(bytes);
	return {
		fileTextures: [describePicture(bytes, "application/octet-stream")],
		...(mimeType && mimeType !== "image/ktx2"
			? { baseColor: { bytes, mimeType } }
			: {}),
	};
}
