import type { FileView, JobView } from "../api/types.ts";

/** The files of one engine's result; with two engines they lie in a folder each. */
export interface ResultFiles {
	readonly glb: FileView | undefined;
	readonly report: FileView | undefined;
	readonly page: FileView | undefined;
	readonly models: readonly FileView[];
	readonly others: readonly FileView[];
	/** By its name inside the result. */
	find(name: string): FileView | undefined;
}

export function resultFiles(job: JobView, engine: string): ResultFiles {
	const prefix = (job.result?.outcomes.length ?? 0) > 1 ? `${engine}/` : "";
	const find = (name: string): FileView | undefined =>
		job.files.find((file) => file.name === prefix + name);
	const own = job.files.filter(({ name }) => name.startsWith(prefix));
	const isModel = ({ name, role }: FileView): boolean =>
		role === "model" && !name.endsWith("preview.glb");
	return {
		glb: find("model.glb"),
		report: find("report.json"),
		page: find("report.html"),
		models: own.filter(isModel),
		others: own.filter(
			(file) => !isModel(file) && !file.name.includes("inspection/"),
		),
		find,
	};
}
