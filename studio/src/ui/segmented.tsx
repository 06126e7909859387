import { type ReactElement, type ReactNode, useId } from "react";

/** One of a few, seen at once: radio buttons that look like one control. */
export function Segmented<T extends string>({
	label,
	value,
	choices,
	onChange,
}: {
	readonly label: string;
	readonly value: T;
	readonly choices: readonly {
		readonly value: T;
		readonly text: ReactNode;
		readonly title?: string;
		readonly disabled?: boolean;
	}[];
	readonly onChange: (value: T) => void;
}): ReactElement {
	const name = useId();
	return (
		<fieldset className="segmented">
			<legend className="visually-hidden">{label}</legend>
			{choices.map((choice) => (
				<label key={choice.value} title={choice.title}>
					<input
						type="radio"
						name={name}
						checked={choice.value === value}
						disabled={choice.disabled}
						onChange={() => onChange(choice.value)}
					/>
					<span>{choice.text}</span>
				</label>
			))}
		</fieldset>
	);
}
