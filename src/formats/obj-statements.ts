import { Float32List, Int32List } from "./growable.ts";
import { checkFinite, corrupt, type ModelBudget } from "./model.ts";
import { TextScanner } from "./text-scanner.ts";

// First letters of statements.
const V = 0x76;
const T = 0x74;
const N = 0x6e;
const F = 0x66;
const L = 0x6c;
const P = 0x70;
const U = 0x75;
const M = 0x6d;
const SLASH = 0x2f;

const MAX_POLYGON_CORNERS = 65536;

/** The statements of an OBJ file. Corners: position, uv, normal; −1 where there is none. */
export interface ObjStatements {
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

/** Parses an OBJ file. Positions are finite and every corner exists. */
export function parseObj(
	bytes: Uint8Array,
	budget: ModelBudget,
): ObjStatements {
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
			// More numbers: a colour follows the position. A fourth alone is w.
			const red = scan.number();
			const green = scan.number();
			const blue = scan.number();
			if (!Number.isNaN(blue)) {
				while (colors.length < positions.length - 3) colors.push(1);
				colors.push(red);
				colors.push(green);
				colors.push(blue);
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
	const statements = {
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
	checkFinite(positions.values(), "OBJ");
	checkCorners(statements);
	return statements;
}

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
