import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { asLunarError } from "../../../core/errors.ts";
import { createImage, type Mask } from "../../../core/image.ts";
import type { Notice } from "../../../core/run-context.ts";
import { createRunContext } from "../../../core/run-context.ts";
import { decodePicture } from "../../../formats/picture/decode.ts";
import { encodePng } from "../../../formats/picture/encode.ts";
import { maskBox } from "../../../pipeline/mask-box.ts";
import { chooseRemover } from "../../cli/choose-remover.ts";
import { RUNTIME } from "../../wiring.ts";
import { cutOutOne } from "./cut-out-one.ts";
import type { CutOutAnswer, CutOutAsk, CutOutReply } from "./messages.ts";

// The thread that cuts pictures out for those who look at them before a job. One picture at a time.

/** Longest side looked at, pixels: enough to see whether the object was found. */
const LONG_SIDE = 1536;

const port = parentPort;
if (!port) throw new TypeError("this module is the start of a thread");
port.on("message", async (ask: CutOutAsk) => {
	let reply: CutOutReply;
	try {
		reply = { ok: true, answer: await answerTo(ask) };
	} catch (thrown) {
		const { code, message } = asLunarError(thrown);
		reply = { ok: false, code, message };
	}
	port.postMessage(reply);
});

async function answerTo(ask: CutOutAsk): Promise<CutOutAnswer> {
	const notices: Notice[] = [];
	const { ctx } = createRunContext({
		onEvent: (event) => {
			if (event.type === "notice") notices.push(event.notice);
		},
	});
	const limits = { longSide: LONG_SIDE };
	const { photo } = await decodePicture(
		await readFile(ask.picturePath),
		"the picture",
		{ limits },
	);
	if (ask.maskPath !== undefined) {
		const given = await decodePicture(
			await readFile(ask.maskPath),
			"the mask",
			{
				limits,
			},
		);
		return finish(lightOf(given.photo.image), "given", 1, [], photo.source);
	}
	const remover = await chooseRemover(
		ask.background,
		process.env,
		RUNTIME,
		(notice) => notices.push(notice),
	);
	const found = await cutOutOne(photo, { ...ask, remover }, ctx);
	return finish(
		found.mask,
		found.method,
		found.confidence,
		notices,
		photo.source,
	);
}

async function finish(
	mask: Mask,
	method: string,
	confidence: number,
	notices: readonly Notice[],
	source: { readonly width: number; readonly height: number },
): Promise<CutOutAnswer> {
	const image = createImage(mask.width, mask.height);
	for (let p = 0; p < mask.data.length; p++) {
		image.data.fill(mask.data[p], p * 4, p * 4 + 3);
		image.data[p * 4 + 3] = 255;
	}
	const box = maskBox(mask) ?? { left: 0, top: 0, right: 0, bottom: 0 };
	const sx = source.width / mask.width;
	const sy = source.height / mask.height;
	return {
		png: await encodePng(image),
		method,
		confidence,
		notices,
		bounds: [
			Math.round(box.left * sx),
			Math.round(box.top * sy),
			Math.round((box.right - box.left) * sx),
			Math.round((box.bottom - box.top) * sy),
		],
	};
}

/** A mask picture: its brightness, where it is opaque. */
function lightOf({
	width,
	height,
	data,
}: {
	readonly width: number;
	readonly height: number;
	readonly data: Uint8ClampedArray;
}): Mask {
	const mask = { width, height, data: new Uint8Array(width * height) };
	for (let p = 0; p < mask.data.length; p++)
		mask.data[p] = Math.round(
			(Math.max(data[p * 4], data[p * 4 + 1], data[p * 4 + 2]) *
				data[p * 4 + 3]) /
				255,
		);
	return mask;
}
