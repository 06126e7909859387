import type { ReactElement } from "react";
import type { Report } from "../../api/types.ts";
import { strings } from "../../strings.ts";
import { Facts } from "../../ui/facts.tsx";
import { formatPercent } from "../../ui/format.ts";
import { NoticeList } from "../../watch/notice-list.tsx";
import type { FoundPlace } from "../places/find-places.ts";
import type { ResultFiles } from "../result-files.ts";
import { VerdictChip } from "../verdict-chip.tsx";
import type { Place } from "../viewer/types.ts";
import { PlaceList } from "./place-list.tsx";
import { ViewFidelityCard } from "./view-fidelity-card.tsx";

/** What the result is worth, measured against its pictures. */
export function ReportTab({
	report,
	files,
	places,
	photo,
	onPhoto,
	onFly,
}: {
	readonly report: Report;
	readonly files: ResultFiles;
	readonly places: readonly FoundPlace[] | undefined;
	readonly photo: string | undefined;
	readonly onPhoto: (label: string | undefined) => void;
	readonly onFly: (place: Place) => void;
}): ReactElement {
	const { seen } = report;
	return (
		<div className="stack">
			<div className="row">
				<h3>{strings.look.overall}</h3>
				<VerdictChip verdict={report.verdict} />
			</div>
			<p className="small">{report.summary}</p>
			<NoticeList notices={report.notices} />
			<h3>{strings.look.viewsTitle}</h3>
			<p className="muted small">{strings.look.viewsHelp}</p>
			<ul className="stack tight">
				{report.perView.map((view, k) => (
					<li key={view.label}>
						<ViewFidelityCard
							view={view}
							pictures={report.inspection?.views[k]}
							files={files}
							isChosen={photo === view.label}
							onChoose={() =>
								onPhoto(photo === view.label ? undefined : view.label)
							}
						/>
					</li>
				))}
			</ul>
			{seen && (
				<>
					<h3>{strings.look.seen}</h3>
					<div
						className="split-bar"
						role="img"
						aria-label={`${strings.look.seenShare} ${formatPercent(seen.seenShare)}, ${strings.look.inventedShare} ${formatPercent(seen.inventedShare)}`}
					>
						<span style={{ flexGrow: seen.seenShare }} />
						<span style={{ flexGrow: seen.inventedShare }} />
					</div>
					<Facts
						facts={[
							[strings.look.seenShare, formatPercent(seen.seenShare)],
							[strings.look.inventedShare, formatPercent(seen.inventedShare)],
						]}
					/>
				</>
			)}
			<h3>{strings.look.places}</h3>
			<PlaceList places={places} onFly={onFly} />
		</div>
	);
}
