import { type ReactElement, useEffect, useRef, useState } from "react";
import { strings } from "../strings.ts";
import type { Vec3, Viewer } from "./viewer/types.ts";

const CLICK_PIXELS = 5;

/** Two clicks on the model give a distance. Lies over the stage while it is on. */
export function Measure({ viewer }: { readonly viewer: Viewer }): ReactElement {
	const [points, setPoints] = useState<readonly Vec3[]>([]);
	const label = useRef<HTMLSpanElement>(null);

	useEffect(() => {
		viewer.setMarks(points);
		return () => viewer.setMarks([]);
	}, [viewer, points]);

	// A click, not the end of a turn.
	useEffect(() => {
		let start: readonly [x: number, y: number] | undefined;
		const stage = label.current?.closest(".stage")?.querySelector("canvas");
		if (!stage) return;
		const down = (event: PointerEvent): void => {
			start = [event.clientX, event.clientY];
		};
		const up = (event: PointerEvent): void => {
			if (!start) return;
			const moved = Math.hypot(
				event.clientX - start[0],
				event.clientY - start[1],
			);
			if (moved > CLICK_PIXELS) return;
			const area = stage.getBoundingClientRect();
			const point = viewer.pick(
				event.clientX - area.left,
				event.clientY - area.top,
			);
			if (point)
				setPoints((old) => (old.length === 1 ? [...old, point] : [point]));
		};
		stage.addEventListener("pointerdown", down);
		stage.addEventListener("pointerup", up);
		return () => {
			stage.removeEventListener("pointerdown", down);
			stage.removeEventListener("pointerup", up);
		};
	}, [viewer]);

	// The label follows the middle of the line.
	useEffect(() => {
		const [a, b] = points;
		if (!a || !b) return;
		const place = (): void => {
			const [x, y] = viewer.project([
				(a[0] + b[0]) / 2,
				(a[1] + b[1]) / 2,
				(a[2] + b[2]) / 2,
			]);
			if (label.current)
				label.current.style.transform = `translate(${x}px, ${y}px)`;
		};
		place();
		return viewer.onPose(place);
	}, [viewer, points]);

	const [a, b] = points;
	const distance =
		a && b ? Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) : undefined;
	return (
		<>
			<span ref={label} className="measure-label" role="status">
				{distance !== undefined && (
					<span className="chip num">
						{strings.look.measured(distance.toFixed(3))}
					</span>
				)}
			</span>
			{distance === undefined && (
				<div className="stage-hint">
					<span className="chip">{strings.look.measureHint}</span>
				</div>
			)}
		</>
	);
}
