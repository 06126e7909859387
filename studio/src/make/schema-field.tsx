import { type ReactElement, useId } from "react";
import type { JsonSchema } from "../api/types.ts";
import { optionTitle, strings } from "../strings.ts";
import { Switch } from "../ui/switch.tsx";

/** One option: a switch, a choice, a number or a text, as its schema says. */
export function SchemaField({
	name,
	schema,
	value,
	onChange,
}: {
	readonly name: string;
	readonly schema: JsonSchema;
	/** Undefined: the default. */
	readonly value: unknown;
	readonly onChange: (value: unknown) => void;
}): ReactElement {
	const id = useId();
	const title = optionTitle(name);
	if (schema.type === "boolean")
		return (
			<Switch
				checked={Boolean(value ?? schema.default)}
				onChange={onChange}
				help={schema.description}
			>
				{title}
			</Switch>
		);
	const choices = choicesOf(schema);
	const isNumber = schema.type === "number" || schema.type === "integer";
	const wrong = isNumber ? outOfRange(schema, value) : undefined;
	const describedBy = schema.description ? `${id}-help` : undefined;
	return (
		<div className="field">
			<label htmlFor={id}>{title}</label>
			{choices ? (
				<select
					id={id}
					className="select"
					aria-describedby={describedBy}
					value={String(value ?? schema.default ?? "")}
					onChange={(event) =>
						onChange(
							choices.find((choice) => String(choice) === event.target.value),
						)
					}
				>
					{schema.default === undefined && (
						<option value="">{strings.make.automatic}</option>
					)}
					{choices.map((choice) => (
						<option key={String(choice)} value={String(choice)}>
							{String(choice)}
						</option>
					))}
				</select>
			) : (
				<input
					id={id}
					className="input"
					aria-describedby={describedBy}
					aria-invalid={wrong !== undefined}
					inputMode={isNumber ? "decimal" : undefined}
					type={isNumber ? "number" : "text"}
					min={schema.minimum}
					max={schema.maximum}
					step={schema.type === "integer" ? 1 : "any"}
					placeholder={String(schema.default ?? strings.make.automatic)}
					value={value === undefined ? "" : String(value)}
					onChange={(event) => {
						const text = event.target.value;
						if (text === "") onChange(undefined);
						else onChange(isNumber ? Number(text) : text);
					}}
				/>
			)}
			{wrong && <span className="wrong">{wrong}</span>}
			{schema.description && (
				<span className="help" id={describedBy}>
					{schema.description}
				</span>
			)}
		</div>
	);
}

/** Enumerations, and unions of constants, which is how zod writes literals. */
function choicesOf(schema: JsonSchema): readonly unknown[] | undefined {
	if (schema.enum) return schema.enum;
	if (schema.anyOf?.every((option) => option.const !== undefined))
		return schema.anyOf.map((option) => option.const);
	return undefined;
}

export function outOfRange(
	schema: JsonSchema,
	value: unknown,
): string | undefined {
	if (typeof value !== "number") return undefined;
	const { minimum = -Infinity, maximum = Infinity } = schema;
	return value < minimum || value > maximum
		? strings.make.outOfRange(minimum, maximum)
		: undefined;
}
