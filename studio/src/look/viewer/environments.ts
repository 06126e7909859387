import {
	DirectionalLight,
	HemisphereLight,
	type Light,
	PMREMGenerator,
	type Scene,
	type Texture,
	type WebGLRenderer,
} from "three";
import { RoomEnvironment } from "three/examples/jsm/environments/RoomEnvironment.js";
import type { LightName } from "./types.ts";

// Our materials are rough and not metallic: sky, ground and a few lamps light them as well as a picture of a room does,
// at a fraction of the work, which a machine without a graphics card feels. Only `room` reflects something.

interface LightSetup {
	readonly sky: string;
	readonly ground: string;
	readonly strength: number;
	/** Lamps: colour, strength, direction. */
	readonly lamps: readonly (readonly [
		color: string,
		strength: number,
		x: number,
		y: number,
		z: number,
	])[];
}

const SETUPS: Readonly<
	Record<Exclude<LightName, "room" | "flat">, LightSetup>
> = {
	soft: {
		sky: "#ffffff",
		ground: "#b4b6c4",
		strength: 2.5,
		lamps: [["#ffffff", 0.9, 2, 4, 3]],
	},
	sun: {
		sky: "#bcd6f7",
		ground: "#8d8672",
		strength: 1.5,
		lamps: [["#fff1d6", 2.8, 4, 5, 3]],
	},
	night: {
		sky: "#2b3568",
		ground: "#12121c",
		strength: 1.1,
		lamps: [
			["#aebcff", 2.2, -4, 3, -2],
			["#ffb38a", 2, 4, 1.5, 3],
		],
	},
};
/** Side of the reflected room's picture. Small: it is only seen blurred. */
const ROOM_PIXELS = 64;

/** Lights the scene. */
export function createLights(
	renderer: WebGLRenderer,
	scene: Scene,
): { set(light: LightName): void; dispose(): void } {
	let room: Texture | undefined;
	let lights: Light[] = [];
	return {
		set(name) {
			if (name === "room") room ??= drawRoom(renderer);
			scene.environment = name === "room" && room ? room : null;
			scene.remove(...lights);
			lights = name === "room" || name === "flat" ? [] : build(SETUPS[name]);
			if (lights.length > 0) scene.add(...lights);
		},
		dispose: () => room?.dispose(),
	};
}

function build({ sky, ground, strength, lamps }: LightSetup): Light[] {
	return [
		new HemisphereLight(sky, ground, strength),
		...lamps.map(([color, lampStrength, x, y, z]) => {
			const lamp = new DirectionalLight(color, lampStrength);
			lamp.position.set(x, y, z);
			return lamp;
		}),
	];
}

function drawRoom(renderer: WebGLRenderer): Texture {
	const generator = new PMREMGenerator(renderer);
	const scene = new RoomEnvironment();
	const { texture } = generator.fromScene(scene, 0.04, 0.1, 100, {
		size: ROOM_PIXELS,
	});
	scene.dispose();
	generator.dispose();
	return texture;
}
