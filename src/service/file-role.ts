import type { JobFile } from "./job.ts";

const MIME_TYPES: Readonly<Record<string, string>> = {
	glb: "model/gltf-binary",
	obj: "model/obj",
	mtl: "model/mtl",
	ply: "application/octet-stream",
	stl: "model/stl",
	usdz: "model/vnd.usdz+zip",
	png: "image/png",
	jpg: "image/jpeg",
	jpeg: "image/jpeg",
	webp: "image/webp",
	json: "application/json",
	html: "text/html",
};

/** What a file of a result is for, and its type, by its name in the result's folder. */
export function fileRole(name: string): Pick<JobFile, "role" | "mimeType"> {
	const extension = name.slice(name.lastIndexOf(".") + 1);
	const mimeType = MIME_TYPES[extension] ?? "application/octet-stream";
	return { role: roleOf(name), mimeType };
}

function roleOf(name: string): JobFile["role"] {
	if (name.startsWith("previews/") || name === "preview.glb") return "preview";
	if (name.startsWith("masks/")) return "mask";
	if (name === "report.json" || name === "report.html") return "report";
	if (name.startsWith("inspection/")) return "report";
	if (name === "comparison.json") return "comparison";
	return "model";
}
