import type { ReactElement } from "react";
import { listJobs } from "../api/jobs.ts";
import { getMachine } from "../api/machine.ts";
import type { MachineStatus } from "../api/types.ts";
import { hrefOf } from "../router.ts";
import { useJobList } from "../state/use-job-list.ts";
import { useResource } from "../state/use-resource.ts";
import { strings } from "../strings.ts";
import { Facts } from "../ui/facts.tsx";
import { formatAge, formatBytes, formatPercent } from "../ui/format.ts";
import { Meter } from "../ui/meter.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { titleOfJob } from "../ui/title-of-job.ts";
import { HostCard } from "./host-card.tsx";
import { WeightsCard } from "./weights-card.tsx";

const EVERY_MS = 2000;
const FAILURES = 8;

/** What the server has, and what it does with it. */
export function MachinePage(): ReactElement {
	const { data, problem, reload } = useResource(
		"machine",
		getMachine,
		EVERY_MS,
	);
	return (
		<>
			<div className="page-head">
				<div className="grow">
					<h1>{strings.machine.title}</h1>
					<p>
						{data
							? strings.machine.since(
									data.version,
									formatAge(data.startedAt, Date.now()),
								)
							: strings.machine.lead}
					</p>
				</div>
			</div>
			{problem && <ProblemNote problem={problem} onRetry={reload} />}
			<div className="machine">
				{data ? (
					<Gauges machine={data} />
				) : (
					!problem && <div className="skeleton" style={{ height: 160 }} />
				)}
				{data && (
					<section className="card wide">
						<h2 className="card-title">{strings.machine.hosts}</h2>
						{data.hosts.length === 0 && (
							<p className="muted small">{strings.machine.hostNone}</p>
						)}
						<ul className="hosts">
							{data.hosts.map((host) => (
								<li key={host.id}>
									<HostCard host={host} />
								</li>
							))}
						</ul>
					</section>
				)}
				<WeightsCard />
				<Failures />
			</div>
		</>
	);
}

function Gauges({
	machine,
}: {
	readonly machine: MachineStatus;
}): ReactElement {
	const { cpu, memory, gpus, disk, queue } = machine;
	const used = memory.totalBytes - memory.freeBytes;
	return (
		<>
			<section className="card gauge">
				<h2>{strings.machine.cpu}</h2>
				<p className="figure num">{formatPercent(cpu.load)}</p>
				<Meter
					label={strings.machine.cpu}
					share={cpu.load}
					{...tone(cpu.load)}
				/>
				<p className="muted small">
					{cpu.model}, {strings.machine.cores(cpu.cores)}
				</p>
			</section>
			<section className="card gauge">
				<h2>{strings.machine.memory}</h2>
				<p className="figure num">{formatBytes(used)}</p>
				<Meter
					label={strings.machine.memory}
					share={used / memory.totalBytes}
					{...tone(used / memory.totalBytes)}
				/>
				<p className="muted small num">
					{strings.machine.ofTotal(
						formatBytes(used),
						formatBytes(memory.totalBytes),
					)}
				</p>
			</section>
			<section className="card gauge">
				<h2>{strings.machine.disk}</h2>
				<p className="figure num">
					{strings.machine.diskFree(formatBytes(disk.freeBytes))}
				</p>
				<Meter
					label={strings.machine.disk}
					share={1 - disk.freeBytes / disk.totalBytes}
					{...tone(1 - disk.freeBytes / disk.totalBytes)}
				/>
				<p className="muted small num">
					{strings.machine.diskOurs(formatBytes(disk.blobBytes))}
				</p>
			</section>
			<section className="card gauge">
				<h2>{strings.machine.queue}</h2>
				<Facts
					facts={[
						[strings.machine.running, String(queue.running)],
						[strings.machine.queued, String(queue.queued)],
						[strings.machine.held, String(queue.held)],
					]}
				/>
			</section>
			<section className="card gauge">
				<h2>{strings.machine.gpu}</h2>
				{gpus.length === 0 && (
					<p className="muted small">{strings.machine.noGpu}</p>
				)}
				{gpus.map((gpu) => (
					<div key={gpu.name} className="stack tight">
						<p>{gpu.name}</p>
						{gpu.memoryBytes !== undefined && gpu.usedBytes !== undefined && (
							<>
								<Meter
									label={gpu.name}
									share={gpu.usedBytes / gpu.memoryBytes}
								/>
								<p className="muted small num">
									{strings.machine.ofTotal(
										formatBytes(gpu.usedBytes),
										formatBytes(gpu.memoryBytes),
									)}
								</p>
							</>
						)}
					</div>
				))}
			</section>
		</>
	);
}

function tone(share: number): { tone?: "warn" | "bad" } {
	if (share > 0.95) return { tone: "bad" };
	return share > 0.85 ? { tone: "warn" } : {};
}

function Failures(): ReactElement {
	const { jobs, data } = useJobList("failures", (signal) =>
		listJobs({ state: "failed", limit: FAILURES }, signal),
	);
	return (
		<section className="card wide">
			<h2 className="card-title">{strings.machine.failures}</h2>
			{data && jobs.length === 0 && (
				<p className="muted small">{strings.machine.noFailures}</p>
			)}
			<ul className="failures">
				{jobs.map((job) => (
					<li key={job.id}>
						<a href={hrefOf({ page: "job", id: job.id })}>{titleOfJob(job)}</a>
						<span className="muted small">
							{formatAge(job.finishedAt ?? job.updatedAt, Date.now())}
						</span>
						<p className="small">
							<code>{job.error?.code}</code> {job.error?.message}
						</p>
					</li>
				))}
			</ul>
		</section>
	);
}
