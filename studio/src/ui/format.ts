// Numbers as people read them.

export function formatBytes(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	const units = ["kB", "MB", "GB", "TB"];
	let value = bytes;
	let unit = "B";
	for (const next of units) {
		if (value < 1000) break;
		value /= 1000;
		unit = next;
	}
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** 8 → '8 s', 95 → '1 min 35 s', 5000 → '1 h 23 min'. */
export function formatSeconds(seconds: number): string {
	if (seconds < 10 && seconds !== Math.round(seconds))
		return `${seconds.toFixed(1)} s`;
	const s = Math.round(seconds);
	if (s < 60) return `${s} s`;
	const minutes = Math.floor(s / 60);
	if (minutes < 60)
		return s % 60 ? `${minutes} min ${s % 60} s` : `${minutes} min`;
	return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const counts = new Intl.NumberFormat("en");

export function formatCount(count: number): string {
	return counts.format(count);
}

export function formatPercent(share: number): string {
	const percent = share * 100;
	return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`;
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** 'now', '3 minutes ago', 'yesterday', 'Nov 3, 2026'. */
export function formatAge(at: number, now: number): string {
	const seconds = (at - now) / 1000;
	if (seconds > -45) return "now";
	if (seconds > -3600)
		return relative.format(Math.round(seconds / 60), "minute");
	if (seconds > -86_400)
		return relative.format(Math.round(seconds / 3600), "hour");
	if (seconds > -7 * 86_400)
		return relative.format(Math.round(seconds / 86_400), "day");
	return day.format(at);
}
