import { type ReactElement, useId } from "react";
import type { AnyEngineInfo, JsonSchema, ModelFormat } from "../api/types.ts";
import { strings } from "../strings.ts";
import { changeDraft, type Draft } from "./draft.ts";
import { EngineCards } from "./engine-cards.tsx";
import { PresetPicker } from "./preset-picker.tsx";
import { SchemaForm } from "./schema-form.tsx";

const FORMATS: readonly ModelFormat[] = ["glb", "usdz", "obj", "ply", "stl"];

/** How it is to be made. */
export function SettingsPanel({
	draft,
	engines,
	schema,
	onWeights,
}: {
	readonly draft: Draft;
	readonly engines: readonly AnyEngineInfo[];
	readonly schema: JsonSchema | undefined;
	readonly onWeights: () => void;
}): ReactElement {
	const id = useId();
	const engine = engines.find((one) => one.id === draft.engine);
	const engineSchema = engine?.optionsSchema as JsonSchema | undefined;
	return (
		<div className="card stack settings">
			<PresetPicker draft={draft} />
			<hr />
			<EngineCards engines={engines} draft={draft} onWeights={onWeights} />
			<hr />
			<FormatPicker formats={draft.formats} />
			<div className="form-grid">
				<div className="field">
					<label htmlFor={`${id}-title`}>{strings.make.name}</label>
					<input
						id={`${id}-title`}
						className="input"
						maxLength={200}
						placeholder={strings.make.namePlaceholder}
						value={draft.title}
						onChange={(event) => {
							const title = event.target.value;
							changeDraft((old) => ({ ...old, title }));
						}}
					/>
				</div>
				<div className="field">
					<label htmlFor={`${id}-tags`}>{strings.make.tags}</label>
					<input
						id={`${id}-tags`}
						className="input"
						placeholder={strings.make.tagsPlaceholder}
						value={draft.tags}
						onChange={(event) => {
							const tags = event.target.value;
							changeDraft((old) => ({ ...old, tags }));
						}}
					/>
				</div>
			</div>
			{schema && (
				<details>
					<summary>{strings.make.options}</summary>
					<div className="folded">
						<SchemaForm
							schema={schema}
							values={draft.options}
							leaveOut={["quality"]}
							onChange={(options) =>
								changeDraft((old) => ({ ...old, options }))
							}
						/>
					</div>
				</details>
			)}
			{engine && engineSchema && !draft.alsoEngine && (
				<details>
					<summary>{strings.make.engineOptions(engine.title)}</summary>
					<div className="folded">
						<SchemaForm
							schema={engineSchema}
							values={draft.engineOptions[engine.id] ?? {}}
							onChange={(values) =>
								changeDraft((old) => ({
									...old,
									engineOptions: { ...old.engineOptions, [engine.id]: values },
								}))
							}
						/>
					</div>
				</details>
			)}
		</div>
	);
}

function FormatPicker({
	formats,
}: {
	readonly formats: readonly ModelFormat[];
}): ReactElement {
	return (
		<fieldset className="field">
			<legend className="field-label">{strings.make.formats}</legend>
			<div className="row">
				{FORMATS.map((format) => (
					<label key={format} className="check">
						<input
							type="checkbox"
							checked={formats.includes(format)}
							disabled={format === "glb"}
							onChange={(event) =>
								changeDraft((old) => ({
									...old,
									formats: event.target.checked
										? [...old.formats, format]
										: old.formats.filter((one) => one !== format),
								}))
							}
						/>
						{format.toUpperCase()}
					</label>
				))}
			</div>
			<span className="help">{strings.make.formatsHelp}</span>
		</fieldset>
	);
}
