import { type ReactElement, useState } from "react";
import { VIEW_NAMES, type ViewName } from "../../../src/core/view.ts";
import { strings } from "../strings.ts";
import { setView } from "./add-pictures.ts";
import type { Picture } from "./draft.ts";
import { PictureTile } from "./picture-tile.tsx";
import { sideTitle } from "./side-title.ts";

/** Six places, one for each side, and the pictures that have none yet. */
export function SideSlots({
	pictures,
	onCorrect,
}: {
	readonly pictures: readonly Picture[];
	readonly onCorrect: (picture: Picture) => void;
}): ReactElement {
	const loose = pictures.filter(({ view }) => view === undefined);
	return (
		<div className="stack">
			<p className="muted small">{strings.make.slotsHint}</p>
			<div className="tiles">
				{VIEW_NAMES.map((name) => (
					<Slot
						key={name}
						name={name}
						picture={pictures.find(({ view }) => view === name)}
						onCorrect={onCorrect}
					/>
				))}
			</div>
			{loose.length > 0 && (
				<>
					<h3>{strings.make.loose}</h3>
					<div className="tiles">
						{loose.map((picture) => (
							<PictureTile
								key={picture.key}
								picture={picture}
								hasSides
								onCorrect={onCorrect}
							/>
						))}
					</div>
				</>
			)}
		</div>
	);
}

function Slot({
	name,
	picture,
	onCorrect,
}: {
	readonly name: ViewName;
	readonly picture: Picture | undefined;
	readonly onCorrect: (picture: Picture) => void;
}): ReactElement {
	const [isOver, setOver] = useState(false);
	return (
		<section
			className={isOver ? "slot over" : "slot"}
			aria-label={sideTitle(name)}
			data-side={name}
			onDragOver={(event) => {
				if (!event.dataTransfer.types.includes("text/x-lunar-picture")) return;
				event.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={(event) => {
				setOver(false);
				const key = event.dataTransfer.getData("text/x-lunar-picture");
				if (!key) return;
				event.preventDefault();
				setView(key, name);
			}}
		>
			<h3 className="slot-title">{sideTitle(name)}</h3>
			{picture ? (
				<PictureTile picture={picture} hasSides onCorrect={onCorrect} />
			) : (
				<div className="slot-empty">{strings.make.slotEmpty}</div>
			)}
		</section>
	);
}
