/**
 * A picture without background from a canvas that always has one: drawn on black and on white, what differs is not
 * there. `draw` fills the canvas before a background of that brightness.
 */
export async function transparentPicture(
	canvas: HTMLCanvasElement,
	draw: (background: 0 | 1) => void,
): Promise<Blob> {
	const { width, height } = canvas;
	const flat = new OffscreenCanvas(width, height);
	const context = flat.getContext("2d", { willReadFrequently: true });
	if (!context) throw new Error("no 2D canvas");
	const pixelsOn = (background: 0 | 1): ImageData => {
		draw(background);
		context.drawImage(canvas, 0, 0);
		return context.getImageData(0, 0, width, height);
	};
	const onWhite = pixelsOn(1).data;
	const onBlack = pixelsOn(0);
	const { data } = onBlack;
	for (let i = 0; i < data.length; i += 4) {
		const alpha = 255 - (onWhite[i + 1] - data[i + 1]);
		for (let k = 0; k < 3; k++)
			data[i + k] = alpha === 0 ? 0 : (data[i + k] * 255) / alpha;
		data[i + 3] = alpha;
	}
	context.putImageData(onBlack, 0, 0);
	return await flat.convertToBlob();
}
