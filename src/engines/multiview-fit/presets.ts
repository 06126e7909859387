import type { MultiviewFitOptions } from "./options.ts";

export interface FitPreset {
	/** Cells of the first hull along its longest side; each round of subdivision halves them. */
	readonly resolution: number;
	/** Gauss-Newton steps on the first hull, and after each round of subdivision. */
	readonly steps: readonly number[];
	/** Conjugate gradient steps in each. */
	readonly solverSteps: number;
	/** Whether colours have a say. */
	readonly colors: boolean;
}

export const PRESET: Readonly<
	Record<MultiviewFitOptions["preset"], FitPreset>
> = {
	fast: { resolution: 48, steps: [24], solverSteps: 24, colors: false },
	balanced: { resolution: 48, steps: [30, 8], solverSteps: 30, colors: true },
	quality: { resolution: 64, steps: [40, 16], solverSteps: 40, colors: true },
};
