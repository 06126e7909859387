import type { ReactElement } from "react";
import type { HostStatus } from "../api/types.ts";
import { hrefOf } from "../router.ts";
import { strings } from "../strings.ts";
import { formatBytes } from "../ui/format.ts";

const TONES = {
	starting: "",
	idle: "good",
	busy: "accent",
	stopping: "warn",
	dead: "bad",
} as const;

/** One process that engines run in. */
export function HostCard({
	host,
}: {
	readonly host: HostStatus;
}): ReactElement {
	return (
		<div className="host">
			<div className="row spread">
				<strong>{host.id}</strong>
				<span className={`chip ${TONES[host.state]}`}>
					{strings.machine.hostStates[host.state]}
				</span>
			</div>
			<p className="muted small num">
				{host.pid !== undefined && `PID ${host.pid}, `}
				{formatBytes(host.memoryBytes)},{" "}
				{strings.machine.jobsDone(host.jobsDone)}
			</p>
			<p className="small">
				{strings.machine.loaded}:{" "}
				{host.loaded.join(", ") || strings.machine.nothingLoaded}
			</p>
			{host.jobId && (
				<a className="small" href={hrefOf({ page: "job", id: host.jobId })}>
					{strings.states.running}
				</a>
			)}
			{host.lastError && <p className="small wrong">{host.lastError}</p>}
		</div>
	);
}
