import { type ReactElement, type ReactNode, useId } from "react";

export function Switch({
	checked,
	onChange,
	children,
	help,
}: {
	readonly checked: boolean;
	readonly onChange: (checked: boolean) => void;
	readonly children: ReactNode;
	readonly help?: string | undefined;
}): ReactElement {
	const helpId = useId();
	return (
		<div className="field">
			<label className="switch">
				<input
					type="checkbox"
					checked={checked}
					aria-describedby={help ? helpId : undefined}
					onChange={(event) => onChange(event.target.checked)}
				/>
				<span>{children}</span>
			</label>
			{help && (
				<span className="help" id={helpId}>
					{help}
				</span>
			)}
		</div>
	);
}
