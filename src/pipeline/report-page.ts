import type {
	Check,
	ForegroundReport,
	QualityReport,
	Verdict,
	ViewFidelity,
} from "../core/report.ts";
import type { Manifest } from "./manifest.ts";
import { describeFailures } from "./profiles.ts";
import { REPORT_STYLE } from "./report-style.ts";

/** Pictures of the page as data URIs. */
export interface ReportPictures {
	readonly hero: string;
	readonly turntable: string;
	readonly seen?: string;
	readonly clay?: string;
	/** Whole input pictures with everything but the object dimmed, where it had to be found. */
	readonly found: readonly {
		readonly label: string;
		readonly picture: string;
		/** What --box would say of the object: x,y,width,height in pixels of the file. */
		readonly box: string;
	}[];
	/** One entry per input view, in the order of report.perView. */
	readonly views: readonly {
		readonly input: string;
		readonly mask: string;
		readonly rendered: string;
		readonly difference: string;
	}[];
}

/** A self-contained HTML page: verdict, pictures, every number, and how the asset was made. */
export function reportPage(
	title: string,
	report: QualityReport,
	manifest: Manifest,
	pictures: ReportPictures,
): string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: quality report</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<div>
<p class="kicker">Lunar Nova quality report</p>
<h1>${escapeHtml(title)}</h1>
<p class="summary">${badge(report.verdict)} ${escapeHtml(report.summary)}</p>
<ul class="profiles">${report.profiles
		.map(
			(profile) =>
				`<li class="${profile.passed ? "pass" : "fail"}"><span aria-hidden="true">${profile.passed ? "✓" : "✕"}</span> ${escapeHtml(profile.title)}<span class="quiet">${profile.passed ? "" : `: ${escapeHtml(describeFailures(profile))}`}</span></li>`,
		)
		.join("")}</ul>
${noticeList(report)}
</div>
<div class="stage">
<img src="${pictures.turntable}" alt="Turntable of the result" width="380" height="380">
</div>
</header>
<main>
<section>
<h2>Against your pictures</h2>
<p class="note">The finished file, rendered unlit from each input's own camera. Normal: PSNR at least 25 dB and SSIM at least 0.85; warning: 20 dB and 0.75.</p>
<div class="views">${report.perView.map((view, k) => viewCard(view, report.foreground[k], pictures.views[k])).join("")}</div>
</section>
${foundSection(pictures)}
${seenSection(report, pictures)}
<section class="columns">
<div>
<h2>Mesh</h2>
${meshTable(report)}
</div>
<div>
<h2>Texture</h2>
${textureTable(report)}
<h2>File</h2>
${fileTable(report, manifest)}
</div>
</section>
<section>
<h2>Where it can be used</h2>
<div class="columns">${report.profiles.map((profile) => `<div><h3>${badge(profile.passed ? "pass" : "fail")} ${escapeHtml(profile.title)}</h3>${checkTable(profile.checks)}</div>`).join("")}</div>
</section>
<section class="columns">
<div>
<h2>Time</h2>
${timeTable(manifest)}
</div>
<div>
<h2>How it was made</h2>
<table>${rows([
		["Generator", manifest.generator],
		["Engine", manifest.engine],
		["Seed", String(manifest.seed)],
		["Node", manifest.runtime.node],
	])}</table>
<details><summary>Options</summary><pre>${escapeHtml(JSON.stringify(manifest.options, null, 2))}</pre></details>
<details><summary>Inputs and outputs (SHA-256)</summary><table>${rows(
		[...manifest.inputs, ...manifest.outputs].map(
			(file) =>
				["label" in file ? file.label : file.name, file.sha256] as const,
		),
	)}</table></details>
