import type { EncodedPicture } from "./encoded-picture.ts";
import { Float32List, Int32List } from "./growable.ts";
import { indexDistinct } from "./index-distinct.ts";
import {
	checkFinite,
	corrupt,
	type FileTexture,
	type LoadedModel,
	ModelBudget,
	type ModelPart,
	type ReadModelOptions,
} from "./model.ts";
import { describePicture, pictureMimeType } from "./picture-header.ts";
import { defaultMtl, type MtlMaterial, readMtl } from "./read-mtl.ts";
import { safeRelativePath } from "./safe-relative-path.ts";
import { srgbToLinear } from "./srgb-to-linear.ts";
import { TextScanner } from "./text-scanner.ts";

const MAX_POLYGON_CORNERS = 65536;

/** The statements of an OBJ file. Corners: position, uv, normal; −1 where there is none. */
interface ObjStatements {
	readonly positions: Float32List; // [n × 3]
	readonly colors: Float32List; // [n × 3] sRGB, empty where the file has none
	readonly uvs: Float32List; // [n × 2] origin bottom-left
	readonly normals: Float32List; // [n × 3]
	readonly corners: Int32List; // [triangleCount × 9]
	readonly materialOfTriangle: Int32List; // [triangleCount]
	readonly materialNames: readonly string[];
	readonly libraries: readonly string[];
	readonly skippedPrimitiveCount: number;
}

/** Reads OBJ: one part for each material in use. Polygons become fans. */
export async function readObj(
	bytes: Uint8Array,
	options: ReadModelOptions,
): Promise<LoadedModel> {
	const budget = new ModelBudget();
	const statements = parse(bytes, budget);
	const materials = new Map<string, MtlMaterial>();
	for (const library of statements.libraries) {
		const text = await fetchBeside(library, budget, options);
		if (!text) continue;
		for (const [name, material] of readMtl(text)) materials.set(name, material);
	}

	const positions = statements.positions.values();
	checkFinite(positions, "OBJ");
	checkCorners(statements);
	const fileTextures: FileTexture[] = [];
	const pictures = new Map<string, EncodedPicture | undefined>();
	for (const { texturePath } of materials.values()) {
		if (texturePath === undefined || pictures.has(texturePath)) continue;
		const picture = await fetchBeside(texturePath, budget, options);
		fileTextures.push(
			picture
				? describePicture(picture, "application/octet-stream")
				: { mimeType: "application/octet-stream" },
		);
		const mimeType = picture && pictureMimeType(picture);
		pictures.set(
			texturePath,
			picture && mimeType && mimeType !== "image/ktx2"
				? { bytes: picture, mimeType }
				: undefined,
		);
	}

	const parts: ModelPart[] = [];
	const groups = groupByMaterial(statements);
	for (const [m, corners] of groups.entries()) {
		if (corners.length === 0) continue;
		budget.takePart();
		const name = statements.materialNames[m];
		const material = materials.get(name) ?? defaultMtl();
		const picture =
			material.texturePath === undefined
				? undefined
				: pictures.get(material.texturePath);
		parts.push({
			name: name === "" ? (options.name ?? "model") : name,
			mesh: buildMesh(statements, corners),
			baseColorFactor: picture
				? [1, 1, 1, material.baseColorFactor[3]] // a picture replaces Kd
				: material.baseColorFactor,
			...(picture ? { baseColor: picture } : {}),
			roughness: material.roughness,
			metallic: material.metallic,
		});
	}
	return {
		format: "obj",
		parts,
		fileTextures,
		materialCount: statements.materialNames.filter((name) => name !== "")
			.length,
		drawCallCount: parts.length,
		skippedPrimitiveCount: statements.skippedPrimitiveCount,
	};
}

