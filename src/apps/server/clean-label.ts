const MAX_LABEL_LENGTH = 120;

/** The last part of a file name, fit to be shown, stored and sent back: a label, never a path. */
export function cleanLabel(name: string | undefined, fallback: string): string {
	const last = (name ?? "").split(/[/\\]/).at(-1) ?? "";
	const shown = last
		.normalize("NFC")
		// Control and formatting characters (also those that turn the direction of text), lone halves of pairs.
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
		.trim();
	if (shown === "" || /^\.+$/.test(shown)) return fallback;
	return shorten(shown);
}

/** Keeps the extension. */
function shorten(label: string): string {
	const letters = [...label];
	if (letters.length <= MAX_LABEL_LENGTH) return label;
	const extension = /\.[A-Za-z0-9]{1,8}$/.exec(label)?.[0] ?? "";
	return (
		letters.slice(0, MAX_LABEL_LENGTH - extension.length).join("") + extension
	);
}

/** "shoe.png", "shoe (2).png", …: labels of one job differ. */
export function distinctLabel(
	label: string,
	taken: ReadonlySet<string>,
): string {
	if (!taken.has(label)) return label;
	const dot = label.lastIndexOf(".");
	const [stem, extension] =
		dot > 0 ? [label.slice(0, dot), label.slice(dot)] : [label, ""];
	let k = 2;
	while (taken.has(`${stem} (${k})${extension}`)) k++;
	return `${stem} (${k})${extension}`;
}

/** RFC 6266 (2011) header with an ASCII fallback and RFC 5987 (2010) UTF-8 name. */
export function contentDisposition(
	how: "inline" | "attachment",
	name: string,
): string {
	const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
	// A lone half of a surrogate pair has no UTF-8 form.
	const encoded = encodeURIComponent(name.replace(/\p{Cs}/gu, "_")).replace(
		/['()*!]/g,
		(letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
