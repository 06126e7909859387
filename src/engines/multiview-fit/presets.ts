import type { MultiviewFitOptions } from "./options.ts";

export interface FitPreset {
	/** Cells of the hull along its longest side. */
	readonly resolution: number;
	readonly steps: number;
	readonly solverSteps: number;
	/** Whether colours have a say. */
	readonly colors: boolean;
}

export const PRESET: Readonly<
	Record<MultiviewFitOptions["preset"], FitPreset>
> = {
	fast: { resolution: 64, steps: 24, solverSteps: 24, colors: false },
	balanced: { resolution: 80, steps: 35, solverSteps: 30, colors: true },
	quality: { resolution: 112, steps: 45, solverSteps: 40, colors: true },
};
