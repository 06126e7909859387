import { fetchBlob } from "../api/uploads.ts";

/** The mask (white on black) as a white picture whose alpha is the coverage: what CSS masks and canvases want. */
export async function loadMask(url: string): Promise<string> {
	const bitmap = await createImageBitmap(await fetchBlob(url));
	const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
	const context = canvas.getContext("2d");
	if (!context) throw new Error("no 2D canvas");
	context.drawImage(bitmap, 0, 0);
	bitmap.close();
	const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
	const { data } = pixels;
	for (let i = 0; i < data.length; i += 4) {
		data[i + 3] = data[i];
		data[i] = data[i + 1] = data[i + 2] = 255;
	}
	context.putImageData(pixels, 0, 0);
	return URL.createObjectURL(await canvas.convertToBlob());
}