function parse(bytes: Uint8Array, budget: ModelBudget): ObjStatements {
	const scan = new TextScanner(bytes);
	const positions = new Float32List();
	const colors = new Float32List();
	const uvs = new Float32List();
	const normals = new Float32List();
	const corners = new Int32List();
	const materialOfTriangle = new Int32List();
	const materialNames = [""];
	const materialNumbers = new Map([["", 0]]);
	const libraries = new Set<string>();
	let material = 0;
	let skippedPrimitiveCount = 0;

	for (; !scan.done; scan.skipLine()) {
		scan.skipBlanks();
		const c = bytes[scan.at];
		const next = bytes[scan.at + 1];
		const afterNext = bytes[scan.at + 2];
		if (c === V && isBlank(next)) {
			scan.at++;
			budget.takeVertices(1);
			for (let k = 0; k < 3; k++) positions.push(scan.number());
			// Six or seven numbers: a colour follows (after w, where there are seven).
			const d = scan.number();
			if (!Number.isNaN(d)) {
				const e = scan.number();
				const f = scan.number();
				const g = scan.number();
				if (!Number.isNaN(f)) {
					while (colors.length < positions.length - 3) colors.push(1);
					colors.push(Number.isNaN(g) ? d : e);
					colors.push(Number.isNaN(g) ? e : f);
					colors.push(Number.isNaN(g) ? f : g);
				}
			}
		} else if (c === V && next === T && isBlank(afterNext)) {
			scan.at += 2;
			uvs.push(scan.number());
			const v = scan.number();
			uvs.push(Number.isNaN(v) ? 0 : v);
		} else if (c === V && next === N && isBlank(afterNext)) {
			scan.at += 2;
			for (let k = 0; k < 3; k++) normals.push(scan.number());
		} else if (c === F && isBlank(next)) {
			scan.at++;
			const before = corners.length;
			readFace(
				scan,
				corners,
				positions.length / 3,
				uvs.length / 2,
				normals.length / 3,
			);
			const triangleCount = (corners.length - before) / 9;
			budget.takeTriangles(triangleCount);
			for (let t = 0; t < triangleCount; t++) materialOfTriangle.push(material);
		} else if ((c === L || c === P) && isBlank(next)) {
			skippedPrimitiveCount++;
		} else if (c === U || c === M) {
			const keyword = scan.word();
			if (keyword === "usemtl") {
				const name = scan.restOfLine();
				let number = materialNumbers.get(name);
				if (number === undefined) {
					budget.takePart();
					number = materialNames.length;
					materialNames.push(name);
					materialNumbers.set(name, number);
				}
				material = number;
			} else if (keyword === "mtllib" && libraries.size < 100)
				libraries.add(scan.restOfLine());
		}
	}
	return {
		positions,
		colors,
		uvs,
		normals,
		corners,
		materialOfTriangle,
		materialNames,
		libraries: [...libraries],
		skippedPrimitiveCount,
	};
}

const V = 0x76;
const T = 0x74;
const N = 0x6e;
const F = 0x66;
const L = 0x6c;
const P = 0x70;
const U = 0x75;
const M = 0x6d;

function isBlank(c: number): boolean {
	return c === 32 || c === 9;
}

/** Reads the corners of one face and adds its triangles. Negative numbers count from the end. */
function readFace(
	scan: TextScanner,
	out: Int32List,
	positionCount: number,
	uvCount: number,
	normalCount: number,
): void {
	const { bytes } = scan;
	let count = 0;
	let firstV = 0;
	let firstT = 0;
	let firstN = 0;
	let previousV = 0;
	let previousT = 0;
	let previousN = 0;
	while (!scan.atLineEnd()) {
		const v = zeroBased(scan.integer(), positionCount);
		let t = -1;
		let n = -1;
		if (bytes[scan.at] === SLASH) {
			scan.at++;
			if (bytes[scan.at] !== SLASH) t = zeroBased(scan.integer(), uvCount);
			if (bytes[scan.at] === SLASH) {
				scan.at++;
				n = zeroBased(scan.integer(), normalCount);
			}
		}
		if (count === 0) {
			firstV = v;
			firstT = t;
			firstN = n;
		} else if (count > 1) {
			out.push(firstV);
			out.push(firstT);
			out.push(firstN);
			out.push(previousV);
			out.push(previousT);
			out.push(previousN);
			out.push(v);
			out.push(t);
			out.push(n);
		}
		previousV = v;
		previousT = t;
		previousN = n;
		if (++count > MAX_POLYGON_CORNERS)
			throw corrupt(`the OBJ has a face of more than ${count - 1} corners`);
	}
}

const SLASH = 0x2f;

function zeroBased(index: number, count: number): number {
	const zero = index > 0 ? index - 1 : count + index;
	if (!(index !== 0 && zero >= 0 && zero < 0x7fffffff))
		throw corrupt(`the OBJ has a face with the corner ${index}`);
	return zero;
}

