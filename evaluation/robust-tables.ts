import { type Detection, SLIPS, type Slip } from "./detect.ts";
import type { RobustScore } from "./measure-robust.ts";
import type { RobustSetup } from "./setups.ts";

/** One engine on one kind of input, all objects. */
export interface RobustRow {
	readonly setup: RobustSetup;
	readonly engine: string;
	readonly scores: readonly RobustScore[];
	readonly failures: readonly string[];
}

const SLIP_TITLES: Readonly<Record<Slip, string>> = {
	none: "nothing wrong",
	swapped: "two pictures swapped",
	mirrored: "one picture mirrored",
	foreign: "one picture of another object",
};

/** The robustness suite as Markdown; nothing where it did not run. */
export function robustTables(
	rows: readonly RobustRow[],
	detections: readonly {
		readonly setup: string;
		readonly results: readonly Detection[];
	}[],
): string {
	return (
		(rows.length > 0 ? robustTable(rows) : "") +
		(detections.length > 0 ? detectionTable(detections) : "")
	);
}

function robustTable(rows: readonly RobustRow[]): string {
	const lines = rows.map((row) => {
		const hull = rows.find(
			({ setup, engine }) => setup === row.setup && engine === "visual-hull",
		);
		return `| ${[
			row.setup.title,
			row.engine,
			...(row.scores.length === 0 ? Array(8).fill("–") : figures(row, hull)),
			row.failures.join("; ") || "–",
		].join(" | ")} |`;
	});
	return `
## Fewer pictures, worse pictures

Means over the objects, with the default options and all pictures at 512 px; what is wrong with them is drawn with a
fixed seed (\`evaluation/setups.ts\`). Untextured but for the rows with a novel PSNR. "Worst" is the object with the
largest Chamfer. "Worse than the hull": objects whose Chamfer is above that of visual-hull from the same input, and the
most by which. Where cameras are wrong the result is aligned to the truth before it is measured.

| input | engine | Chamfer | F@0.01 | F@0.02 | worst | worse than the hull | views left out | novel PSNR | s | failed |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}

function figures({ scores }: RobustRow, hull: RobustRow | undefined): string[] {
	const mean = (value: (score: RobustScore) => number): number =>
		scores.reduce((sum, score) => sum + value(score), 0) / scores.length;
	const worst = scores.reduce((a, b) =>
		b.geometry.chamfer > a.geometry.chamfer ? b : a,
	);
	const excess = scores.flatMap(({ object, geometry }) => {
		const other = hull?.scores.find((score) => score.object === object);
		return other && other.geometry.chamfer < geometry.chamfer
			? [geometry.chamfer - other.geometry.chamfer]
			: [];
	});
	return [
		mean((s) => s.geometry.chamfer).toFixed(4),
		mean((s) => s.geometry.fScores[0].fScore).toFixed(3),
		mean((s) => s.geometry.fScores[1].fScore).toFixed(3),
		`${worst.object} ${worst.geometry.chamfer.toFixed(4)}`,
		hull === undefined || hull.scores === scores
			? "–"
			: excess.length === 0
				? "none"
				: `${excess.length}, +${Math.max(...excess).toFixed(4)}`,
		String(scores.reduce((sum, s) => sum + s.leftOut, 0)),
		scores.every((s) => s.novelPsnrDb !== undefined)
			? mean((s) => s.novelPsnrDb ?? 0).toFixed(1)
			: "–",
		(mean((s) => s.totalMs) / 1000).toFixed(1),
	];
}

function detectionTable(
	detections: readonly {
		readonly setup: string;
		readonly results: readonly Detection[];
	}[],
): string {
	const lines = detections.flatMap(({ setup, results }) => {
		const names = [...new Set(results.map(({ object }) => object))];
		return SLIPS.map((slip) => {
			const of = results.filter((result) => result.slip === slip);
			const sum = (value: (d: Detection) => number): number =>
				of.reduce((total, detection) => total + value(detection), 0);
			const poor = names.flatMap((name) => {
				const found = of.find(({ object }) => object === name);
				return found && found.right < found.count
					? [`${name} ${found.right}/${found.count}`]
					: [];
			});
			return `| ${[
				setup,
				SLIP_TITLES[slip],
				sum((d) => d.count),
				sum((d) => d.right),
				sum((d) => d.wrong),
				sum((d) => d.missed),
				poor.join(", ") || "–",
			].join(" | ")} |`;
		});
	});
	return `
## Views that do not belong

One slip at a time; of 24 views four are tried. "Right": the views are named, and what they seem to be (where nothing is
wrong: nothing is said). A mirrored picture of a side that is its own mirror image cannot be told by its silhouette.

| input | slip | cases | right | wrong | missed | not all right |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}
