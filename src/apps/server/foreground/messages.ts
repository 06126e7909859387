import type { ErrorCode } from "../../../core/errors.ts";
import type { Notice } from "../../../core/run-context.ts";
import type { BackgroundMode } from "../../../pipeline/background-modes.ts";

/** What the thread is asked. Paths are of blobs. */
export interface CutOutAsk {
	readonly picturePath: string;
	readonly maskPath?: string;
	readonly background: BackgroundMode;
	/** [x, y, width, height] in pixels of the picture. */
	readonly box?: readonly [number, number, number, number];
	readonly object?: number;
}

export interface CutOutAnswer {
	readonly png: Uint8Array;
	readonly method: string;
	readonly confidence: number; // 0–1
	readonly notices: readonly Notice[];
	/** [x, y, width, height] in pixels of the picture. */
	readonly bounds: readonly [number, number, number, number];
}

export type CutOutReply =
	| { readonly ok: true; readonly answer: CutOutAnswer }
	| {
			readonly ok: false;
			readonly code: ErrorCode;
			readonly message: string;
	  };