</div>
</section>
</main>
</body>
</html>
`;
}

const FOUND_BY: Readonly<Record<ForegroundReport["method"], string>> = {
	alpha: "taken from the alpha channel",
	keep: "is the whole picture, as asked",
	uniform: "found before an even background",
	flood: "found by flooding the background from the border",
	grabcut: "found by colour models and a minimal cut",
	network: "found by a network",
	given: "is the mask that was given",
};

function viewCard(
	view: ViewFidelity,
	foreground: ForegroundReport | undefined,
	pictures: ReportPictures["views"][number],
): string {
	const figure = (source: string, caption: string): string =>
		`<figure><img loading="lazy" src="${source}" alt="${escapeHtml(`${view.label}: ${caption}`)}"><figcaption>${caption}</figcaption></figure>`;
	return `<article class="view">
<h3>${badge(view.verdict)} ${escapeHtml(view.name ?? view.label)} <span class="quiet">${view.name ? escapeHtml(view.label) : ""}</span></h3>
<div class="pictures">${figure(pictures.input, "input")}${figure(pictures.mask, "found object")}${figure(pictures.rendered, "result")}${figure(pictures.difference, "difference")}</div>
<p class="figures"><b>${view.psnrDb.toFixed(1)} dB</b> PSNR · <b>${view.ssim.toFixed(3)}</b> SSIM · <b>${view.silhouetteIou.toFixed(3)}</b> silhouette IoU · <span class="quiet">${view.foregroundPsnrDb.toFixed(1)} dB on the object alone</span></p>
${foreground ? `<p class="quiet">Object ${FOUND_BY[foreground.method]}${foreground.network ? ` (${escapeHtml(foreground.network)})` : ""}${["alpha", "keep", "given"].includes(foreground.method) ? "" : `, confidence ${percent(foreground.confidence)}`}</p>` : ""}
</article>`;
}

function foundSection({ found }: ReportPictures): string {
	if (found.length === 0) return "";
	return `<section>
<h2>What was taken as the object</h2>
<p class="note">Everything else is dimmed. If it is wrong: <code>--box x,y,w,h</code> says where the object is, in pixels of the picture; <code>--mask FILE</code> gives a mask of your own (start from the one in <code>masks/</code>); <code>--object N</code> takes another object.</p>
<div class="taken">${found.map(({ label, picture, box }) => `<figure><img loading="lazy" src="${picture}" alt="${escapeHtml(`${label}: what was taken as the object`)}"><figcaption>${escapeHtml(label)}: the object is in ${box}</figcaption></figure>`).join("")}</div>
</section>`;
}

function seenSection(
	{ seen }: QualityReport,
	pictures: ReportPictures,
): string {
	if (seen === undefined) return "";
	const last = seen.shareByViewCount.length - 1;
	return `<section>
<h2>Seen and invented</h2>
<p class="note"><b>${percent(seen.seenShare)}</b> of the surface is seen by at least one picture; <b>${percent(seen.inventedShare)}</b> is invented: its shape and colour are a guess.</p>
<div class="pair">${pictures.seen ? `<figure><img src="${pictures.seen}" alt="Seen and invented surface"><figcaption>orange is invented; from pale to dark blue: seen by one, two, more pictures</figcaption></figure>` : ""}${pictures.clay ? `<figure><img src="${pictures.clay}" alt="The shape alone, in clay"><figcaption>the shape alone</figcaption></figure>` : ""}
<table>${rows(
		seen.shareByViewCount.map(
			(share, k) =>
				[
					k === 0 ? "Invented" : `Seen by ${k}${k === last ? " or more" : ""}`,
					percent(share),
				] as const,
		),
	)}</table></div>
