import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../api/problem.ts";

export interface Resource<T> {
	readonly data: T | undefined;
	readonly problem: Problem | undefined;
	readonly loading: boolean;
	readonly reload: () => void;
}

/** What `load` answers, loaded again when `key` changes and every `everyMs` while the page is seen. Old data stays until new is there. */
export function useResource<T>(
	key: string,
	load: (signal: AbortSignal) => Promise<T>,
	everyMs?: number,
): Resource<T> {
	const [state, setState] = useState<{
		key: string;
		data?: T;
		problem?: Problem;
		loading: boolean;
	}>({ key, loading: true });
	const [round, setRound] = useState(0);
	const latest = useRef(load);
	latest.current = load;

	// biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks for another load
	useEffect(() => {
		const controller = new AbortController();
		setState((old) =>
			old.key === key ? { ...old, loading: true } : { key, loading: true },
		);
		latest
			.current(controller.signal)
			.then((data) => setState({ key, data, loading: false }))
			.catch((error: unknown) => {
				if (controller.signal.aborted) return;
				setState((old) => ({
					...old,
					problem: asProblem(error),
					loading: false,
				}));
			});
		return () => controller.abort();
	}, [key, round]);

	const reload = useCallback(() => setRound((n) => n + 1), []);
	useEffect(() => {
		if (everyMs === undefined) return;
		const timer = setInterval(() => {
			if (!document.hidden) reload();
		}, everyMs);
		return () => clearInterval(timer);
	}, [everyMs, reload]);

	return {
		data: state.data,
		problem: state.problem,
		loading: state.loading,
		reload,
	};
}
