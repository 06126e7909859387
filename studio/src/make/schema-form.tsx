import type { ReactElement } from "react";
import type { JsonSchema } from "../api/types.ts";
import { SchemaField } from "./schema-field.tsx";

/** A form made of a JSON Schema: one field for each property. Keeps only what differs from the defaults. */
export function SchemaForm({
	schema,
	values,
	leaveOut = [],
	onChange,
}: {
	readonly schema: JsonSchema;
	readonly values: Readonly<Record<string, unknown>>;
	readonly leaveOut?: readonly string[];
	readonly onChange: (values: Readonly<Record<string, unknown>>) => void;
}): ReactElement {
	return (
		<div className="form-grid">
			{Object.entries(schema.properties ?? {})
				.filter(([name]) => !leaveOut.includes(name))
				.map(([name, property]) => (
					<SchemaField
						key={name}
						name={name}
						schema={property}
						value={values[name]}
						onChange={(value) => {
							const { [name]: _, ...rest } = values;
							onChange(
								value === undefined || value === property.default
									? rest
									: { ...rest, [name]: value },
							);
						}}
					/>
				))}
		</div>
	);
}
