import { MeshoptSimplifier } from "meshoptimizer";
import type { Mesh } from "../../src/core/mesh.ts";
import { createRandom } from "../../src/core/run-context.ts";
import { buildBvh } from "../../src/kernel/mesh/bvh.ts";
import { closestDistances } from "../../src/kernel/mesh/closest-point.ts";
import { compact } from "../../src/kernel/mesh/compact.ts";
import { sampleSurface } from "../../src/kernel/mesh/sample-surface.ts";
import { torus } from "../../src/kernel/mesh/shapes.ts";
import { simplify } from "../../src/kernel/mesh/simplify.ts";
import { measureTopology } from "../../src/kernel/mesh/topology.ts";
import { cowMesh } from "../inputs.ts";
import { medianTimes, REPEATS } from "../measure-time.ts";
import type { Row, Task } from "../task.ts";

const RESOLUTION = { tiny: 24, quick: 128, full: 256 };
const SEGMENTS = { tiny: 16, quick: 160, full: 320 };
/** Triangles are reduced to this share. */
const SHARE = 1 / 8;
const POINTS = 20_000;

/** Our guaranteed collapse against meshoptimizer's quickest way that moves vertices. */
export const simplifyTask: Task = {
	name: "simplify",
	async run(size) {
		await MeshoptSimplifier.ready;
		const rows: Row[] = [];
		for (const [name, mesh] of [
			["cow hull", await cowMesh(RESOLUTION[size])],
			["noisy torus", noisyTorus(SEGMENTS[size])],
		] as const) {
			const triangleCount = mesh.indices.length / 3;
			const target = Math.round(triangleCount * SHARE);
			const ours = simplify(mesh, target);
			const peer = simplifyByPeer(mesh, target);
			const [ms, referenceMs] = await medianTimes(
				REPEATS[size],
				() => simplify(mesh, target),
				() => simplifyByPeer(mesh, target),
			);
			const ourError = meanError(mesh, ours);
			rows.push({
				case: `${name}, ${triangleCount} to ${target} triangles`,
				ms,
				reference: "meshoptimizer simplifyWithUpdate",
				referenceMs,
				figures: {
					"mean error, ours / theirs": ourError / meanError(mesh, peer),
					"ours manifold": measureTopology(ours).manifold,
					"theirs manifold": measureTopology(peer).manifold,
					"our triangles": ours.indices.length / 3,
					"their triangles": peer.indices.length / 3,
				},
			});
		}
		return rows;
	},
};

function simplifyByPeer(mesh: Mesh, target: number): Mesh {
	const indices = mesh.indices.slice();
	const positions = mesh.positions.slice();
	const [indexCount] = MeshoptSimplifier.simplifyWithUpdate(
		indices,
		positions,
		3,
		new Float32Array(positions.length / 3),
		1,
		[0],
		null,
		target * 3,
		1e9,
	);
	return compact({ positions, indices: indices.slice(0, indexCount) });
}

/** Mean distance of both surfaces from each other. */
function meanError(a: Mesh, b: Mesh): number {
	return (distance(a, b) + distance(b, a)) / 2;
}

function distance(from: Mesh, to: Mesh): number {
	const { points } = sampleSurface(from, POINTS, createRandom(1));
	const distances = closestDistances(buildBvh(to), points);
	return distances.reduce((sum, d) => sum + d, 0) / distances.length;
}

function noisyTorus(segments: number): Mesh {
	const { positions, indices } = torus(segments * 2, segments);
	const random = createRandom(7);
	return {
		positions: positions.map((p) => p + (random() - 0.5) * (0.4 / segments)),
		indices,
	};
}
