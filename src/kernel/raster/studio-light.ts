import type { Camera } from "../../core/camera.ts";

/** What a surface point is made of. */
export interface StudioMaterial {
	/** Perceptual roughness, 0–1. */
	readonly roughness: number;
	/** 0 dielectric – 1 metal. */
	readonly metallic: number;
	/** Share of the light that models the form, 0 flat – 1 full. Photographed colours are lit already: less is more. */
	readonly contrast: number;
}

// The rig is fixed to the camera: x right, y up, z towards the viewer. Unit directions to the lights.
const KEY = unit(-0.55, 0.75, 0.65);
const FILL = unit(0.85, 0.15, 0.5);
const RIM = unit(0.35, 0.55, -0.75);
/** Linear light; together a white surface that faces the viewer reflects about 1. */
const SKY = 0.72;
const GROUND = 0.4;
const KEY_POWER = 0.52;
const FILL_POWER = 0.14;
const RIM_POWER = 0.25;
const FACING_VIEWER = 1;

/**
 * Makes the shading of a small photo studio: soft light from above and below, a key light at the upper left, a fill
 * light, a rim light, and a highlight after Trowbridge and Reitz (1975) with Schlick's Fresnel term (1994).
 * The result replaces the colour in `color` (linear RGB in and out); x and y are the pixel.
 */
export function createStudioLight(
	camera: Camera,
	material: StudioMaterial,
): (
	color: Float64Array, // [3 or more]
	normal: Float64Array, // [3] unit length, in the world
	pixelX: number,
	pixelY: number,
) => void {
	const m = camera.worldFromCamera;
	const { fx, fy, cx, cy } = camera;
	const { metallic, contrast } = material;
	const alpha = Math.max(0.1, material.roughness * material.roughness);
	const alpha2 = alpha * alpha;
	return (color, normal, pixelX, pixelY) => {
		const nx = normal[0];
		const ny = normal[1];
		const nz = normal[2];
		// (1) Normal and line of sight in the camera's axes; a normal that faces away is mirrored back.
		let x = m[0] * nx + m[4] * ny + m[8] * nz;
		let y = m[1] * nx + m[5] * ny + m[9] * nz;
		let z = m[2] * nx + m[6] * ny + m[10] * nz;
		let vx = -(pixelX + 0.5 - cx) / fx;
		let vy = (pixelY + 0.5 - cy) / fy;
		const vz = 1 / Math.sqrt(vx * vx + vy * vy + 1);
		vx *= vz;
		vy *= vz;
		let facing = x * vx + y * vy + z * vz;
		if (facing < 0) {
			x -= 2 * facing * vx;
			y -= 2 * facing * vy;
			z -= 2 * facing * vz;
			facing = -facing;
		}

		// (2) Diffuse light.
		const key = Math.max(0, x * KEY[0] + y * KEY[1] + z * KEY[2]);
		const fill = Math.max(0, x * FILL[0] + y * FILL[1] + z * FILL[2]);
		const rim = Math.max(0, x * RIM[0] + y * RIM[1] + z * RIM[2]);
		const hemisphere = GROUND + (SKY - GROUND) * (0.5 + 0.5 * y);
		const full =
			hemisphere + KEY_POWER * key + FILL_POWER * fill + RIM_POWER * rim;
		const diffuse =
			(FACING_VIEWER + (full - FACING_VIEWER) * contrast) * (1 - metallic);

		// (3) Highlight of the key light, and the room mirrored in metal.
		let hx = KEY[0] + vx;
		let hy = KEY[1] + vy;
		let hz = KEY[2] + vz;
		const h = 1 / Math.sqrt(hx * hx + hy * hy + hz * hz);
		hx *= h;
		hy *= h;
		hz *= h;
		const nh = Math.max(0, x * hx + y * hy + z * hz);
		const lh = vx * hx + vy * hy + vz * hz;
		const lobe = nh * nh * (alpha2 - 1) + 1;
		const highlight =
			(KEY_POWER * key * alpha2) / (4 * lobe * lobe * Math.max(0.1, lh * lh));
		const off = 1 - facing;
		const grazing = off * off * off * off * off * (1 - alpha);
		const mirrored = 2 * facing * y - vy; // upward part of the mirrored line of sight
		const room = GROUND + (1.15 - GROUND) * (0.5 + 0.5 * mirrored);
		for (let n = 0; n < 3; n++) {
			const base = color[n];
			const f0 = 0.04 + (base - 0.04) * metallic;
			const fresnel = f0 + (1 - f0) * grazing;
			color[n] = shoulder(
				base * diffuse +
					fresnel * highlight +
					fresnel * room * (metallic + (1 - metallic) * 0.25 * (1 - alpha)),
			);
		}
	};
}

/** Straight up to 0.75, then bends so that highlights never clip. */
function shoulder(light: number): number {
	return light < 0.75 ? light : 1 - 0.0625 / (light - 0.5);
}

function unit(
	x: number,
	y: number,
	z: number,
): readonly [number, number, number] {
	const length = Math.hypot(x, y, z);
	return [x / length, y / length, z / length];
}
