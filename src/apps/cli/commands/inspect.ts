import { LunarError } from "../../../core/errors.ts";
import {
	inspectModel,
	type ModelReport,
} from "../../../pipeline/inspect-model.ts";
import { describeFailures } from "../../../pipeline/profiles.ts";
import type { Command } from "../command.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { loadModel } from "../load-model.ts";

const PROFILE_IDS = ["web-ar", "shopify", "game", "print"];
const FLAGS: readonly Flag[] = [
	{
		name: "require",
		type: "string",
		value: PROFILE_IDS.join("|"),
		description: "Exit code 1 when the file does not pass this profile",
	},
	{ name: "json", type: "boolean", description: "Machine-readable, on stdout" },
];

export const inspectCommand: Command = {
	name: "inspect",
	help: () => `usage: lunar inspect FILE [options]

${describeFlags(FLAGS)}
`,
	async run(args, terminal) {
		const { values, positionals } = parseFlags(args, FLAGS);
		if (positionals.length !== 1)
			throw new LunarError(
				"OPTION_INVALID",
				`inspect takes one FILE, ${positionals.length} names were given`,
			);
		const required = values.require;
		if (required !== undefined && !PROFILE_IDS.includes(String(required)))
			throw new LunarError(
				"OPTION_INVALID",
				`--require ${required}: the profiles are ${PROFILE_IDS.join(", ")}`,
			);
		const opened = await loadModel(positionals[0]);
		const report = await inspectModel(opened.model, opened, opened.bytes);
		terminal.out(
			values.json ? `${JSON.stringify(report, null, 2)}\n` : describe(report),
		);
		const passed =
			required === undefined ||
			report.profiles.find(({ id }) => id === required)?.passed === true;
		return passed ? 0 : 1;
	},
};

function describe(report: ModelReport): string {
	const { mesh, texture, gltf } = report;
	const size = [0, 1, 2].map((k) => mesh.bounds.max[k] - mesh.bounds.min[k]);
	const lines: [string, string][] = [
		["format", `${report.format}, ${(report.sizeBytes / 1e6).toFixed(2)} MB`],
		[
			"triangles",
			`${mesh.triangleCount.toLocaleString("en")} (${mesh.vertexCount.toLocaleString("en")} vertices)`,
		],
		["size", size.map((side) => side.toFixed(3)).join(" × ")],
		[
			"closed",
			mesh.watertight ? "watertight" : `${mesh.boundaryEdgeCount} open edges`,
		],
		[
			"manifold",
			mesh.manifold
				? "yes"
				: `no: ${mesh.nonManifoldEdgeCount} edges, ${mesh.nonManifoldVertexCount} vertices`,
		],
		[
			"orientation",
			!mesh.consistentlyOriented
				? "mixed"
				: mesh.outwardOriented
					? "outward"
					: "not outward",
		],
		["parts", String(mesh.componentCount)],
		["genus", mesh.watertight ? String(mesh.genus) : "open"],
		[
			"faulty triangles",
			`${mesh.degenerateTriangleCount} without area, ${mesh.selfIntersectingTriangleCount} self-intersecting`,
		],
		[
			"area, volume",
			`${mesh.area.toPrecision(4)}, ${mesh.watertight ? mesh.volume.toPrecision(4) : "open"}`,
		],
		[
			"materials",
			`${report.materialCount}, ${report.drawCallCount} draw calls`,
		],
	];
	if (texture)
		lines.push([
			"texture",
			`${texture.width} × ${texture.height}, ${(texture.utilisation * 100).toFixed(0)} % used, ${(texture.stretchedShare * 100).toFixed(1)} % of the area stretched, ${texture.overlapTexelCount} texels overlap`,
		]);
	if (gltf)
		lines.push([
			"glTF validator",
			`${gltf.errors} errors, ${gltf.warnings} warnings`,
		]);
	for (const profile of report.profiles)
		lines.push([
			profile.id,
			profile.passed ? "passes" : `fails: ${describeFailures(profile)}`,
		]);
	const width = Math.max(...lines.map(([name]) => name.length));
	return `${lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join("\n")}\n${report.notices
		.map(({ message }) => `! ${message}\n`)
		.join("")}`;
}
