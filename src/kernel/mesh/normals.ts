import type { Mesh } from "../../core/mesh.ts";
import { weldPositions } from "./weld.ts";

export interface NormalOptions {
	/**
	 * Vertices at the same position share their normal, so that the seams of a UV layout do not
	 * show. Default false: every vertex index stands alone.
	 */
	readonly acrossSeams?: boolean;
}

/**
 * Vertex normals: the mean of the triangles' normals, weighted by the angle at the vertex, which
 * unlike area weights does not depend on how a flat part is cut into triangles
 * (Thürmer and Wüthrich, "Computing vertex normals from polygonal facets", 1998).
 *
 * Always unit vectors: where nothing can be said (an unused vertex, only degenerate triangles, or
 * two sides that cancel) the normal is that of any proper triangle there, else +Y.
 */
export function vertexNormals(
	mesh: Mesh,
	options: NormalOptions = {},
): Float32Array /* [vertexCount × 3] unit */ {
	const { positions: p, indices } = mesh;
	const srcToSum = options.acrossSeams ? weldPositions(p).srcToDst : undefined;
	const sum = new Float64Array(p.length);
	const fallback = new Float32Array(p.length);

	for (let h = 0; h < indices.length; h += 3) {
		const a = indices[h] * 3;
		const b = indices[h + 1] * 3;
		const c = indices[h + 2] * 3;
		const ux = p[b] - p[a];
		const uy = p[b + 1] - p[a + 1];
		const uz = p[b + 2] - p[a + 2];
		const vx = p[c] - p[b];
		const vy = p[c + 1] - p[b + 1];
		const vz = p[c + 2] - p[b + 2];
		const wx = p[a] - p[c];
		const wy = p[a + 1] - p[c + 1];
		const wz = p[a + 2] - p[c + 2];
		let nx = uy * vz - uz * vy;
		let ny = uz * vx - ux * vz;
		let nz = ux * vy - uy * vx;
		const twiceArea = Math.sqrt(nx * nx + ny * ny + nz * nz);
		if (!(twiceArea > 0)) continue;
		nx /= twiceArea;
		ny /= twiceArea;
		nz /= twiceArea;
		// tan(angle) = |cross| / dot, and |cross| is twice the area at all three corners.
		const atA = Math.atan2(twiceArea, -(ux * wx + uy * wy + uz * wz));
		const atB = Math.atan2(twiceArea, -(ux * vx + uy * vy + uz * vz));
		const atC = Math.PI - atA - atB;
		const ia = srcToSum ? srcToSum[a / 3] * 3 : a;
		const ib = srcToSum ? srcToSum[b / 3] * 3 : b;
		const ic = srcToSum ? srcToSum[c / 3] * 3 : c;
		sum[ia] += atA * nx;
		sum[ia + 1] += atA * ny;
		sum[ia + 2] += atA * nz;
		sum[ib] += atB * nx;
		sum[ib + 1] += atB * ny;
		sum[ib + 2] += atB * nz;
		sum[ic] += atC * nx;
		sum[ic + 1] += atC * ny;
		sum[ic + 2] += atC * nz;
		fallback[ia] = fallback[ib] = fallback[ic] = nx;
		fallback[ia + 1] = fallback[ib + 1] = fallback[ic + 1] = ny;
		fallback[ia + 2] = fallback[ib + 2] = fallback[ic + 2] = nz;
	}

	const out = new Float32Array(p.length);
	for (let v = 0; v < p.length; v += 3) {
		const s = srcToSum ? srcToSum[v / 3] * 3 : v;
		let x = sum[s];
		let y = sum[s + 1];
		let z = sum[s + 2];
		let length = Math.sqrt(x * x + y * y + z * z);
		if (!(length > 1e-9)) {
			x = fallback[s];
			y = fallback[s + 1];
			z = fallback[s + 2];
			length = Math.sqrt(x * x + y * y + z * z);
			if (!(length > 0)) {
				y = 1;
				length = 1;
			}
		}
		out[v] = x / length;
		out[v + 1] = y / length;
		out[v + 2] = z / length;
	}
	return out;
}
