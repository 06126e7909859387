import type { Camera, Mat4 } from "../../core/camera.ts";
import type { Mesh } from "../../core/mesh.ts";
import { VIEW_NAMES, type ViewName } from "../../core/view.ts";
import { canonicalCamera } from "../math/camera.ts";

export interface FrameOptions {
	/** Size of the picture in pixels. Default 512 × 512. */
	readonly width?: number;
	readonly height?: number;
	/** Vertical field of view. Default 30°, a portrait lens. */
	readonly fovYRadians?: number;
	/** Share of the picture left free on each side, 0–0.45. Default 0.07. */
	readonly margin?: number;
}

export const FRAME_DEFAULTS: Required<FrameOptions> = {
	width: 512,
	height: 512,
	fovYRadians: Math.PI / 6,
	margin: 0.07,
};

/** Three-quarter view of product pictures. */
export const HERO_AZIMUTH_RADIANS: number = Math.PI / 6;
export const HERO_ELEVATION_RADIANS: number = Math.PI / 9;

/**
 * The camera that looks at the mesh from this direction and fits it tightly and centred. Azimuth 0 is the front
 * (+Z) and grows towards +X; elevation grows upwards, −90° to 90°.
 */
export function frameOrbit(
	mesh: Mesh,
	azimuthRadians: number,
	elevationRadians: number,
	options: FrameOptions = {},
): Camera {
	return fitPoints(
		mesh.positions,
		orbitAxes(azimuthRadians, elevationRadians),
		boxCentre(mesh.positions),
		options,
	);
}

/** Three-quarter view from the right front, a little from above. */
export function frameHero(mesh: Mesh, options: FrameOptions = {}): Camera {
	return frameOrbit(
		mesh,
		HERO_AZIMUTH_RADIANS,
		HERO_ELEVATION_RADIANS,
		options,
	);
}

/** The six canonical sides, all from the same distance, so that they show one scale. */
export function frameSides(
	mesh: Mesh,
	options: FrameOptions = {},
): Record<ViewName, Camera> {
	const centre = boxCentre(mesh.positions);
	const cameras = VIEW_NAMES.map((name) =>
		fitPoints(
			mesh.positions,
			canonicalCamera(name, 1, 1).worldFromCamera,
			centre,
			options,
			0,
		),
	);
	const distance = Math.max(
		...cameras.map(({ worldFromCamera: m }) =>
			Math.abs(
				(m[3] - centre[0]) * m[2] +
					(m[7] - centre[1]) * m[6] +
					(m[11] - centre[2]) * m[10],
			),
		),
	);
	return Object.fromEntries(
		VIEW_NAMES.map((name, k) => {
			const m = cameras[k].worldFromCamera;
			return [
				name,
				{ ...cameras[k], worldFromCamera: pose(m, centre, distance) },
			];
		}),
	) as Record<ViewName, Camera>;
}

/**
 * Cameras on a full circle around the mesh's upright axis, starting at the hero's azimuth. Target and distance are
 * the same for all, so the object turns in place.
 */
export function frameTurntable(
	mesh: Mesh,
	frameCount: number,
	elevationRadians: number = HERO_ELEVATION_RADIANS,
	options: FrameOptions = {},
): Camera[] {
	const centre = boxCentre(mesh.positions);
	const swept = sweep(mesh.positions, centre);
	const front = fitPoints(
		swept,
		orbitAxes(0, elevationRadians),
		centre,
		options,
	);
	const m = front.worldFromCamera;
	return Array.from({ length: frameCount }, (_, k) => {
		const azimuth = HERO_AZIMUTH_RADIANS + (2 * Math.PI * k) / frameCount;
		const axes = orbitAxes(azimuth, elevationRadians);
		// Turn the fitted position around the axis.
		const x = m[3] - centre[0];
		const z = m[11] - centre[2];
		axes[3] = centre[0] + x * Math.cos(azimuth) + z * Math.sin(azimuth);
		axes[7] = m[7];
		axes[11] = centre[2] - x * Math.sin(azimuth) + z * Math.cos(azimuth);
		return { ...front, worldFromCamera: axes };
	});
}

const CENTRING_PASSES = 3;

/** Right, up and backward axes of a camera on this side; its place is left at the origin. */
function orbitAxes(azimuth: number, elevation: number): Mat4 {
	const ca = Math.cos(azimuth);
	const sa = Math.sin(azimuth);
	const ce = Math.cos(elevation);
	const se = Math.sin(elevation);
	// biome-ignore format: one row a line
	return new Float64Array([
		ca, -sa * se, sa * ce, 0,
		0, ce, se, 0,
		-sa, -ca * se, ca * ce, 0,
		0, 0, 0, 1,
	]);
}