function checkCorners(statements: ObjStatements): void {
	const counts = [
		statements.positions.length / 3,
		statements.uvs.length / 2,
		statements.normals.length / 3,
	];
	const corners = statements.corners.values();
	for (let i = 0; i < corners.length; i += 3)
		for (let k = 0; k < 3; k++)
			if (corners[i + k] >= counts[k])
				throw corrupt(
					`the OBJ has a face with the corner ${corners[i + k] + 1} of ${counts[k]}`,
				);
}

/** Corners of each material's triangles, in file order. */
function groupByMaterial(
	statements: ObjStatements,
): Int32Array[] /* [materialCount][n × 9] */ {
	const corners = statements.corners.values();
	const materialOf = statements.materialOfTriangle.values();
	const counts = new Int32Array(statements.materialNames.length);
	for (let t = 0; t < materialOf.length; t++) counts[materialOf[t]]++;
	const groups = Array.from(counts, (count) => new Int32Array(count * 9));
	counts.fill(0);
	for (let t = 0; t < materialOf.length; t++) {
		const group = groups[materialOf[t]];
		const at = counts[materialOf[t]]++ * 9;
		for (let k = 0; k < 9; k++) group[at + k] = corners[t * 9 + k];
	}
	return groups;
}

/** One vertex for each distinct position, UV and normal. UVs and normals stay where all have them. */
function buildMesh(
	statements: ObjStatements,
	corners: Int32Array, // [triangleCount × 9]
): ModelPart["mesh"] {
	let hasUvs = true;
	let hasNormals = true;
	for (let i = 0; i < corners.length; i += 3) {
		if (corners[i + 1] < 0) hasUvs = false;
		if (corners[i + 2] < 0) hasNormals = false;
	}
	for (let i = 0; i < corners.length; i += 3) {
		if (!hasUvs) corners[i + 1] = -1;
		if (!hasNormals) corners[i + 2] = -1;
	}
	const { rowToDistinct, firstRows } = indexDistinct(corners, 3);
	const count = firstRows.length;
	const srcPositions = statements.positions.values();
	const srcColors = statements.colors.values();
	const srcUvs = statements.uvs.values();
	const srcNormals = statements.normals.values();
	const positions = new Float32Array(count * 3);
	const uvs = new Float32Array(hasUvs ? count * 2 : 0);
	const normals = new Float32Array(hasNormals ? count * 3 : 0);
	const colors = new Float32Array(srcColors.length > 0 ? count * 4 : 0);
	for (let v = 0; v < count; v++) {
		const row = firstRows[v] * 3;
		const p = corners[row] * 3;
		for (let c = 0; c < 3; c++) positions[v * 3 + c] = srcPositions[p + c];
		if (hasUvs) {
			const t = corners[row + 1] * 2;
			uvs[v * 2] = srcUvs[t];
			uvs[v * 2 + 1] = 1 - srcUvs[t + 1]; // ours has its origin at the top
		}
		if (hasNormals) {
			const n = corners[row + 2] * 3;
			const x = srcNormals[n];
			const y = srcNormals[n + 1];
			const z = srcNormals[n + 2];
			const length = Math.sqrt(x * x + y * y + z * z);
			const scale = length > 0 ? 1 / length : 0;
			normals[v * 3] = x * scale;
			normals[v * 3 + 1] = y * scale;
			normals[v * 3 + 2] = z * scale;
		}
		if (colors.length > 0) {
			for (let c = 0; c < 3; c++)
				colors[v * 4 + c] =
					p + c < srcColors.length ? srgbToLinear(srcColors[p + c]) : 1;
			colors[v * 4 + 3] = 1;
		}
	}
	return {
		positions,
		indices: rowToDistinct,
		...(hasUvs ? { uvs } : {}),
		...(hasNormals ? { normals } : {}),
		...(colors.length > 0 ? { colors } : {}),
	};
}

/** A file that the OBJ or MTL names. Paths that lead elsewhere are as good as missing. */
async function fetchBeside(
	path: string,
	budget: ModelBudget,
	options: ReadModelOptions,
): Promise<Uint8Array | undefined> {
	const safe = safeRelativePath(path.replaceAll("\\", "/"));
	const bytes = safe === undefined ? undefined : await options.resolve?.(safe);
	if (bytes) budget.takeFileBytes(bytes.length);
	return bytes;
}
