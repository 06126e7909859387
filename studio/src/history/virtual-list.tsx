import {
	type CSSProperties,
	type ReactElement,
	type ReactNode,
	useEffect,
	useRef,
	useState,
} from "react";

const EXTRA_ROWS = 8;

/** Rows of one height, of which only those near the window are in the page. Scrolls with the page. */
export function VirtualList<T>({
	label,
	items,
	total,
	rowHeight,
	keyOf,
	render,
	onNearEnd,
}: {
	readonly label: string;
	readonly items: readonly T[];
	/** With those that are not loaded yet: the scroll bar is right from the start. */
	readonly total: number;
	readonly rowHeight: number;
	readonly keyOf: (item: T) => string;
	readonly render: (item: T) => ReactNode;
	readonly onNearEnd: () => void;
}): ReactElement {
	const list = useRef<HTMLUListElement>(null);
	const [range, setRange] = useState<readonly [first: number, last: number]>([
		0, 20,
	]);
	useEffect(() => {
		const measure = (): void => {
			const top = list.current?.getBoundingClientRect().top ?? 0;
			const first = Math.max(0, Math.floor(-top / rowHeight) - EXTRA_ROWS);
			const shown = Math.ceil(window.innerHeight / rowHeight);
			const last = first + shown + EXTRA_ROWS * 2;
			setRange((old) =>
				old[0] === first && old[1] === last ? old : [first, last],
			);
		};
		measure();
		window.addEventListener("scroll", measure, { passive: true });
		window.addEventListener("resize", measure);
		return () => {
			window.removeEventListener("scroll", measure);
			window.removeEventListener("resize", measure);
		};
	}, [rowHeight]);
	const [first, last] = range;
	const isNearEnd = last >= items.length && items.length < total;
	useEffect(() => {
		if (isNearEnd) onNearEnd();
	});
	const placeOf = (place: number): CSSProperties => ({
		height: rowHeight,
		transform: `translateY(${place * rowHeight}px)`,
	});
	const firstMissing = Math.max(first, items.length);
	const notLoaded = Array.from(
		{ length: Math.max(0, Math.min(last, total) - firstMissing) },
		(_, k) => firstMissing + k,
	);
	return (
		<ul
			className="virtual"
			aria-label={label}
			ref={list}
			style={{ height: total * rowHeight }}
		>
			{items.slice(first, last).map((item, k) => (
				<li
					key={keyOf(item)}
					aria-setsize={total}
					aria-posinset={first + k + 1}
					style={placeOf(first + k)}
				>
					{render(item)}
				</li>
			))}
			{notLoaded.map((place) => (
				<li key={place} aria-hidden style={placeOf(place)}>
					<div className="skeleton row-skeleton" />
				</li>
			))}
		</ul>
	);
}
