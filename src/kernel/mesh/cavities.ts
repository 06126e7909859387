import type { Mesh } from "../../core/mesh.ts";
import type { Components } from "./components.ts";

/**
 * Which components are cavities: they enclose negative volume, and their box lies inside the box
 * of a component that encloses more, positive.
 */
export function findCavities(
	mesh: Mesh,
	components: Components,
	volumes: Float64Array, // [component count] signed
): Uint8Array /* [component count] */ {
	const isCavity = new Uint8Array(components.count);
	const boxes = componentBoxes(mesh, components);
	for (let k = 0; k < components.count; k++) {
		if (volumes[k] > 0) continue;
		for (let host = 0; host < components.count; host++)
			if (volumes[host] > -volumes[k] && isInside(boxes, k, host)) {
				isCavity[k] = 1;
				break;
			}
	}
	return isCavity;
}

function componentBoxes(
	mesh: Mesh,
	components: Components,
): Float32Array /* [count × 6] min xyz, max xyz */ {
	const boxes = new Float32Array(components.count * 6);
	for (let k = 0; k < boxes.length; k++)
		boxes[k] = k % 6 < 3 ? Infinity : -Infinity;
	for (let h = 0; h < mesh.indices.length; h++) {
		const box = components.ofTriangle[Math.floor(h / 3)] * 6;
		const v = mesh.indices[h] * 3;
		for (let k = 0; k < 3; k++) {
			const x = mesh.positions[v + k];
			if (x < boxes[box + k]) boxes[box + k] = x;
			if (x > boxes[box + 3 + k]) boxes[box + 3 + k] = x;
		}
	}
	return boxes;
}

function isInside(boxes: Float32Array, inner: number, outer: number): boolean {
	for (let k = 0; k < 3; k++)
		if (
			boxes[inner * 6 + k] < boxes[outer * 6 + k] ||
			boxes[inner * 6 + 3 + k] > boxes[outer * 6 + 3 + k]
		)
			return false;
	return true;
}
