import {
	type ReactElement,
	type ReactNode,
	useEffect,
	useRef,
	useState,
} from "react";
import { strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";
import { addFiles } from "./add-pictures.ts";
import { AddressForm } from "./address-form.tsx";
import { readDrop } from "./read-drop.ts";

/** Where pictures come in: dropped anywhere on the page, pasted, picked, or given by address. */
export function DropZone({
	small,
	children,
}: {
	readonly small: boolean;
	readonly children?: ReactNode;
}): ReactElement {
	const files = useRef<HTMLInputElement>(null);
	const folder = useRef<HTMLInputElement>(null);
	const isOver = usePageDrop();
	const isTouch = window.matchMedia("(pointer: coarse)").matches;
	const take = (list: FileList | null): void => {
		if (list)
			void addFiles([...list].map((file) => ({ file, name: file.name })));
	};
	return (
		<div className={`drop${small ? " small" : ""}${isOver ? " over" : ""}`}>
			{!small && (
				<>
					<span className="drop-icon">
						<Icon name="upload" size={28} />
					</span>
					<h2>{isTouch ? strings.make.addTouch : strings.make.drop}</h2>
					<p className="muted">
						{isTouch ? strings.make.addTouchHint : strings.make.dropHint}
					</p>
				</>
			)}
			<div className="row">
				<button
					type="button"
					className={small ? "button" : "button primary"}
					onClick={() => files.current?.click()}
				>
					<Icon name="plus" />
					{small ? strings.make.addMore : strings.make.pick}
				</button>
				<button
					type="button"
					className="button"
					onClick={() => folder.current?.click()}
				>
					{strings.make.pickFolder}
				</button>
				<AddressForm />
			</div>
			{children}
			<input
				ref={files}
				type="file"
				hidden
				multiple
				accept="image/*,.json"
				data-testid="pick-files"
				onChange={(event) => {
					take(event.target.files);
					event.target.value = "";
				}}
			/>
			<input
				ref={folder}
				type="file"
				hidden
				multiple
				// @ts-expect-error not in React's types; every browser knows it
				webkitdirectory=""
				data-testid="pick-folder"
				onChange={(event) => {
					take(event.target.files);
					event.target.value = "";
				}}
			/>
		</div>
	);
}

/** Takes drops and pastes anywhere on the page. True while files hang over it. */
function usePageDrop(): boolean {
	const [isOver, setOver] = useState(false);
	useEffect(() => {
		let leave: ReturnType<typeof setTimeout> | undefined;
		const hasFiles = (event: DragEvent): boolean =>
			event.dataTransfer?.types.includes("Files") ?? false;
		const onDragOver = (event: DragEvent): void => {
			if (!hasFiles(event)) return;
			event.preventDefault();
			clearTimeout(leave);
			setOver(true);
			leave = setTimeout(() => setOver(false), 200);
		};
		const onDrop = (event: DragEvent): void => {
			if (!event.dataTransfer || !hasFiles(event)) return;
			event.preventDefault();
			void readDrop(event.dataTransfer).then(addFiles);
		};
		const onPaste = (event: ClipboardEvent): void => {
			const pasted = [...(event.clipboardData?.files ?? [])];
			if (pasted.length === 0) return;
			event.preventDefault();
			void addFiles(pasted.map((file) => ({ file, name: file.name })));
		};
		window.addEventListener("dragover", onDragOver);
		window.addEventListener("drop", onDrop);
		window.addEventListener("paste", onPaste);
		return () => {
			clearTimeout(leave);
			window.removeEventListener("dragover", onDragOver);
			window.removeEventListener("drop", onDrop);
			window.removeEventListener("paste", onPaste);
		};
	}, []);
	return isOver;
}