/** These axes, `distance` behind `target`. */
function pose(
	axes: Mat4,
	target: readonly [number, number, number],
	distance: number,
): Mat4 {
	const m = axes.slice();
	m[3] = target[0] + m[2] * distance;
	m[7] = target[1] + m[6] * distance;
	m[11] = target[2] + m[10] * distance;
	return m;
}

/** Moves back until every point is inside the margin, and slides sideways until the picture is centred. */
function fitPoints(
	points: Float32Array, // [n × 3]
	axes: Mat4,
	centre: readonly [number, number, number],
	options: FrameOptions,
	slides = CENTRING_PASSES,
): Camera {
	const { width, height, fovYRadians, margin } = {
		...FRAME_DEFAULTS,
		...options,
	};
	if (!(margin >= 0 && margin <= 0.45))
		throw new RangeError(`margin is ${margin}; it must be 0–0.45`);
	const focal = height / 2 / Math.tan(fovYRadians / 2);
	const tanX = (width * (0.5 - margin)) / focal;
	const tanY = (height * (0.5 - margin)) / focal;
	let [tx, ty, tz] = centre;
	let distance = 0;
	for (let pass = 0; pass <= slides; pass++) {
		distance = 0;
		for (let i = 0; i < points.length; i += 3) {
			const px = points[i] - tx;
			const py = points[i + 1] - ty;
			const pz = points[i + 2] - tz;
			const x = Math.abs(axes[0] * px + axes[4] * py + axes[8] * pz);
			const y = Math.abs(axes[1] * px + axes[5] * py + axes[9] * pz);
			const z = axes[2] * px + axes[6] * py + axes[10] * pz;
			const needed = Math.max(x / tanX, y / tanY) + z;
			if (needed > distance) distance = needed;
		}
		if (pass === slides) break;
		let left = 0;
		let right = 0;
		let low = 0;
		let high = 0;
		for (let i = 0; i < points.length; i += 3) {
			const px = points[i] - tx;
			const py = points[i + 1] - ty;
			const pz = points[i + 2] - tz;
			const z = axes[2] * px + axes[6] * py + axes[10] * pz;
			const scale = 1 / Math.max(distance - z, distance * 1e-6);
			const x = (axes[0] * px + axes[4] * py + axes[8] * pz) * scale;
			const y = (axes[1] * px + axes[5] * py + axes[9] * pz) * scale;
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < low) low = y;
			if (y > high) high = y;
		}
		const dx = ((left + right) / 2) * distance;
		const dy = ((low + high) / 2) * distance;
		tx += axes[0] * dx + axes[1] * dy;
		ty += axes[4] * dx + axes[5] * dy;
		tz += axes[8] * dx + axes[9] * dy;
	}
	return {
		worldFromCamera: pose(axes, [tx, ty, tz], distance > 0 ? distance : 1),
		fx: focal,
		fy: focal,
		cx: width / 2,
		cy: height / 2,
		width,
		height,
	};
}

function boxCentre(positions: Float32Array): [number, number, number] {
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (let i = 0; i < positions.length; i++) {
		const axis = i % 3;
		if (positions[i] < min[axis]) min[axis] = positions[i];
		if (positions[i] > max[axis]) max[axis] = positions[i];
	}
	if (!(min[0] <= max[0])) return [0, 0, 0];
	return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
}

const SWEEP_RINGS = 96;
const SWEEP_STEPS = 48;

/** Points on the body that the mesh sweeps when it turns around the upright axis through `centre`. */
function sweep(
	positions: Float32Array,
	centre: readonly [number, number, number],
): Float32Array /* [n × 3] */ {
	let low = Infinity;
	let high = -Infinity;
	for (let i = 1; i < positions.length; i += 3) {
		if (positions[i] < low) low = positions[i];
		if (positions[i] > high) high = positions[i];
	}
	if (!(low <= high)) return new Float32Array(0);
	const ringHeight = (high - low) / SWEEP_RINGS || 1;
	const radius = new Float64Array(SWEEP_RINGS).fill(-1);
	for (let i = 0; i < positions.length; i += 3) {
		const ring = Math.min(
			SWEEP_RINGS - 1,
			Math.floor((positions[i + 1] - low) / ringHeight),
		);
		const r = Math.hypot(
			positions[i] - centre[0],
			positions[i + 2] - centre[2],
		);
		if (r > radius[ring]) radius[ring] = r;
	}
	const points: number[] = [];
	for (let ring = 0; ring < SWEEP_RINGS; ring++) {
		if (radius[ring] < 0) continue;
		for (let k = 0; k < SWEEP_STEPS; k++) {
			const angle = (2 * Math.PI * k) / SWEEP_STEPS;
			const x = centre[0] + radius[ring] * Math.sin(angle);
			const z = centre[2] + radius[ring] * Math.cos(angle);
			const y = low + ring * ringHeight;
			points.push(x, y, z, x, Math.min(high, y + ringHeight), z);
		}
	}
	return Float32Array.from(points);
}
