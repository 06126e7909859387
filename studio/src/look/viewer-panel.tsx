import {
	type ReactElement,
	type ReactNode,
	useCallback,
	useEffect,
	useState,
} from "react";
import type { ReportCamera } from "../api/types.ts";
import { strings } from "../strings.ts";
import { Measure } from "./measure.tsx";
import { PhotoOverlay } from "./photo-overlay.tsx";
import { SeenLegend } from "./seen-legend.tsx";
import type {
	LightName,
	ModelFacts,
	Viewer,
	ViewMode,
} from "./viewer/types.ts";
import { ViewerActions } from "./viewer-actions.tsx";
import { ViewerFrame } from "./viewer-frame.tsx";
import { ViewerToolbar } from "./viewer-toolbar.tsx";

/** The stage with everything around it. */
export function ViewerPanel({
	glbUrl,
	seenUrl,
	title,
	cameras,
	photo,
	photoUrl,
	onPhoto,
	onViewer,
	onFacts,
	children,
}: {
	readonly glbUrl: string | undefined;
	readonly seenUrl?: string | undefined;
	readonly title: string;
	readonly cameras: readonly ReportCamera[];
	/** Label of the picture whose camera is taken. */
	readonly photo: string | undefined;
	readonly photoUrl: string | undefined;
	readonly onPhoto: (label: string | undefined) => void;
	readonly onViewer: (viewer: Viewer | undefined) => void;
	readonly onFacts: (facts: ModelFacts | undefined) => void;
	readonly children?: ReactNode;
}): ReactElement {
	const [viewer, setViewer] = useState<Viewer>();
	const [facts, setFacts] = useState<ModelFacts>();
	const [mode, setMode] = useState<ViewMode>("textured");
	const [light, setLight] = useState<LightName>("soft");
	const [spins, setSpin] = useState(false);
	const [isMeasuring, setMeasuring] = useState(false);
	const camera = cameras.find(({ label }) => label === photo);

	const takeViewer = useCallback(
		(next: Viewer | undefined) => {
			setViewer(next);
			onViewer(next);
		},
		[onViewer],
	);
	const takeFacts = useCallback(
		(next: ModelFacts | undefined) => {
			setFacts(next);
			onFacts(next);
		},
		[onFacts],
	);
	useEffect(() => viewer?.setMode(mode), [viewer, mode]);
	// Beside its picture the model is shown in the picture's own light, which is in its texture.
	useEffect(
		() => viewer?.setLight(camera ? "flat" : light),
		[viewer, light, camera],
	);
	useEffect(() => viewer?.setSpin(spins), [viewer, spins]);
	useEffect(() => {
		if (!facts) return;
		if (camera) setSpin(false);
		viewer?.lookFrom(camera);
	}, [viewer, camera, facts]);
	useEffect(
		() => viewer?.onLeavePhoto(() => onPhoto(undefined)),
		[viewer, onPhoto],
	);

	return (
		<div className="viewer">
			<ViewerToolbar
				mode={mode}
				light={light}
				facts={facts}
				onMode={setMode}
				onLight={setLight}
			/>
			<ViewerFrame
				glbUrl={glbUrl}
				seenUrl={seenUrl}
				onViewer={takeViewer}
				onFacts={takeFacts}
			>
				{camera && <PhotoOverlay camera={camera} url={photoUrl} />}
				{isMeasuring && viewer && <Measure viewer={viewer} />}
				{mode === "seen" && <SeenLegend />}
				<ViewerActions
					viewer={viewer}
					title={title}
					spins={spins}
					isMeasuring={isMeasuring}
					onSpin={(next) => {
						setSpin(next);
						if (next) onPhoto(undefined);
					}}
					onMeasure={setMeasuring}
				/>
				{children}
			</ViewerFrame>
			{cameras.length > 0 && (
				<label className="row small photo-pick">
					<span className="muted">{strings.look.photo}</span>
					<select
						className="select"
						value={photo ?? ""}
						onChange={(event) => onPhoto(event.target.value || undefined)}
					>
						<option value="">{strings.look.photoNone}</option>
						{cameras.map(({ label }) => (
							<option key={label} value={label}>
								{label}
							</option>
						))}
					</select>
				</label>
			)}
		</div>
	);
}
