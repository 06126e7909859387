/** Where a picture of this size lies in a frame that shows all of it: CSS pixels. */
export function fitInside(
	width: number,
	height: number,
	frameWidth: number,
	frameHeight: number,
): {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
} {
	const scale = Math.min(frameWidth / width, frameHeight / height);
	return {
		left: (frameWidth - width * scale) / 2,
		top: (frameHeight - height * scale) / 2,
		width: width * scale,
		height: height * scale,
	};
}
