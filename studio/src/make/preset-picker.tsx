import { type ReactElement, useId, useRef, useState } from "react";
import { strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";
import { saveFile } from "../ui/save-file.ts";
import { Segmented } from "../ui/segmented.tsx";
import { say } from "../ui/toasts.tsx";
import { changeDraft, type Draft } from "./draft.ts";
import {
	deletePreset,
	exportPresets,
	parsePresets,
	savePresets,
	useOwnPresets,
} from "./own-presets.ts";

const QUALITIES = ["fast", "balanced", "quality"] as const;
const DEFAULT_QUALITY = "balanced";

/** How much work: three presets of the pipeline, and those saved here. */
export function PresetPicker({
	draft,
}: {
	readonly draft: Draft;
}): ReactElement {
	const quality =
		QUALITIES.find((name) => name === draft.options.quality) ?? DEFAULT_QUALITY;
	return (
		<section className="stack">
			<h2>{strings.make.preset}</h2>
			<Segmented
				label={strings.make.preset}
				value={quality}
				onChange={(value) =>
					changeDraft((old) => ({
						...old,
						options: { ...old.options, quality: value },
					}))
				}
				choices={QUALITIES.map((value) => ({
					value,
					text: strings.make.presets[value],
					title: strings.make.presetHelp[value],
				}))}
			/>
			<p className="muted small">{strings.make.presetHelp[quality]}</p>
			<OwnPresets draft={draft} />
		</section>
	);
}

function OwnPresets({ draft }: { readonly draft: Draft }): ReactElement {
	const presets = useOwnPresets();
	const [name, setName] = useState("");
	const id = useId();
	return (
		<details>
			<summary>
				{strings.make.own}
				{presets.length > 0 && ` (${presets.length})`}
			</summary>
			<div className="stack folded">
				{presets.length === 0 && (
					<p className="muted small">{strings.make.ownNone}</p>
				)}
				<ul className="row">
					{presets.map((preset) => (
						<li key={preset.name} className="row preset">
							<button
								type="button"
								className="button"
								onClick={() => {
									const { name: _, ...settings } = preset;
									changeDraft((old) => ({ ...old, ...settings }));
								}}
							>
								{preset.name}
							</button>
							<button
								type="button"
								className="button quiet icon-only"
								aria-label={strings.make.ownDelete(preset.name)}
								onClick={() => deletePreset(preset.name)}
							>
								<Icon name="cross" size={16} />
							</button>
						</li>
					))}
				</ul>
				<form
					className="row"
					onSubmit={(event) => {
						event.preventDefault();
						const { engine, options, engineOptions, formats } = draft;
						savePresets([
							{ name: name.trim(), engine, options, engineOptions, formats },
						]);
						setName("");
					}}
				>
					<label className="visually-hidden" htmlFor={id}>
						{strings.make.ownName}
					</label>
					<input
						id={id}
						className="input grow"
						placeholder={strings.make.ownName}
						value={name}
						onChange={(event) => setName(event.target.value)}
					/>
					<button
						type="submit"
						className="button"
						disabled={name.trim() === ""}
					>
						{strings.make.ownSave}
					</button>
				</form>
				<PresetFiles hasAny={presets.length > 0} />
			</div>
		</details>
	);
}

function PresetFiles({ hasAny }: { readonly hasAny: boolean }): ReactElement {
	const file = useRef<HTMLInputElement>(null);
	return (
		<div className="row">
			<button
				type="button"
				className="button quiet"
				disabled={!hasAny}
				onClick={() =>
					saveFile(
						new Blob([exportPresets()], { type: "application/json" }),
						"lunar-presets.json",
					)
				}
			>
				{strings.make.ownExport}
			</button>
			<button
				type="button"
				className="button quiet"
				onClick={() => file.current?.click()}
			>
				{strings.make.ownImport}
			</button>
			<input
				ref={file}
				type="file"
				hidden
				accept=".json"
				onChange={async (event) => {
					const text = await event.target.files?.[0]?.text();
					event.target.value = "";
					if (text === undefined) return;
					const imported = parsePresets(text);
					if (!imported) {
						say(strings.make.ownBad);
						return;
					}
					savePresets(imported);
					say(strings.make.ownImported(imported.length));
				}}
			/>
		</div>
	);
}
