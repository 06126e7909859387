import { type ReactElement, useState } from "react";
import { strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";
import { Note } from "../ui/note.tsx";
import { removePicture } from "./add-pictures.ts";
import { isWanted } from "./camera-names.ts";
import { changeDraft, type Draft, type Picture } from "./draft.ts";
import { DropZone } from "./drop-zone.tsx";
import { MaskDialog } from "./mask-dialog.tsx";
import { PictureTile } from "./picture-tile.tsx";
import { SampleButton } from "./sample-button.tsx";
import { SideSlots } from "./side-slots.tsx";

/** The pictures of the draft. */
export function PicturePanel({
	draft,
}: {
	readonly draft: Draft;
}): ReactElement {
	const [correcting, setCorrecting] = useState<string>();
	const { pictures, camera } = draft;
	const correct = (picture: Picture): void => setCorrecting(picture.key);
	const corrected = pictures.find(({ key }) => key === correcting);
	if (pictures.length === 0)
		return (
			<DropZone small={false}>
				<SampleButton />
			</DropZone>
		);
	return (
		<section className="card" aria-label={strings.make.pictures}>
			<div className="card-head">
				<h2>{strings.make.pictures}</h2>
				<button
					type="button"
					className="button quiet"
					onClick={() => {
						for (const { key } of pictures) removePicture(key);
					}}
				>
					{strings.make.clear}
				</button>
			</div>
			<div className="stack">
				{draft.loadedFrom && (
					<Note title={strings.make.loadedFrom(draft.loadedFrom)} />
				)}
				{camera && <CameraLine draft={draft} />}
				{pictures.length > 1 && !camera ? (
					<SideSlots pictures={pictures} onCorrect={correct} />
				) : (
					<div className={pictures.length === 1 ? "tiles one" : "tiles"}>
						{pictures.map((picture) => (
							<PictureTile
								key={picture.key}
								picture={picture}
								hasSides={false}
								onCorrect={correct}
							/>
						))}
					</div>
				)}
				<DropZone small />
			</div>
			{corrected && (
				<MaskDialog
					picture={corrected}
					onClose={() => setCorrecting(undefined)}
				/>
			)}
		</section>
	);
}

function CameraLine({ draft }: { readonly draft: Draft }): ReactElement | null {
	const { camera, pictures } = draft;
	if (!camera) return null;
	const missing = camera.wanted.filter(
		(name) => !pictures.some(({ label }) => isWanted(label, [name])),
	);
	return (
		<>
			<div className="row">
				<span className="chip accent">
					<Icon name="camera" size={14} />
					{strings.make.posed(pictures.length, camera.name)}
				</span>
				<button
					type="button"
					className="button quiet"
					onClick={() => changeDraft((old) => ({ ...old, camera: undefined }))}
				>
					{strings.make.posedDrop}
				</button>
			</div>
			{missing.length > 0 && (
				<Note
					tone="warn"
					title={strings.make.posedMissing(
						missing.length,
						`${missing.slice(0, 4).join(", ")}${missing.length > 4 ? ", …" : ""}`,
					)}
				/>
			)}
		</>
	);
}
