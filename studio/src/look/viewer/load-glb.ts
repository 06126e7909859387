import {
	type BufferGeometry,
	Mesh,
	MeshStandardMaterial,
	type Object3D,
} from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";

const loader = new GLTFLoader();

/** The one mesh of a GLB of ours, and its material. */
export async function loadGlb(bytes: ArrayBuffer): Promise<{
	readonly geometry: BufferGeometry;
	readonly material: MeshStandardMaterial;
}> {
	const { scene } = await loader.parseAsync(bytes, "");
	const mesh = findMesh(scene);
	if (!mesh) throw new Error("the file has no mesh");
	const { geometry, material } = mesh;
	if (!geometry.hasAttribute("normal")) geometry.computeVertexNormals();
	geometry.computeBoundingBox();
	geometry.computeBoundingSphere();
	return {
		geometry,
		material:
			material instanceof MeshStandardMaterial
				? material
				: new MeshStandardMaterial(),
	};
}

function findMesh(root: Object3D): Mesh | undefined {
	let found: Mesh | undefined;
	root.traverse((object) => {
		if (object instanceof Mesh) found ??= object;
	});
	return found;
}
