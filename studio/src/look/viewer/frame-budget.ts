/** How a frame is drawn: all of the model or the coarse one, and in how many pixels. */
export interface Drawing {
	readonly isCoarse: boolean;
	/** Pixels per CSS pixel, along one side; undefined: as many as the screen has. */
	readonly pixelRatio: number | undefined;
}

const FULL: Drawing = { isCoarse: false, pixelRatio: undefined };
/** A full frame that takes longer than this is not drawn while the camera moves. */
const SLOW_FULL_MS = 45;
/** Moving frames that take longer get fewer pixels; those that are quicker get more the next time. */
const SLOW_MOVING_MS = 45;
const QUICK_MOVING_MS = 20;
const RATIOS = [1, 0.75, 0.55] as const;
/** Weight of the newest frame in the running mean. */
const NEWEST = 0.3;
/** So many full frames in a row that came late while the camera moved: this machine is slow. */
const LATE_FRAMES = 3;
const LATE_MS = 80;

/** Keeps a slow machine responsive: less is drawn while the camera moves, everything as soon as it rests. */
export function createFrameBudget(): {
	drawing(isMoving: boolean): Drawing;
	/** A frame with everything took this long until all of it was drawn. */
	noteFull(ms: number): void;
	/** A frame while the camera moved: its own time where it was coarse, else the time since the one before. */
	noteMoving(ms: number): void;
	isSlow(): boolean;
} {
	let isSlow = false;
	let step = 0;
	let meanMs: number | undefined;
	let lateCount = 0;
	return {
		drawing: (isMoving) =>
			isMoving && isSlow ? { isCoarse: true, pixelRatio: RATIOS[step] } : FULL,
		noteFull(ms) {
			isSlow = ms > SLOW_FULL_MS;
			lateCount = 0;
			// More pixels only between two moves: a size that changes all the time flickers.
			if (meanMs !== undefined && meanMs < QUICK_MOVING_MS && step > 0) step--;
			meanMs = undefined;
		},
		noteMoving(ms) {
			if (!isSlow) {
				lateCount = ms > LATE_MS ? lateCount + 1 : 0;
				isSlow = lateCount >= LATE_FRAMES;
				return;
			}
			meanMs = meanMs === undefined ? ms : meanMs + (ms - meanMs) * NEWEST;
			if (meanMs <= SLOW_MOVING_MS || step === RATIOS.length - 1) return;
			step++;
			meanMs = undefined;
		},
		isSlow: () => isSlow,
	};
}
