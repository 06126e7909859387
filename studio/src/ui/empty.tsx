import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

export function Empty({
	icon,
	title,
	text,
	children,
}: {
	readonly icon: IconName;
	readonly title: string;
	readonly text?: string;
	readonly children?: ReactNode;
}): ReactElement {
	return (
		<div className="empty">
			<Icon name={icon} size={40} />
			<h2>{title}</h2>
			{text && <p>{text}</p>}
			{children}
		</div>
	);
}
