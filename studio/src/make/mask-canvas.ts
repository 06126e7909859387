// What the outline editor draws with: plain 2D canvases, in pixels of the picture.

export type MaskTool = "add" | "erase" | "box";

export interface MaskBoard {
	readonly width: number;
	readonly height: number;
	/** Alpha is coverage. */
	readonly mask: HTMLCanvasElement;
	readonly picture: ImageBitmap;
}

const LONGEST_SIDE = 1600;

/** Loads the picture and its mask, reduced to what a screen shows. */
export async function openBoard(
	pictureUrl: string,
	maskUrl: string | undefined,
): Promise<MaskBoard> {
	const original = await createImageBitmap(
		await (await fetch(pictureUrl)).blob(),
	);
	const scale = Math.min(
		1,
		LONGEST_SIDE / Math.max(original.width, original.height),
	);
	const width = Math.round(original.width * scale);
	const height = Math.round(original.height * scale);
	const mask = document.createElement("canvas");
	mask.width = width;
	mask.height = height;
	const board = { width, height, mask, picture: original };
	if (maskUrl) await putMask(board, maskUrl);
	return board;
}

/** Replaces the mask by a picture whose alpha is the coverage. */
export async function putMask(board: MaskBoard, url: string): Promise<void> {
	const bitmap = await createImageBitmap(await (await fetch(url)).blob());
	const context = context2d(board.mask);
	context.globalCompositeOperation = "copy";
	context.drawImage(bitmap, 0, 0, board.width, board.height);
	bitmap.close();
}

/** One stroke of the brush between two points. */
export function stroke(
	board: MaskBoard,
	tool: "add" | "erase",
	diameter: number,
	from: readonly [x: number, y: number],
	to: readonly [x: number, y: number],
): void {
	const context = context2d(board.mask);
	context.globalCompositeOperation =
		tool === "add" ? "source-over" : "destination-out";
	context.strokeStyle = "#fff";
	context.lineCap = "round";
	context.lineWidth = diameter;
	context.beginPath();
	context.moveTo(...from);
	context.lineTo(...to);
	context.stroke();
}

/** The picture, dimmed where the mask leaves it out, and the outline in colour. */
export function paint(
	canvas: HTMLCanvasElement,
	board: MaskBoard,
	box: readonly [x: number, y: number, w: number, h: number] | undefined,
): void {
	const { width, height, picture, mask } = board;
	if (canvas.width !== width) canvas.width = width;
	if (canvas.height !== height) canvas.height = height;
	const context = context2d(canvas);
	context.globalCompositeOperation = "copy";
	context.drawImage(mask, 0, 0);
	context.globalCompositeOperation = "source-in";
	context.drawImage(picture, 0, 0, width, height);
	context.globalCompositeOperation = "destination-over";
	context.fillStyle = "rgb(70 80 230 / 55%)";
	context.fillRect(0, 0, width, height);
	context.drawImage(picture, 0, 0, width, height);
	context.globalCompositeOperation = "source-over";
	if (!box) return;
	context.strokeStyle = "#fff";
	context.lineWidth = Math.max(2, width / 300);
	context.setLineDash([width / 80, width / 120]);
	context.strokeRect(...box);
	context.setLineDash([]);
}

/** White on black, as the server takes it. */
export async function encodeMask(board: MaskBoard): Promise<Blob> {
	const canvas = document.createElement("canvas");
	canvas.width = board.picture.width;
	canvas.height = board.picture.height;
	const context = context2d(canvas);
	context.fillStyle = "#000";
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.drawImage(board.mask, 0, 0, canvas.width, canvas.height);
	// Stroke colours are white already; a loaded mask is white wherever it has coverage.
	return await new Promise((resolve, reject) =>
		canvas.toBlob(
			(blob) => (blob ? resolve(blob) : reject(new Error("no PNG"))),
			"image/png",
		),
	);
}

function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
	const context = canvas.getContext("2d", { willReadFrequently: true });
	if (!context) throw new Error("no 2D canvas");
	return context;
}
