import type { ColorField } from "../../core/shape.ts";
import { srgbToLinear } from "../../kernel/image/srgb.ts";
import { projectionMatrix } from "../../kernel/math/camera.ts";
import type { Planes } from "../../kernel/network/planes.ts";
import { carryOutwards } from "../../kernel/relief/carry-outwards.ts";
import { type CropFrame, resizeFrame } from "../../kernel/relief/crop-frame.ts";
import type { ReliefPlace } from "../../kernel/relief/place-relief.ts";

/** The network's share in the back's colour away from the outline, and where it reaches it; work units. */
const SHARE = 0.6;
const INWARD = 0.2;
const RINGS = 6;

/** Colours diffused from the rim, and behind the middle of the object what the network expects there. */
export function backColor(
	rim: ColorField,
	back: Planes, // 3 × 32 × 32 sRGB, 0–1
	frame: CropFrame,
	place: ReliefPlace,
): ColorField {
	const size = back.width;
	const cells = size * size;
	const { distance } = resizeFrame(frame, size);
	const isKnown = Uint8Array.from(distance, (d) => (d < 0 ? 1 : 0));
	const colors = back.data.map(srgbToLinear);
	for (let c = 0; c < 3; c++)
		carryOutwards(
			colors.subarray(c * cells, (c + 1) * cells),
			isKnown,
			size,
			RINGS,
		);
	const share = distance.map((d) => {
		const t = Math.min(1, Math.max(0, (-d * 2) / size / INWARD));
		return SHARE * t * t * (3 - 2 * t);
	});
	const p = projectionMatrix(place.camera);
	return {
		sample(points, out, count) {
			rim.sample(points, out, count);
			for (let n = 0; n < count; n++) {
				const x = points[n * 3];
				const y = points[n * 3 + 1];
				const z = points[n * 3 + 2];
				const d = Math.max(1e-9, p[8] * x + p[9] * y + p[10] * z + p[11]);
				const u = (p[0] * x + p[1] * y + p[2] * z + p[3]) / d;
				const v = (p[4] * x + p[5] * y + p[6] * z + p[7]) / d;
				const i = ((u - frame.centreU) / frame.halfSide + 1) * (size / 2) - 0.5;
				const j = ((v - frame.centreV) / frame.halfSide + 1) * (size / 2) - 0.5;
				const cx = Math.max(0, Math.min(size - 1.001, i));
				const cy = Math.max(0, Math.min(size - 1.001, j));
				const at = Math.floor(cy) * size + Math.floor(cx);
				const fx = cx - Math.floor(cx);
				const fy = cy - Math.floor(cy);
				const own = mix(share, at, size, fx, fy);
				for (let c = 0; c < 3; c++) {
					const color = mix(colors, c * cells + at, size, fx, fy);
					out[n * 3 + c] += own * (color - out[n * 3 + c]);
				}
			}
		},
	};
}

function mix(
	values: Float32Array,
	at: number,
	size: number,
	fx: number,
	fy: number,
): number {
	return (
		(values[at] * (1 - fx) + values[at + 1] * fx) * (1 - fy) +
		(values[at + size] * (1 - fx) + values[at + size + 1] * fx) * fy
	);
}