</section>`;
}

function meshTable({ mesh }: QualityReport): string {
	const size = [0, 1, 2].map((k) => mesh.bounds.max[k] - mesh.bounds.min[k]);
	return `<table>${rows([
		["Triangles", mesh.triangleCount.toLocaleString("en")],
		["Vertices", mesh.vertexCount.toLocaleString("en")],
		["Watertight", yes(mesh.watertight)],
		["Manifold", yes(mesh.manifold)],
		[
			"Oriented outward",
			yes(mesh.consistentlyOriented && mesh.outwardOriented),
		],
		["Parts", String(mesh.componentCount)],
		["Genus (handles)", String(mesh.genus)],
		["Open edges", String(mesh.boundaryEdgeCount)],
		["Non-manifold edges", String(mesh.nonManifoldEdgeCount)],
		["Triangles without area", String(mesh.degenerateTriangleCount)],
		["Self-intersecting triangles", String(mesh.selfIntersectingTriangleCount)],
		["Size", size.map((side) => side.toFixed(3)).join(" × ")],
		["Area", mesh.area.toFixed(4)],
		["Volume", mesh.volume.toFixed(5)],
	])}</table>`;
}

function textureTable({ texture }: QualityReport): string {
	if (texture === undefined)
		return '<p class="note">No texture: the colours sit on the vertices.</p>';
	return `<table>${rows([
		["Size", `${texture.width} × ${texture.height}`],
		["Atlas used", percent(texture.utilisation)],
		["Charts", String(texture.chartCount)],
		["Surface with texels", percent(texture.coverage)],
		["Area stretched over 1.5 : 1", percent(texture.stretchedShare)],
		["Overlapping texels", String(texture.overlapTexelCount)],
		[
			"Texels per unit (5 %, median, 95 %)",
			texture.texelsPerUnit.map((value) => value.toFixed(0)).join(" · "),
		],
	])}</table>`;
}

function fileTable({ gltf }: QualityReport, manifest: Manifest): string {
	return `<table>${rows([
		...(gltf
			? ([
					[
						"Khronos validator",
						`${gltf.errors} errors, ${gltf.warnings} warnings`,
					],
				] as const)
			: []),
		...manifest.outputs.map(
			(file) => [file.name, `${(file.sizeBytes / 1e6).toFixed(2)} MB`] as const,
		),
	])}</table>`;
}

function timeTable(manifest: Manifest): string {
	const steps = Object.entries(manifest.performance.stepMs).filter(
		([name]) => !name.includes("/"),
	);
	const total = steps.reduce((sum, [, ms]) => sum + ms, 0);
	return `<table>${steps
		.map(
			([name, ms]) =>
				`<tr><th>${escapeHtml(name)}</th><td>${(ms / 1000).toFixed(2)} s</td><td class="bar"><span style="width:${((100 * ms) / total).toFixed(1)}%"></span></td></tr>`,
		)
		.join(
			"",
		)}<tr class="total"><th>together</th><td>${(total / 1000).toFixed(2)} s</td><td></td></tr><tr><th>peak memory</th><td>${manifest.performance.peakMemoryMB} MB</td><td></td></tr></table>`;
}

function checkTable(checks: readonly Check[]): string {
	const sign = { "<=": "≤", ">=": "≥", "==": "=" } as const;
	return `<table>${checks
		.map(
			(check) =>
				`<tr class="${check.passed ? "" : "failed"}"><th title="${escapeHtml(check.explain)}">${check.passed ? "✓" : "✕"} ${escapeHtml(check.id)}</th><td>${check.measured.toLocaleString("en")} ${escapeHtml(check.unit)}</td><td class="quiet">${sign[check.compare]} ${check.limit.toLocaleString("en")}</td></tr>`,
		)
		.join("")}</table>`;
}

function noticeList({ notices }: QualityReport): string {
	if (notices.length === 0) return "";
	return `<ul class="notices">${notices
		.map(
			(notice) =>
				`<li class="${notice.severity}"><b>${notice.label ? `${escapeHtml(notice.label)}: ` : ""}</b>${escapeHtml(notice.message)}${notice.remedy ? ` <span class="quiet">${escapeHtml(notice.remedy)}</span>` : ""}</li>`,
		)
		.join("")}</ul>`;
}

function badge(verdict: Verdict): string {
	const text = { pass: "good", warn: "warning", fail: "poor" }[verdict];
	return `<span class="badge ${verdict}">${text}</span>`;
}

function rows(entries: readonly (readonly [string, string])[]): string {
	return entries
		.map(
			([name, value]) =>
				`<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
		)
		.join("");
}

function yes(claim: boolean): string {
	return claim ? "yes" : "NO";
}

function percent(share: number): string {
	return `${(share * 100).toFixed(1)} %`;
}

function escapeHtml(text: string): string {
	return text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll('"', "&quot;");
}
