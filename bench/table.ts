import type { Row } from "./task.ts";

/** Where and when rows were measured. */
export interface Stamp {
	readonly date: string; // YYYY-MM-DD
	readonly commit: string; // short hash; '+' after it: with uncommitted changes
	readonly host: string;
	readonly size: string;
}

export const CSV_HEADER =
	"date,commit,host,size,case,ms,reference,reference ms,ratio,figures";

/** One line of `results/<verb>.csv`. */
export function csvLine(row: Row, stamp: Stamp): string {
	return [
		stamp.date,
		stamp.commit,
		stamp.host,
		stamp.size,
		row.case,
		rounded(row.ms),
		row.reference,
		rounded(row.referenceMs),
		rounded(row.ms / row.referenceMs),
		figuresText(row, "; "),
	]
		.map((cell) =>
			/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
		)
		.join(",");
}

/** Rows of one verb as a Markdown table. */
export function markdownTable(name: string, rows: readonly Row[]): string {
	const lines = rows.map(
		(row) =>
			`| ${row.case} | ${rounded(row.ms)} | ${row.reference} | ${rounded(row.referenceMs)} | ${rounded(row.ms / row.referenceMs)} | ${figuresText(row, ", ")} |`,
	);
	return [
		`## ${name}`,
		"",
		"| case | ms | reference | its ms | ratio | figures |",
		"| --- | ---: | --- | ---: | ---: | --- |",
		...lines,
		"",
	].join("\n");
}

function figuresText(row: Row, separator: string): string {
	return Object.entries(row.figures)
		.map(
			([name, value]) =>
				`${name} ${typeof value === "boolean" ? (value ? "yes" : "no") : rounded(value)}`,
		)
		.join(separator);
}

function rounded(value: number): string {
	if (Number.isInteger(value)) return String(value);
	return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
