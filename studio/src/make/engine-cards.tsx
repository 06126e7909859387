import { type ReactElement, useId } from "react";
import type { AnyEngineInfo } from "../api/types.ts";
import { strings } from "../strings.ts";
import { formatSeconds } from "../ui/format.ts";
import { Note } from "../ui/note.tsx";
import { changeDraft, type Draft } from "./draft.ts";
import { WeightsButton } from "./weights-button.tsx";

/** The choice of engine: what each needs, whether it can run here, and under which licence. */
export function EngineCards({
	engines,
	draft,
	onWeights,
}: {
	readonly engines: readonly AnyEngineInfo[];
	readonly draft: Draft;
	readonly onWeights: () => void;
}): ReactElement {
	const name = useId();
	const chosen = engines.find(({ id }) => id === draft.engine);
	return (
		<fieldset className="stack">
			<legend className="card-head">
				<h2>{strings.make.engine}</h2>
			</legend>
			<div className="engines">
				<label className="engine">
					<input
						type="radio"
						name={name}
						checked={draft.engine === "auto"}
						onChange={() =>
							changeDraft((old) => ({
								...old,
								engine: "auto",
								alsoEngine: undefined,
							}))
						}
					/>
					<span className="engine-title">{strings.make.engineAuto}</span>
					<span className="engine-text">{strings.make.engineAutoText}</span>
				</label>
				{engines.map((engine) => (
					<EngineCard
						key={engine.id}
						engine={engine}
						group={name}
						isChosen={draft.engine === engine.id}
					/>
				))}
			</div>
			{chosen?.status === "needs-weights" && (
				<Note
					tone="warn"
					title={chosen.reason ?? strings.make.status["needs-weights"]}
					remedy={chosen.remedy}
					action={<WeightsButton names={chosen.weights} onDone={onWeights} />}
				/>
			)}
			{chosen && (
				<div className="field">
					<label htmlFor={`${name}-also`}>{strings.make.alsoWith}</label>
					<select
						id={`${name}-also`}
						className="select"
						value={draft.alsoEngine ?? ""}
						onChange={(event) =>
							changeDraft((old) => ({
								...old,
								alsoEngine: event.target.value || undefined,
							}))
						}
					>
						<option value="">{strings.make.alsoNone}</option>
						{engines
							.filter(({ id }) => id !== chosen.id)
							.map(({ id, title }) => (
								<option key={id} value={id}>
									{title}
								</option>
							))}
					</select>
				</div>
			)}
		</fieldset>
	);
}

const STATUS_TONES = {
	available: "good",
	loaded: "good",
	"needs-weights": "warn",
	error: "bad",
} as const;

function EngineCard({
	engine,
	group,
	isChosen,
}: {
	readonly engine: AnyEngineInfo;
	readonly group: string;
	readonly isChosen: boolean;
}): ReactElement {
	const [min, max] = engine.views;
	const { licence, status } = engine;
	return (
		<label className="engine">
			<input
				type="radio"
				name={group}
				checked={isChosen}
				onChange={() =>
					changeDraft((old) => ({
						...old,
						engine: engine.id,
						alsoEngine: undefined,
					}))
				}
			/>
			<span className="engine-title">
				{engine.title}
				<span className={`chip ${STATUS_TONES[status]}`} title={engine.reason}>
					{strings.make.status[status]}
				</span>
			</span>
			<span className="engine-text">{engine.summary}</span>
			<span className="engine-facts">
				<span>{strings.make.views(min, max)}</span>
				<span>{strings.make.memory(engine.memoryMB)}</span>
				{engine.vramMB !== undefined && (
					<span>{strings.make.vram(engine.vramMB)}</span>
				)}
				{engine.typicalSeconds !== undefined && (
					<span>
						{strings.make.typical(formatSeconds(engine.typicalSeconds))}
					</span>
				)}
				<span title={licence.note ?? licence.name}>
					{strings.make.commercial[licence.commercial]}
				</span>
			</span>
		</label>
	);
}
