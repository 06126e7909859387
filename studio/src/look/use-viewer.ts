import { type RefObject, useEffect, useState } from "react";
import { asProblem, Problem } from "../api/problem.ts";
import { fetchBlob } from "../api/uploads.ts";
import { strings } from "../strings.ts";
import type { ModelFacts, Viewer } from "./viewer/types.ts";

/** A viewer inside `container`, loaded when it is first needed. */
export function useViewer(container: RefObject<HTMLElement | null>): {
	readonly viewer: Viewer | undefined;
	readonly problem: Problem | undefined;
} {
	const [viewer, setViewer] = useState<Viewer>();
	const [problem, setProblem] = useState<Problem>();
	useEffect(() => {
		const parent = container.current;
		if (!parent) return;
		// Its own canvas: one that lost its context cannot be used again.
		const canvas = document.createElement("canvas");
		parent.append(canvas);
		let made: Viewer | undefined;
		let isGone = false;
		import("./viewer/create-viewer.ts")
			.then(({ createViewer }) => {
				if (isGone) return;
				made = createViewer(canvas);
				setViewer(made);
			})
			.catch((error: unknown) =>
				setProblem(
					/WebGL/i.test(String(error))
						? new Problem(0, "NO_WEBGL", strings.look.noWebgl, "")
						: asProblem(error),
				),
			);
		return () => {
			isGone = true;
			setViewer(undefined);
			made?.dispose();
			canvas.remove();
		};
	}, [container]);
	return { viewer, problem };
}

/** Loads a GLB into the viewer, and again when the address changes. */
export function useModel(
	viewer: Viewer | undefined,
	glbUrl: string | undefined,
	seenUrl: string | undefined,
): {
	readonly facts: ModelFacts | undefined;
	readonly problem: Problem | undefined;
} {
	const [state, setState] = useState<{
		facts?: ModelFacts;
		problem?: Problem;
	}>({});
	useEffect(() => {
		if (!viewer || !glbUrl) return;
		const controller = new AbortController();
		const { signal } = controller;
		setState({});
		Promise.all([
			fetchBlob(glbUrl, signal).then((blob) => blob.arrayBuffer()),
			seenUrl
				? fetchBlob(seenUrl, signal)
						.then((blob) => blob.arrayBuffer())
						.then((bytes) => new Uint8Array(bytes))
				: undefined,
		])
			.then(([glb, seen]) => viewer.load(glb, seen))
			.then((facts) => {
				if (!signal.aborted) setState({ facts });
			})
			.catch((error: unknown) => {
				if (!signal.aborted) setState({ problem: asProblem(error) });
			});
		return () => controller.abort();
	}, [viewer, glbUrl, seenUrl]);
	return { facts: state.facts, problem: state.problem };
}
