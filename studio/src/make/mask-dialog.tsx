import {
	type PointerEvent,
	type ReactElement,
	useCallback,
	useEffect,
	useRef,
	useState,
} from "react";
import { asProblem, type Problem } from "../api/problem.ts";
import { findForeground, uploadFile } from "../api/uploads.ts";
import { strings } from "../strings.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemNote } from "../ui/problem-note.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { changePicture, type Picture } from "./draft.ts";
import { loadMask } from "./load-mask.ts";
import {
	encodeMask,
	type MaskBoard,
	type MaskTool,
	openBoard,
	paint,
	putMask,
	stroke,
} from "./mask-canvas.ts";

const TOOLS: readonly MaskTool[] = ["box", "add", "erase"];
const MOST_UNDO = 20;

/** Corrects what was found in a picture: by a box to look in, or by hand with a brush. */
export function MaskDialog({
	picture,
	onClose,
}: {
	readonly picture: Picture;
	readonly onClose: () => void;
}): ReactElement {
	const canvas = useRef<HTMLCanvasElement>(null);
	const board = useRef<MaskBoard>(undefined);
	const undo = useRef<ImageData[]>([]);
	const drag = useRef<readonly [x: number, y: number]>(undefined);
	const box = useRef<readonly [number, number, number, number]>(undefined);
	const [tool, setTool] = useState<MaskTool>("add");
	const [brush, setBrush] = useState(8); // percent of the width
	const [undoCount, setUndoCount] = useState(0);
	const [isBusy, setBusy] = useState(true);
	const [problem, setProblem] = useState<Problem>();

	const draw = useCallback(() => {
		if (canvas.current && board.current)
			paint(canvas.current, board.current, box.current);
	}, []);

	const { previewUrl, maskPicture } = picture;
	useEffect(() => {
		let isClosed = false;
		if (previewUrl)
			openBoard(previewUrl, maskPicture)
				.then((opened) => {
					if (isClosed) return;
					board.current = opened;
					draw();
				})
				.catch((error) => setProblem(asProblem(error)))
				.finally(() => setBusy(false));
		return () => {
			isClosed = true;
		};
	}, [previewUrl, maskPicture, draw]);

	const remember = (): void => {
		const mask = board.current?.mask;
		const context = mask?.getContext("2d");
		if (!mask || !context) return;
		undo.current = [
			...undo.current.slice(-MOST_UNDO + 1),
			context.getImageData(0, 0, mask.width, mask.height),
		];
		setUndoCount(undo.current.length);
	};

	const lookInBox = async (
		area: readonly [number, number, number, number],
	): Promise<void> => {
		const { current } = board;
		if (!picture.upload || !current) return;
		const scale = current.picture.width / current.width;
		const [x, y, w, h] = area.map((value) => Math.round(value * scale));
		setBusy(true);
		setProblem(undefined);
		try {
			const found = await findForeground(picture.upload.id, {
				box: [x, y, Math.max(1, w), Math.max(1, h)],
			});
			const url = await loadMask(found.maskUrl);
			await putMask(current, url);
			URL.revokeObjectURL(url);
		} catch (error) {
			setProblem(asProblem(error));
		} finally {
			box.current = undefined;
			setBusy(false);
			draw();
		}
	};

	const pointOf = (
		event: PointerEvent<HTMLCanvasElement>,
	): readonly [x: number, y: number] => {
		const area = event.currentTarget.getBoundingClientRect();
		const { width, height } = event.currentTarget;
		return [
			((event.clientX - area.left) / area.width) * width,
			((event.clientY - area.top) / area.height) * height,
		];
	};

	const paintTo = (to: readonly [x: number, y: number]): void => {
		const { current } = board;
		if (!current || !drag.current) return;
		if (tool === "box") {
			const [x, y] = drag.current;
			box.current = [
				Math.min(x, to[0]),
				Math.min(y, to[1]),
				Math.abs(to[0] - x),
				Math.abs(to[1] - y),
			];
		} else {
			stroke(current, tool, (brush / 100) * current.width, drag.current, to);
			drag.current = to;
		}
		draw();
	};

	const apply = async (): Promise<void> => {
		const { current } = board;
		if (!current || !picture.upload) return;
		setBusy(true);
		setProblem(undefined);
		try {
			const drawn = await uploadFile(
				await encodeMask(current),
				`${picture.label.replace(/\.[^.]*$/, "")}.png`,
			);
			const foreground = await findForeground(picture.upload.id, {
				mask: drawn.id,
			});
			changePicture(picture.key, {
				correction: drawn.id,
				foreground,
				maskPicture: await loadMask(foreground.maskUrl),
				status: "ready",
				problem: undefined,
			});
			onClose();
		} catch (error) {
			setProblem(asProblem(error));
			setBusy(false);
		}
	};

	return (
		<Dialog title={strings.mask.title(picture.label)} onClose={onClose}>
			<div className="stack">
				<div className="row">
					<Segmented
						label={strings.mask.title(picture.label)}
						value={tool}
						onChange={setTool}
						choices={TOOLS.map((value) => ({
							value,
							text: strings.mask[value],
						}))}
					/>
					{tool !== "box" && (
						<label className="row small brush-size">
							{strings.mask.size}
							<input
								type="range"
								min={1}
								max={30}
								value={brush}
								onChange={(event) => setBrush(Number(event.target.value))}
							/>
						</label>
					)}
					<button
						type="button"
						className="button"
						disabled={undoCount === 0}
						onClick={() => {
							const last = undo.current.pop();
							setUndoCount(undo.current.length);
							if (last)
								board.current?.mask.getContext("2d")?.putImageData(last, 0, 0);
							draw();
						}}
					>
						{strings.mask.undo}
					</button>
				</div>
				<p className="muted small" role="status">
					{isBusy ? strings.mask.looking : strings.mask.hint[tool]}
				</p>
				<canvas
					ref={canvas}
					className="mask-canvas"
					role="img"
					aria-label={strings.mask.canvas}
					aria-busy={isBusy}
					onPointerDown={(event) => {
						if (isBusy || !board.current) return;
						event.currentTarget.setPointerCapture(event.pointerId);
						remember();
						drag.current = pointOf(event);
						paintTo(drag.current);
					}}
					onPointerMove={(event) => paintTo(pointOf(event))}
					onPointerUp={() => {
						drag.current = undefined;
						const area = box.current;
						if (area && area[2] > 8 && area[3] > 8) void lookInBox(area);
					}}
				/>
				{problem && <ProblemNote problem={problem} />}
				<div className="row end">
					<button type="button" className="button" onClick={onClose}>
						{strings.common.cancel}
					</button>
					<button
						type="button"
						className="button primary"
						disabled={isBusy}
						onClick={apply}
					>
						{strings.mask.apply}
					</button>
				</div>
			</div>
		</Dialog>
	);
}
