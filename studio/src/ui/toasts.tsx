import { type ReactElement, useSyncExternalStore } from "react";
import { strings } from "../strings.ts";

interface Toast {
	readonly id: number;
	readonly text: string;
	readonly undo?: () => void;
}

const SHOWN_MS = 6000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function put(next: readonly Toast[]): void {
	toasts = next;
	for (const listener of listeners) listener();
}

function drop(id: number): void {
	put(toasts.filter((toast) => toast.id !== id));
}

/** Says something for a few seconds. */
export function say(text: string): void {
	const id = nextId++;
	put([...toasts, { id, text }]);
	setTimeout(() => drop(id), SHOWN_MS);
}

/** Does `effect` in a few seconds, unless it is undone; `undone` puts the page back. */
export function doUnlessUndone(
	text: string,
	effect: () => void,
	undone: () => void,
): void {
	const id = nextId++;
	const finish = (): void => {
		window.removeEventListener("pagehide", run);
		clearTimeout(timer);
		drop(id);
	};
	const run = (): void => {
		finish();
		effect();
	};
	const timer = setTimeout(run, SHOWN_MS);
	window.addEventListener("pagehide", run);
	put([
		...toasts,
		{
			id,
			text,
			undo() {
				finish();
				undone();
			},
		},
	]);
}

export function Toasts(): ReactElement {
	const shown = useSyncExternalStore(
		(listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		() => toasts,
	);
	return (
		<div className="toasts" role="status">
			{shown.map((toast) => (
				<div className="toast" key={toast.id}>
					<p>{toast.text}</p>
					{toast.undo && (
						<button type="button" className="button" onClick={toast.undo}>
							{strings.common.undo}
						</button>
					)}
				</div>
			))}
		</div>
	);
}
