import { bootstrapMean, type Interval } from "./bootstrap.ts";
import {
	directionOf,
	type SinglePicture,
	type SingleScore,
} from "./single-pictures.ts";

/** One picture and what each engine made of it; left out where it failed. */
export interface SingleRow {
	readonly picture: SinglePicture;
	readonly scores: Readonly<Record<string, SingleScore | undefined>>;
}

export interface SingleComparison {
	readonly quality: string;
	/** The first is what the others are measured against. */
	readonly engines: readonly string[];
	readonly missing: readonly { engine: string; reason: string }[];
	readonly rows: readonly SingleRow[];
	readonly failures: readonly string[];
}

const SETS = {
	photo: "`photo.png`",
	posed: "posed views",
	all: "both",
} as const;
type PictureSet = keyof typeof SETS;
const SEED = 1;
/** Pictures that a claim needs. */
const ENOUGH = 24;

/** The comparison as Markdown. */
export function singleTables(comparison: SingleComparison): string {
	const { engines, missing, failures } = comparison;
	const sets = (Object.keys(SETS) as PictureSet[]).filter(
		(set) => rowsOf(comparison, set).length > 0,
	);
	return `# One picture: which engine

Every engine as a user would run it, \`--quality ${comparison.quality}\`, on \`photo.png\` of each object and on three posed views each
(elevation 45° to −2°; chosen by a fixed rule before any engine was measured: \`single-pictures.ts\`). Truth and result are
turned into the axes of the picture's camera and their bounding boxes normalised; no other alignment. Chamfer and F@t as in
\`scoreboard.md\`; silhouette IoU and PSNR (on mid grey, whole picture) of the result rendered from the input's camera. A
failed picture counts as F 0. Written by \`node evaluation/compare-single.ts\`.
${missing.map(({ engine, reason }) => `\n- **${engine} is missing**: ${reason}`).join("")}${failures.map((failure) => `\n- failed: ${failure}`).join("")}

## Means

| pictures | engine | Chamfer | F@0.02 | F@0.05 | F@0.1 | silhouette IoU, mean and worst | PSNR dB, mean and worst | closed | CPU s of one thread |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${sets.flatMap((set) => engines.map((engine) => meanRow(comparison, set, engine))).join("\n")}
${engines
	.slice(1)
	.map((engine) => gain(comparison, sets, engine))
	.join("")}
## Picture by picture

| object | picture | elevation, azimuth | ${engines.map((engine) => `${engine}: Chamfer / F@0.02 / F@0.05 / F@0.1`).join(" | ")} |
| --- | --- | --- | ${engines.map(() => "---").join(" | ")} |
${comparison.rows.map((row) => pictureRow(row, engines)).join("\n")}
`;
}

function rowsOf({ rows }: SingleComparison, set: PictureSet): SingleRow[] {
	return rows.filter(({ picture }) => set === "all" || picture.set === set);
}

function meanRow(
	comparison: SingleComparison,
	set: PictureSet,
	engine: string,
): string {
	const rows = rowsOf(comparison, set);
	const scores = rows.flatMap((row) => row.scores[engine] ?? []);
	const mean = (value: (score: SingleScore) => number): number =>
		scores.reduce((sum, score) => sum + value(score), 0) / scores.length;
	const f = (threshold: number): string =>
		(
			rows.reduce((sum, row) => sum + fScore(row, engine, threshold), 0) /
			rows.length
		).toFixed(3);
	const worst = (value: (score: SingleScore) => number): number =>
		Math.min(...scores.map(value));
	return `| ${SETS[set]} (${rows.length}) | ${[
		engine,
		mean((s) => s.geometry.chamfer).toFixed(4),
		f(0.02),
		f(0.05),
		f(0.1),
		`${mean((s) => s.input.silhouetteIou).toFixed(4)}, ${worst((s) => s.input.silhouetteIou).toFixed(3)}`,
		`${mean((s) => s.input.psnrDb).toFixed(1)}, ${worst((s) => s.input.psnrDb).toFixed(1)}`,
		scores.every(({ watertight }) => watertight) ? "yes" : "NO",
		mean((s) => s.cpuMs / 1000).toFixed(1),
	].join(" | ")} |`;
}

function gain(
	comparison: SingleComparison,
	sets: readonly PictureSet[],
	engine: string,
): string {
	const [reference] = comparison.engines;
	const lines = sets.map((set) => {
		const rows = rowsOf(comparison, set);
		const gains = rows.map(
			(row) => fScore(row, engine, 0.05) - fScore(row, reference, 0.05),
		);
		const single = bootstrapMean(
			gains.map((value) => [value]),
			SEED,
		);
		const names = [...new Set(rows.map(({ picture }) => picture.object.name))];
		const byObject = bootstrapMean(
			names.map((name) =>
				gains.filter((_, n) => rows[n].picture.object.name === name),
			),
			SEED,
		);
		const wins = gains.filter((value) => value > 0).length;
		const says = (interval: Interval): string =>
			rows.length < ENOUGH ? "too few" : interval.low > 0 ? "yes" : "no";
		return `| ${SETS[set]} (${rows.length}) | ${wins} | ${signed(single.mean)} | ${span(single)} | ${says(single)} | ${span(byObject)} | ${says(byObject)} |`;
	});
	return `
## ${engine} against ${reference}

Difference of F@0.05; 95 % bootstrap intervals of its mean (percentile, 10 000 resamples, seed ${SEED}), drawn picture by
picture and object by object. "Above": is the lower bound above zero, on at least ${ENOUGH} pictures?

| pictures | wins | mean | by picture | above | by object | above |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}

function pictureRow(
	{ picture, scores }: SingleRow,
	engines: readonly string[],
): string {
	const { elevation, azimuth } = directionOf(picture);
	const cells = engines.map((engine) => {
		const score = scores[engine];
		return score === undefined
			? "failed"
			: `${score.geometry.chamfer.toFixed(4)} / ${[0.02, 0.05, 0.1].map((t) => atThreshold(score, t).toFixed(3)).join(" / ")}`;
	});
	return `| ${picture.object.name} | ${picture.photo.label} | ${elevation}°, ${azimuth}° | ${cells.join(" | ")} |`;
}

function fScore(row: SingleRow, engine: string, threshold: number): number {
	const score = row.scores[engine];
	return score === undefined ? 0 : atThreshold(score, threshold);
}

function atThreshold({ geometry }: SingleScore, threshold: number): number {
	const found = geometry.fScores.find((score) => score.threshold === threshold);
	if (found === undefined) throw new RangeError(`no F-score at ${threshold}`);
	return found.fScore;
}

function signed(value: number): string {
	return `${value > 0 ? "+" : ""}${value.toFixed(3)}`;
}

function span({ low, high }: Interval): string {
	return `${signed(low)} to ${signed(high)}`;
}
