import {
	BackSide,
	Color,
	DirectionalLight,
	Mesh,
	MeshBasicMaterial,
	PMREMGenerator,
	Scene,
	ShaderMaterial,
	SphereGeometry,
	type Texture,
	type WebGLRenderer,
} from "three";
import { RoomEnvironment } from "three/examples/jsm/environments/RoomEnvironment.js";
import type { LightName } from "./types.ts";

interface LightSetup {
	/** What shines from all around; null: nothing does. */
	readonly surround: (() => Scene) | null;
	readonly surroundStrength: number;
	/** Direct lights: colour, strength, direction. */
	readonly direct: readonly (readonly [
		color: string,
		strength: number,
		x: number,
		y: number,
		z: number,
	])[];
}

const SETUPS: Readonly<Record<LightName, LightSetup>> = {
	soft: {
		surround: () => gradientScene("#ffffff", "#e9edf5", "#b9bdc8"),
		surroundStrength: 1,
		direct: [["#ffffff", 0.5, 2, 4, 3]],
	},
	room: {
		surround: () => new RoomEnvironment(),
		surroundStrength: 1.1,
		direct: [],
	},
	sun: {
		surround: () => gradientScene("#8fb8ee", "#dfe9f5", "#8d8672"),
		surroundStrength: 0.75,
		direct: [["#fff1d6", 2.6, 4, 5, 3]],
	},
	night: {
		surround: () => gradientScene("#1b2140", "#171a28", "#0b0b10"),
		surroundStrength: 1,
		direct: [
			["#aebcff", 1.6, -4, 3, -2],
			["#ffb38a", 1.4, 4, 1.5, 3],
		],
	},
	flat: { surround: null, surroundStrength: 0, direct: [] },
};

/** Lights the scene; each surrounding is computed once. */
export function createLights(
	renderer: WebGLRenderer,
	scene: Scene,
): { set(light: LightName): void; dispose(): void } {
	const generator = new PMREMGenerator(renderer);
	const made = new Map<LightName, Texture>();
	let lights: DirectionalLight[] = [];
	return {
		set(name) {
			const { surround, surroundStrength, direct } = SETUPS[name];
			let texture = made.get(name);
			if (!texture && surround) {
				texture = generator.fromScene(surround(), 0.04).texture;
				made.set(name, texture);
			}
			scene.environment = texture ?? null;
			scene.environmentIntensity = surroundStrength;
			for (const light of lights) scene.remove(light);
			lights = direct.map(([color, strength, x, y, z]) => {
				const light = new DirectionalLight(color, strength);
				light.position.set(x, y, z);
				scene.add(light);
				return light;
			});
		},
		dispose() {
			for (const texture of made.values()) texture.dispose();
			generator.dispose();
		},
	};
}

/** A sky from above to below, with a bright window for a little shine. */
function gradientScene(top: string, middle: string, bottom: string): Scene {
	const scene = new Scene();
	scene.add(
		new Mesh(
			new SphereGeometry(10, 32, 16),
			new ShaderMaterial({
				side: BackSide,
				uniforms: {
					top: { value: new Color(top) },
					middle: { value: new Color(middle) },
					bottom: { value: new Color(bottom) },
				},
				vertexShader: `varying vec3 direction;
void main() {
	direction = normalize(position);
	gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`,
				fragmentShader: `uniform vec3 top, middle, bottom;
varying vec3 direction;
void main() {
	float up = normalize(direction).y;
	vec3 color = up > 0.0 ? mix(middle, top, sqrt(up)) : mix(middle, bottom, sqrt(-up));
	gl_FragColor = vec4(color, 1.0);
}`,
			}),
		),
	);
	const window = new Mesh(
		new SphereGeometry(1.2, 16, 8),
		new MeshBasicMaterial({ color: new Color(top).multiplyScalar(3) }),
	);
	window.position.set(4, 6, 5);
	scene.add(window);
	return scene;
}
