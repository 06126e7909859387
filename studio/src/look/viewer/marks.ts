import {
	BufferGeometry,
	Group,
	Line,
	LineBasicMaterial,
	Mesh,
	MeshBasicMaterial,
	SphereGeometry,
	Vector3,
} from "three";
import type { Vec3 } from "./types.ts";

const COLOR = "#e5484d";

/** Points on the model and the line between them; drawn over everything. */
export function createMarks(): {
	readonly group: Group;
	set(points: readonly Vec3[], modelRadius: number): void;
	dispose(): void;
} {
	const group = new Group();
	const ball = new SphereGeometry(1, 16, 12);
	const ballMaterial = new MeshBasicMaterial({
		color: COLOR,
		depthTest: false,
		toneMapped: false,
	});
	const lineMaterial = new LineBasicMaterial({
		color: COLOR,
		depthTest: false,
		toneMapped: false,
	});
	let line: BufferGeometry | undefined;
	return {
		group,
		set(points, modelRadius) {
			group.clear();
			line?.dispose();
			line = undefined;
			for (const point of points) {
				const mesh = new Mesh(ball, ballMaterial);
				mesh.position.set(...point);
				mesh.scale.setScalar(modelRadius * 0.012);
				mesh.renderOrder = 2;
				group.add(mesh);
			}
			if (points.length < 2) return;
			line = new BufferGeometry().setFromPoints(
				points.map((point) => new Vector3(...point)),
			);
			const drawn = new Line(line, lineMaterial);
			drawn.renderOrder = 2;
			group.add(drawn);
		},
		dispose() {
			ball.dispose();
			ballMaterial.dispose();
			lineMaterial.dispose();
			line?.dispose();
		},
	};
}
