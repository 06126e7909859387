import {
	type BufferGeometry,
	Color,
	Group,
	type Material,
	Mesh,
	MeshBasicMaterial,
	MeshNormalMaterial,
	MeshStandardMaterial,
} from "three";
import { createCheckerTexture } from "./checker-texture.ts";
import { seenGeometry } from "./seen-geometry.ts";
import type { ViewMode } from "./types.ts";

/** The model in its six looks; each is made when it is first shown. */
export function createSurface(
	geometry: BufferGeometry,
	delivered: MeshStandardMaterial,
	seen: Uint8Array | undefined,
): {
	readonly group: Group;
	show(mode: ViewMode, isFlat: boolean): void;
	dispose(): void;
} {
	const group = new Group();
	const made: { dispose(): void }[] = [geometry, delivered];
	const cache = new Map<string, Mesh[]>();
	const keep = <T extends { dispose(): void }>(thing: T): T => {
		made.push(thing);
		return thing;
	};
	if (delivered.map) keep(delivered.map);

	const build = (mode: ViewMode, isFlat: boolean): Mesh[] => {
		const solid = (material: Material, form = geometry): Mesh =>
			new Mesh(form, keep(material));
		switch (mode) {
			case "textured":
				return [
					isFlat
						? solid(
								new MeshBasicMaterial({
									map: delivered.map,
									vertexColors: delivered.vertexColors,
									toneMapped: false,
								}),
							)
						: new Mesh(geometry, delivered),
				];
			case "clay":
				return [solid(clay())];
			case "normals":
				return [solid(new MeshNormalMaterial())];
			case "wireframe":
				return [
					solid(clay({ polygonOffset: true, polygonOffsetFactor: 1 })),
					solid(
						new MeshBasicMaterial({
							color: "#27306e",
							wireframe: true,
							transparent: true,
							opacity: 0.55,
							toneMapped: false,
						}),
					),
				];
			case "checker":
				return [
					solid(
						geometry.hasAttribute("uv")
							? new MeshStandardMaterial({
									map: keep(createCheckerTexture()),
									roughness: 0.9,
								})
							: clay(),
					),
				];
			case "seen":
				return [
					seen
						? solid(
								new MeshStandardMaterial({ vertexColors: true, roughness: 1 }),
								keep(seenGeometry(geometry, seen)),
							)
						: solid(clay()),
				];
		}
	};

	return {
		group,
		show(mode, isFlat) {
			const key = `${mode} ${isFlat && mode === "textured"}`;
			let meshes = cache.get(key);
			if (!meshes) {
				meshes = build(mode, isFlat);
				cache.set(key, meshes);
			}
			group.clear();
			group.add(...meshes);
		},
		dispose() {
			for (const thing of made) thing.dispose();
		},
	};
}

function clay(
	extra: { polygonOffset?: boolean; polygonOffsetFactor?: number } = {},
): MeshStandardMaterial {
	return new MeshStandardMaterial({
		color: new Color("#c9c4bb"),
		roughness: 0.85,
		metalness: 0,
		...extra,
	});
}
