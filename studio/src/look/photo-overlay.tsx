import { type ReactElement, useEffect, useRef, useState } from "react";
import type { ReportCamera } from "../api/types.ts";
import { useBlobUrl } from "../state/use-blob-url.ts";
import { strings } from "../strings.ts";
import { fitInside } from "./viewer/fit-inside.ts";

/** The input picture over the model, seen from its own camera, with a slider between the two. */
export function PhotoOverlay({
	camera,
	url,
}: {
	readonly camera: ReportCamera;
	readonly url: string | undefined;
}): ReactElement {
	const [share, setShare] = useState(50);
	const frame = useRef<HTMLDivElement>(null);
	const [size, setSize] = useState<readonly [number, number]>([0, 0]);
	const source = useBlobUrl(url);
	useEffect(() => {
		const element = frame.current;
		if (!element) return;
		const observer = new ResizeObserver(() =>
			setSize([element.clientWidth, element.clientHeight]),
		);
		observer.observe(element);
		return () => observer.disconnect();
	}, []);
	const placed = fitInside(camera.width, camera.height, ...size);
	const edge = (size[0] * share) / 100;
	return (
		<>
			<div className="photo-overlay" ref={frame}>
				<div
					className="photo-clip"
					style={{ clipPath: `inset(0 ${size[0] - edge}px 0 0)` }}
				>
					{source && (
						<img
							src={source}
							alt={camera.label}
							style={{ ...placed, position: "absolute", maxWidth: "none" }}
						/>
					)}
				</div>
				<div className="photo-edge" style={{ left: edge }} />
			</div>
			<label className="photo-slider">
				<span className="visually-hidden">{strings.look.photoSlider}</span>
				<input
					type="range"
					min={0}
					max={100}
					value={share}
					onChange={(event) => setShare(Number(event.target.value))}
				/>
			</label>
		</>
	);
}
