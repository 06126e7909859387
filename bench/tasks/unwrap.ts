import { Atlas, Initialize } from "watlas";
import type { Mesh } from "../../src/core/mesh.ts";
import { measureUvs } from "../../src/kernel/texture/measure-uvs.ts";
import { unwrap } from "../../src/kernel/texture/unwrap.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Task } from "../task.ts";

/** Small meshes: the peer takes minutes for what a run produces. */
const FACES = { tiny: [600], quick: [4000], full: [4000, 10_000] };
const TEXTURE_SIZE = { tiny: 256, quick: 1024, full: 1024 };
const GUTTER = 2;

/** Charts and packing against xatlas (compiled to WebAssembly) with its defaults. */
export const unwrapTask: Task = {
	name: "unwrap",
	async run(size) {
		await Initialize();
		const textureSize = TEXTURE_SIZE[size];
		const rows: Row[] = [];
		for (const faces of FACES[size]) {
			const mesh = await cowMesh(96, faces);
			const ours = unwrap(mesh, { textureSize, gutterPx: GUTTER });
			const peer = unwrapByPeer(mesh, textureSize);
			const [ms, referenceMs] = await medianTimes(
				Math.min(3, REPEATS[size]),
				() => unwrap(mesh, { textureSize, gutterPx: GUTTER }),
				() => unwrapByPeer(mesh, textureSize),
			);
			const our = measureUvs(ours.mesh, textureSize, textureSize);
			const their = measureUvs(peer.mesh, peer.width, peer.height);
			rows.push({
				case: `cow, ${faces} triangles, ${textureSize} texels`,
				ms,
				reference: "xatlas",
				referenceMs,
				figures: {
					"our utilisation": our.utilisation,
					"their utilisation": their.utilisation,
					"our stretched share": our.stretchedShare,
					"their stretched share": their.stretchedShare,
					"our charts": our.chartCount,
					"their charts": their.chartCount,
				},
			});
		}
		return rows;
	},
};

function unwrapByPeer(
	mesh: Mesh,
	resolution: number,
): { mesh: Mesh; width: number; height: number } {
	const atlas = new Atlas();
	try {
		atlas.addMesh({
			vertexPositionData: mesh.positions,
			vertexCount: mesh.positions.length / 3,
			vertexPositionStride: 12,
			indexData: mesh.indices,
			indexCount: mesh.indices.length,
		});
		atlas.generate({}, { resolution, padding: GUTTER });
		const { width, height } = atlas;
		const laidOut = atlas.getMesh(0);
		const indices = new Uint32Array(laidOut.indexCount);
		laidOut.getIndexArray(indices);
		const positions = new Float32Array(laidOut.vertexCount * 3);
		const uvs = new Float32Array(laidOut.vertexCount * 2);
		for (let v = 0; v < laidOut.vertexCount; v++) {
			const { uv, xref } = laidOut.getVertex(v);
			positions.set(mesh.positions.subarray(xref * 3, xref * 3 + 3), v * 3);
			uvs[v * 2] = uv[0] / width;
			uvs[v * 2 + 1] = uv[1] / height;
		}
		return { mesh: { positions, indices, uvs }, width, height };
	} finally {
		atlas.delete();
	}
}
