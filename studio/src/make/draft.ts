import { useSyncExternalStore } from "react";
import type { Problem } from "../api/problem.ts";
import type {
	Foreground,
	ModelFormat,
	Upload,
	ViewName,
} from "../api/types.ts";

// What is about to be made. Kept outside the components: going to another page and back loses nothing.

/** One picture of the draft, from the moment it is dropped. */
export interface Picture {
	readonly key: string;
	readonly label: string;
	readonly view?: ViewName | undefined;
	/** Shown at once, before anything is uploaded; a picture from an address has one when the server has taken it. */
	readonly previewUrl?: string;
	readonly file?: Blob;
	/** Where the server takes it from. */
	readonly url?: string;
	readonly status: "waiting" | "uploading" | "finding" | "ready" | "failed";
	readonly upload?: Upload;
	readonly foreground?: Foreground;
	/** The mask as a picture of this page. */
	readonly maskPicture?: string | undefined;
	/** Upload of the mask that the user drew or boxed. */
	readonly correction?: string | undefined;
	readonly problem?: Problem | undefined;
}

export interface CameraFile {
	readonly name: string;
	readonly upload: string;
	/** File names that its frames ask for. */
	readonly wanted: readonly string[];
}

export interface Draft {
	readonly pictures: readonly Picture[];
	readonly camera?: CameraFile | undefined;
	readonly engine: string; // 'auto' or an id
	readonly alsoEngine?: string | undefined;
	/** Only what differs from the defaults. */
	readonly options: Readonly<Record<string, unknown>>;
	/** By engine. */
	readonly engineOptions: Readonly<
		Record<string, Readonly<Record<string, unknown>>>
	>;
	readonly formats: readonly ModelFormat[];
	readonly title: string;
	readonly tags: string;
	/** Title of the job whose pictures and settings these are. */
	readonly loadedFrom?: string | undefined;
}

export const EMPTY_DRAFT: Draft = {
	pictures: [],
	engine: "auto",
	options: {},
	engineOptions: {},
	formats: ["glb"],
	title: "",
	tags: "",
};

let draft = EMPTY_DRAFT;
const listeners = new Set<() => void>();

export function getDraft(): Draft {
	return draft;
}

export function changeDraft(change: (old: Draft) => Draft): void {
	draft = change(draft);
	for (const listener of listeners) listener();
}

/** Changes one picture; nothing happens when it was removed meanwhile. */
export function changePicture(key: string, changes: Partial<Picture>): void {
	changeDraft((old) => ({
		...old,
		pictures: old.pictures.map((picture) =>
			picture.key === key ? { ...picture, ...changes } : picture,
		),
	}));
}

export function useDraft(): Draft {
	return useSyncExternalStore((listener) => {
		listeners.add(listener);
		return () => listeners.delete(listener);
	}, getDraft);
}
