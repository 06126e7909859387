import type { ReactElement } from "react";
import type { Check, Report } from "../../api/types.ts";
import { strings } from "../../strings.ts";
import { Facts } from "../../ui/facts.tsx";
import { formatCount, formatPercent } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";

/** The mesh, the texture, the file, and where it may be used. */
export function ChecksTab({
	report,
}: {
	readonly report: Report;
}): ReactElement {
	const { mesh, texture, gltf } = report;
	const names = strings.look.meshFacts;
	const { min, max } = mesh.bounds;
	const size = max.map((value, i) => (value - min[i]).toFixed(2)).join(" × ");
	return (
		<div className="stack">
			<h3>{strings.look.profiles}</h3>
			{report.profiles.map((profile) => (
				<details key={profile.id} className="profile" open={!profile.passed}>
					<summary>
						<Outcome passed={profile.passed} />
						{profile.title}
					</summary>
					<ul className="checks">
						{profile.checks.map((check) => (
							<CheckLine key={check.id} check={check} />
						))}
					</ul>
				</details>
			))}
			<h3>{strings.look.mesh}</h3>
			<Facts
				facts={[
					[names.triangles, formatCount(mesh.triangleCount)],
					[names.vertices, formatCount(mesh.vertexCount)],
					[names.watertight, yesNo(mesh.watertight)],
					[names.manifold, yesNo(mesh.manifold)],
					[
						names.oriented,
						yesNo(mesh.consistentlyOriented && mesh.outwardOriented),
					],
					[names.components, formatCount(mesh.componentCount)],
					[names.genus, formatCount(mesh.genus)],
					[names.crossings, formatCount(mesh.selfIntersectingTriangleCount)],
					[names.size, size],
					[names.area, mesh.area.toFixed(3)],
					[names.volume, mesh.volume.toFixed(3)],
				]}
			/>
			{texture && (
				<>
					<h3>{strings.look.texture}</h3>
					<TextureFacts texture={texture} />
				</>
			)}
			{gltf && (
				<>
					<h3>{strings.look.gltf}</h3>
					<Facts
						facts={[
							[strings.look.gltfFacts.errors, String(gltf.errors)],
							[strings.look.gltfFacts.warnings, String(gltf.warnings)],
							[strings.look.gltfFacts.infos, String(gltf.infos)],
						]}
					/>
				</>
			)}
		</div>
	);
}

function TextureFacts({
	texture,
}: {
	readonly texture: NonNullable<Report["texture"]>;
}): ReactElement {
	const names = strings.look.textureFacts;
	return (
		<Facts
			facts={[
				[names.size, `${texture.width} × ${texture.height}`],
				[names.utilisation, formatPercent(texture.utilisation)],
				[names.charts, formatCount(texture.chartCount)],
				[names.stretched, formatPercent(texture.stretchedShare)],
				[names.overlaps, formatCount(texture.overlapTexelCount)],
				[names.density, formatCount(Math.round(texture.texelsPerUnit[1]))],
			]}
		/>
	);
}

function CheckLine({ check }: { readonly check: Check }): ReactElement {
	const unit = check.unit ? ` ${check.unit}` : "";
	return (
		<li>
			<Outcome passed={check.passed} />
			<span>
				{check.explain}{" "}
				<span className="muted num">
					{strings.look.measuredOf(
						figure(check.measured),
						COMPARE[check.compare],
						`${figure(check.limit)}${unit}`,
					)}
				</span>
			</span>
		</li>
	);
}

const COMPARE = { "<=": "≤", ">=": "≥", "==": "=" } as const;

function Outcome({ passed }: { readonly passed: boolean }): ReactElement {
	return (
		<span className={passed ? "outcome good" : "outcome bad"}>
			<Icon name={passed ? "check" : "cross"} size={16} />
			<span className="visually-hidden">
				{passed ? strings.look.passed : strings.look.failedCheck}
			</span>
		</span>
	);
}

function yesNo(value: boolean): string {
	return value ? strings.common.yes : strings.common.no;
}

function figure(value: number): string {
	return Number.isInteger(value)
		? formatCount(value)
		: String(Number(value.toPrecision(3)));
}
