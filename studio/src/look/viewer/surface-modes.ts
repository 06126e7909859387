import {
	type BufferGeometry,
	Group,
	type Material,
	Mesh,
	MeshBasicMaterial,
	MeshLambertMaterial,
	MeshNormalMaterial,
	MeshStandardMaterial,
	type MeshStandardMaterialParameters,
	type Texture,
} from "three";
import { createCheckerTexture } from "./checker-texture.ts";
import { COARSE_FROM, coarseGeometry } from "./coarse-geometry.ts";
import { seenGeometry } from "./seen-geometry.ts";
import type { LightName, ViewMode } from "./types.ts";

export interface Look {
	readonly mode: ViewMode;
	readonly light: LightName;
	/** The rough twin, in a cheaper material: while a slow machine moves the camera. */
	readonly isCoarse: boolean;
}

/** The model in its six looks; each is made when it is first shown. */
export function createSurface(
	geometry: BufferGeometry,
	delivered: MeshStandardMaterial,
	seen: Uint8Array | undefined, // [triangleCount]
): {
	readonly group: Group;
	/** The whole model, for picking; not drawn. */
	readonly whole: Mesh;
	show(look: Look): void;
	/** Makes ready what a moving camera may need. */
	prepareCoarse(): void;
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
	const triangleCount =
		(geometry.index?.count ?? geometry.getAttribute("position").count) / 3;

	let coarse: ReturnType<typeof coarseGeometry> | undefined;
	const coarseTwin = (): typeof coarse => {
		if (triangleCount < COARSE_FROM) return undefined;
		if (!coarse) {
			coarse = coarseGeometry(geometry);
			keep(coarse.geometry);
		}
		return coarse;
	};
	let checker: Texture | undefined;
	const seenForms = new Map<BufferGeometry, BufferGeometry>();

	const build = ({ mode, light, isCoarse }: Look): Mesh[] => {
		const twin = isCoarse ? coarseTwin() : undefined;
		const form = twin?.geometry ?? geometry;
		const solid = (material: Material, shape = form): Mesh =>
			new Mesh(shape, keep(material));
		// Rough and not metallic: but for a reflected room, Lambert's shading looks the same at half the work.
		const lit = (parameters: MeshStandardMaterialParameters): Material =>
			isCoarse && light !== "room"
				? new MeshLambertMaterial(parameters)
				: new MeshStandardMaterial({ ...parameters, roughness: 0.9 });
		const clay = (parameters: MeshStandardMaterialParameters = {}): Material =>
			lit({ color: "#c9c4bb", ...parameters });
		const { map, vertexColors } = delivered;
		switch (mode) {
			case "textured":
				if (light === "flat")
					return [
						solid(
							new MeshBasicMaterial({ map, vertexColors, toneMapped: false }),
						),
					];
				return [
					isCoarse && light !== "room"
						? solid(lit({ map, vertexColors, color: delivered.color }))
						: new Mesh(form, delivered),
				];
			case "clay":
				return [solid(clay())];
			case "normals":
				return [solid(new MeshNormalMaterial())];
			case "wireframe":
				// The twin's triangles are not the model's: they are not shown.
				if (twin) return [solid(clay())];
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
				if (!geometry.hasAttribute("uv")) return [solid(clay())];
				checker ??= keep(createCheckerTexture());
				return [solid(lit({ map: checker }))];
			case "seen": {
				if (!seen) return [solid(clay())];
				let colored = seenForms.get(form);
				if (!colored) {
					const ofForm = twin
						? Uint8Array.from(twin.srcTriangles, (t) => seen[t])
						: seen;
					colored = keep(seenGeometry(form, ofForm));
					seenForms.set(form, colored);
				}
				return [solid(lit({ vertexColors: true }), colored)];
			}
		}
	};

	return {
		group,
		whole: new Mesh(geometry, delivered),
		show(look) {
			// Only the kinds of light that change the material.
			const kind = look.light === "flat" || look.light === "room";
			const key = `${look.mode} ${kind && look.light} ${look.isCoarse}`;
			let meshes = cache.get(key);
			if (!meshes) {
				meshes = build(look);
				cache.set(key, meshes);
			}
			group.clear();
			group.add(...meshes);
		},
		prepareCoarse: () => void coarseTwin(),
		dispose() {
			for (const thing of made) thing.dispose();
		},
	};
}
