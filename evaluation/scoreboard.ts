import type { Score, Setup } from "./measure.ts";

/** One table: an engine on one kind of input. */
export interface Board {
	readonly engine: string;
	readonly setup: Setup;
	readonly quality: string;
	readonly preset?: string;
	readonly scores: readonly Score[];
	readonly failures: readonly { object: string; message: string }[];
}

const SETUP_TITLES: Readonly<Record<Setup, string>> = {
	photo: "one photo (`photo.png`; bounding boxes normalised, no alignment)",
	"views-6": "6 canonical views (novel: the 24 posed views)",
	"posed-24": "24 posed views (novel: the 6 canonical views)",
};

/** The scoreboard as Markdown. */
export function scoreboard(boards: readonly Board[], host: string): string {
	return `# Scoreboard

How good, measured on the finished asset (simplified, textured, validated), not on the raw surface. Chamfer is the mean
of accuracy (30 000 samples of the result to the visible ground truth triangles) and completeness (30 000 ground truth
points to the result's triangles), exact point-to-triangle distances, object size 1; F@t is the harmonic mean of
precision and recall at distance t. PSNR and SSIM over the whole picture on mid grey; silhouette IoU with 3 × 3 samples.
Seconds include everything: foreground to validated GLB, report and previews; "GLB s", where it stands, ends with the validated
GLB, and there threads stayed warm from one object to the next, as in a server's worker. "Against the hull" is the Chamfer less
that of visual-hull from the same input: above zero is worse than the bare hull. Written by \`npm run evaluate\` on ${host}.

${boards.map((board) => table(board, boards)).join("\n")}`;
}

function table(board: Board, boards: readonly Board[]): string {
	const heading = `## ${board.engine}: ${SETUP_TITLES[board.setup]}, \`--quality ${board.quality}\`${board.preset ? `, preset ${board.preset}` : ""}\n`;
	const columns =
		"| object | Chamfer | F@0.01 | F@0.02 | F@0.05 | F@0.1 | input PSNR / SSIM / IoU | novel PSNR / SSIM / IoU | triangles | self-intersecting | GLB MB | glTF errors | closed manifold | shape s | GLB s | total s | against the hull |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";
	const hulls =
		boards.find(
			({ engine, setup, quality }) =>
				engine === "visual-hull" &&
				setup === board.setup &&
				quality === board.quality,
		)?.scores ?? [];
	const rows = board.scores.map((score) => row(score.object, [score], hulls));
	const mean =
		board.scores.length > 1 ? [row("**mean**", board.scores, hulls)] : [];
	const failures = board.failures.map(
		({ object, message }) => `\n- **${object} failed**: ${message}`,
	);
	return `${heading}\n${[columns, ...rows, ...mean].join("\n")}\n${failures.join("")}\n`;
}

function row(
	name: string,
	scores: readonly Score[],
	hulls: readonly Score[],
): string {
	const mean = (value: (score: Score) => number): number =>
		scores.reduce((sum, score) => sum + value(score), 0) / scores.length;
	const pictures = (of: "input" | "novel"): string =>
		scores.some((score) => score[of] === undefined)
			? "–"
			: `${mean((s) => s[of]?.psnrDb ?? 0).toFixed(1)} / ${mean((s) => s[of]?.ssim ?? 0).toFixed(3)} / ${mean((s) => s[of]?.silhouetteIou ?? 0).toFixed(4)}`;
	const f = (threshold: number): string =>
		mean(
			(s) =>
				s.geometry.fScores.find((score) => score.threshold === threshold)
					?.fScore ?? Number.NaN,
		).toFixed(3);
	const againstHull = scores.map((score) => {
		const hull = hulls.find(({ object }) => object === score.object);
		return score.geometry.chamfer - (hull?.geometry.chamfer ?? Number.NaN);
	});
	const difference =
		againstHull.reduce((sum, value) => sum + value, 0) / scores.length;
	return `| ${[
		name,
		mean((s) => s.geometry.chamfer).toFixed(4),
		f(0.01),
		f(0.02),
		f(0.05),
		f(0.1),
		pictures("input"),
		pictures("novel"),
		Math.round(mean((s) => s.triangles)),
		mean((s) => s.selfIntersecting).toFixed(scores.length > 1 ? 1 : 0),
		mean((s) => s.glbMB).toFixed(2),
		scores.reduce((sum, s) => sum + s.gltfErrors, 0),
		scores.every((s) => s.watertight && s.manifold) ? "yes" : "NO",
		(mean((s) => s.shapeMs) / 1000).toFixed(2),
		(mean((s) => s.glbMs) / 1000).toFixed(2),
		(mean((s) => s.totalMs) / 1000).toFixed(2),
		Number.isNaN(difference)
			? "–"
			: `${difference > 0 ? "+" : ""}${difference.toFixed(4)}`,
	].join(" | ")} |`;
}
