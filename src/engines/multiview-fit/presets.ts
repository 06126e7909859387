import type { MultiviewFitOptions } from "./options.ts";

export interface FitPreset {
	/** Vertices of the first mesh, about; each round of subdivision makes four of one. */
	readonly vertexCount: number;
	/** Gauss-Newton steps on the first hull, and after each round of subdivision. */
	readonly steps: readonly number[];
	/** Conjugate gradient steps in each. */
	readonly solverSteps: number;
	/** Whether colours have a say. */
	readonly colors: boolean;
	/** With few views: a hull for each number of steps, of about `first` to about `last` vertices. */
	readonly few: {
		readonly first: number;
		readonly last: number;
		readonly steps: readonly number[];
	};
}

export const PRESET: Readonly<
	Record<MultiviewFitOptions["preset"], FitPreset>
> = {
	fast: {
		vertexCount: 6000,
		steps: [24],
		solverSteps: 24,
		colors: false,
		few: { first: 2000, last: 32_000, steps: [30, 8, 4] },
	},
	balanced: {
		vertexCount: 8500,
		steps: [30, 8],
		solverSteps: 30,
		colors: true,
		few: { first: 2000, last: 40_000, steps: [30, 16, 8] },
	},
	quality: {
		vertexCount: 14_000,
		steps: [40, 16],
		solverSteps: 40,
		colors: true,
		few: { first: 2000, last: 50_000, steps: [30, 16, 16] },
	},
};
