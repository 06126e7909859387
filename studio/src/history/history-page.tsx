import { type ReactElement, useDeferredValue, useState } from "react";
import { getEngines } from "../api/machine.ts";
import type { JobState, JobView } from "../api/types.ts";
import { goTo, hrefOf } from "../router.ts";
import { useResource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { Empty } from "../ui/empty.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { JobRow } from "./job-row.tsx";
import { JOB_STATES } from "./job-states.ts";
import { usePagedJobs } from "./use-paged-jobs.ts";
import { VirtualList } from "./virtual-list.tsx";

const ROW_HEIGHT = 76;

/** Everything that was made, thousands of entries long. */
export function HistoryPage(): ReactElement {
	const [search, setSearch] = useState("");
	const [state, setState] = useState<JobState>();
	const [engine, setEngine] = useState("");
	const [favourite, setFavourite] = useState(false);
	const [tag, setTag] = useState("");
	const [picked, setPicked] = useState<readonly string[]>([]);
	const engines = useResource("engines", getEngines);
	const query = {
		search: useDeferredValue(search.trim()),
		...(state ? { state } : {}),
		...(engine ? { engine } : {}),
		...(favourite ? { favourite } : {}),
		...(tag ? { tag } : {}),
	};
	const {
		jobs,
		total,
		problem,
		isLoading,
		loadMore,
		hide,
		unhide,
		reload,
		put,
	} = usePagedJobs(query);
	const isFiltered = Boolean(search || state || engine || favourite || tag);
	const clear = (): void => {
		setSearch("");
		setState(undefined);
		setEngine("");
		setFavourite(false);
		setTag("");
	};
	const pick = (job: JobView): void =>
		setPicked((old) =>
			old.includes(job.id)
				? old.filter((id) => id !== job.id)
				: [...old, job.id].slice(-2),
		);
	return (
		<>
			<div className="page-head">
				<div className="grow">
					<h1>{strings.history.title}</h1>
					<p className="num" role="status">
						{strings.history.count(total)}
					</p>
				</div>
				{picked.length > 0 && (
					<a
						className="button primary"
						aria-disabled={picked.length < 2}
						href={hrefOf({
							page: "compare",
							...(picked[0] ? { a: picked[0] } : {}),
							...(picked[1] ? { b: picked[1] } : {}),
						})}
					>
						<Icon name="columns" />
						{strings.history.compare(picked.length)}
					</a>
				)}
			</div>
			<search className="filters">
				<label className="search">
					<Icon name="search" size={16} />
					<span className="visually-hidden">{strings.history.search}</span>
					<input
						className="input"
						type="search"
						placeholder={strings.history.search}
						value={search}
						onChange={(event) => setSearch(event.target.value)}
					/>
				</label>
				<select
					className="select"
					aria-label={strings.history.state}
					value={state ?? ""}
					onChange={(event) =>
						setState(JOB_STATES.find((name) => name === event.target.value))
					}
				>
					<option value="">{strings.history.anyState}</option>
					{JOB_STATES.map((name) => (
						<option key={name} value={name}>
							{strings.states[name]}
						</option>
					))}
				</select>
				<select
					className="select"
					aria-label={strings.history.engine}
					value={engine}
					onChange={(event) => setEngine(event.target.value)}
				>
					<option value="">{strings.history.anyEngine}</option>
					{engines.data?.map(({ id, title }) => (
						<option key={id} value={id}>
							{title}
						</option>
					))}
				</select>
				<button
					type="button"
					className="button"
					aria-pressed={favourite}
					onClick={() => setFavourite(!favourite)}
				>
					<Icon name="star" size={16} filled={favourite} />
					{strings.history.favourites}
				</button>
				{tag && (
					<button type="button" className="button" onClick={() => setTag("")}>
						{strings.history.tag(tag)}
						<Icon name="cross" size={14} />
					</button>
				)}
			</search>
			{problem && <ProblemNote problem={problem} onRetry={reload} />}
			{jobs.length > 0 && (
				<VirtualList
					label={strings.history.list}
					items={jobs}
					total={total}
					rowHeight={ROW_HEIGHT}
					keyOf={(job) => job.id}
					onNearEnd={loadMore}
					render={(job) => (
						<JobRow
							job={job}
							isPicked={picked.includes(job.id)}
							onPick={() => pick(job)}
							onTag={setTag}
							onHide={() => hide(job.id)}
							onUnhide={() => unhide(job.id)}
							onChanged={put}
						/>
					)}
				/>
			)}
			{jobs.length === 0 && isLoading && (
				<div className="skeleton" style={{ height: 300 }} aria-busy />
			)}
			{jobs.length === 0 && !isLoading && !problem && (
				<Empty
					icon={isFiltered ? "search" : "clock"}
					title={isFiltered ? strings.history.noMatch : strings.history.empty}
					text={
						isFiltered ? strings.history.noMatchText : strings.history.emptyText
					}
				>
					<button
						type="button"
						className="button"
						onClick={isFiltered ? clear : () => goTo({ page: "make" })}
					>
						{isFiltered ? strings.history.clear : strings.make.title}
					</button>
				</Empty>
			)}
		</>
	);
}
