import { strings } from "../strings.ts";

/** What the server said went wrong, in its own words: what was seen, and the next step. */
export class Problem extends Error {
	readonly status: number;
	readonly code: string;
	readonly hint: string;
	readonly fields: readonly { field: string; message: string }[];

	constructor(
		status: number,
		code: string,
		message: string,
		hint: string,
		fields: readonly { field: string; message: string }[] = [],
	) {
		super(message);
		this.name = "Problem";
		this.status = status;
		this.code = code;
		this.hint = hint;
		this.fields = fields;
	}
}

/** Reads an answer of RFC 9457; anything else becomes a problem too. */
export async function problemOf(response: Response): Promise<Problem> {
	const body = await response.json().catch(() => undefined);
	const {
		code = `HTTP_${response.status}`,
		detail,
		title,
		hint = "",
		errors = [],
	} = (body ?? {}) as {
		code?: string;
		detail?: string;
		title?: string;
		hint?: string;
		errors?: { field: string; message: string }[];
	};
	return new Problem(
		response.status,
		code,
		detail ?? title ?? strings.problems.status(response.status),
		hint,
		errors,
	);
}

export function asProblem(error: unknown): Problem {
	if (error instanceof Problem) return error;
	// fetch throws a TypeError where nobody answers.
	if (error instanceof TypeError && /fetch|network|load/i.test(error.message))
		return new Problem(
			0,
			"SERVER_UNREACHABLE",
			strings.problems.unreachable,
			strings.problems.unreachableHint,
		);
	return new Problem(
		0,
		"STUDIO_ERROR",
		error instanceof Error ? error.message : String(error),
		strings.problems.oursHint,
	);
}
