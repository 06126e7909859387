import { CanvasTexture, RepeatWrapping, SRGBColorSpace } from "three";

const CELLS = 16;
const CELL_PIXELS = 64;

/** A checkerboard with a hue along U and a lightness along V: stretch, seams and flips show at once. */
export function createCheckerTexture(): CanvasTexture {
	const canvas = document.createElement("canvas");
	canvas.width = canvas.height = CELLS * CELL_PIXELS;
	const context = canvas.getContext("2d");
	if (!context) throw new Error("no 2D canvas");
	context.font = "bold 22px sans-serif";
	context.textAlign = "center";
	context.textBaseline = "middle";
	for (let y = 0; y < CELLS; y++)
		for (let x = 0; x < CELLS; x++) {
			const hue = (x / CELLS) * 330;
			const isDark = (x + y) % 2 === 1;
			const light = 45 + (y / CELLS) * 30;
			context.fillStyle = `hsl(${hue} 45% ${isDark ? light : light + 18}%)`;
			const left = x * CELL_PIXELS;
			const top = y * CELL_PIXELS;
			context.fillRect(left, top, CELL_PIXELS, CELL_PIXELS);
			context.fillStyle = "rgb(0 0 0 / 45%)";
			context.fillText(
				`${String.fromCharCode(65 + y)}${x}`,
				left + CELL_PIXELS / 2,
				top + CELL_PIXELS / 2,
			);
		}
	const texture = new CanvasTexture(canvas);
	texture.colorSpace = SRGBColorSpace;
	texture.wrapS = texture.wrapT = RepeatWrapping;
	texture.flipY = false;
	texture.anisotropy = 4;
	return texture;
}
