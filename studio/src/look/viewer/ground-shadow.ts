import {
	type Box3,
	CanvasTexture,
	Mesh,
	MeshBasicMaterial,
	PlaneGeometry,
	Vector3,
} from "three";

const PIXELS = 128;
const SPREAD = 1.55;

/** A soft dark spot under the model, so that it stands somewhere. Not seen from below. */
export function createGroundShadow(): {
	readonly mesh: Mesh;
	fit(box: Box3): void;
	dispose(): void;
} {
	const canvas = document.createElement("canvas");
	canvas.width = canvas.height = PIXELS;
	const context = canvas.getContext("2d");
	if (!context) throw new Error("no 2D canvas");
	const half = PIXELS / 2;
	const gradient = context.createRadialGradient(
		half,
		half,
		0,
		half,
		half,
		half,
	);
	gradient.addColorStop(0, "rgb(0 0 0 / 34%)");
	gradient.addColorStop(0.35, "rgb(0 0 0 / 20%)");
	gradient.addColorStop(0.7, "rgb(0 0 0 / 5%)");
	gradient.addColorStop(1, "rgb(0 0 0 / 0%)");
	context.fillStyle = gradient;
	context.fillRect(0, 0, PIXELS, PIXELS);
	const texture = new CanvasTexture(canvas);
	const material = new MeshBasicMaterial({
		map: texture,
		transparent: true,
		depthWrite: false,
		toneMapped: false,
	});
	const geometry = new PlaneGeometry(1, 1);
	const mesh = new Mesh(geometry, material);
	mesh.rotation.x = -Math.PI / 2;
	mesh.visible = false;
	const size = new Vector3();
	return {
		mesh,
		fit(box) {
			box.getSize(size);
			mesh.scale.set(size.x * SPREAD, size.z * SPREAD, 1);
			box.getCenter(mesh.position);
			mesh.position.y = box.min.y - size.y * 0.004;
			mesh.visible = true;
		},
		dispose() {
			texture.dispose();
			material.dispose();
			geometry.dispose();
		},
	};
}
