import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { asLunarError } from "../../../core/errors.ts";
import { createImage, type Mask } from "../../../core/image.ts";
import type { Notice } from "../../../core/run-context.ts";
import { createRunContext } from "../../../core/run-context.ts";
import { decodePicture } from "../../../formats/picture/decode.ts";
import { encodePng } from "../../../formats/picture/encode.ts";
import { cutOut } from "../../../pipeline/cut-out.ts";
import { giveMask } from "../../../pipeline/give-mask.ts";
import { maskBox } from "../../../pipeline/mask-box.ts";
import { chooseRemover } from "../../choose-remover.ts";
import { RUNTIME } from "../../wiring.ts";
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
	let { photo } = await decodePicture(
		await readFile(ask.picturePath),
		"the picture",
		{ limits },
	);
	if (ask.maskPath !== undefined) {
		const bytes = await readFile(ask.maskPath);
		const drawn = await decodePicture(bytes, "the mask", { limits });
		const given = giveMask(photo, drawn.photo);
		photo = given.photo;
		notices.push(...given.notices);
	}
	const remover = await chooseRemover(
		ask.background,
		process.env,
		RUNTIME,
		(notice) => notices.push(notice),
	);
	const [{ mask, method, confidence }] = await cutOut(
		[photo],
		ask,
		ctx,
		remover,
	);
	return finish(mask, method, confidence, notices, photo.source);
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
