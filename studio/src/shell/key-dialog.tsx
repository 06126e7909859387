import { type ReactElement, useEffect, useState } from "react";
import { apiKey, setApiKey } from "../api/http.ts";
import { strings } from "../strings.ts";
import { Dialog } from "../ui/dialog.tsx";

/** Asks for the API key when the server does. */
export function KeyDialog(): ReactElement | null {
	const [asked, setAsked] = useState(false);
	const [key, setKey] = useState("");
	useEffect(() => {
		const ask = (): void => setAsked(true);
		window.addEventListener("lunar:unauthorized", ask);
		return () => window.removeEventListener("lunar:unauthorized", ask);
	}, []);
	if (!asked) return null;
	return (
		<Dialog title={strings.key.title} onClose={() => setAsked(false)}>
			<form
				className="stack"
				onSubmit={(event) => {
					event.preventDefault();
					setApiKey(key.trim());
					location.reload();
				}}
			>
				{apiKey() && (
					<p className="wrong" role="alert">
						{strings.key.wrong}
					</p>
				)}
				<p className="muted">{strings.key.text}</p>
				<div className="field">
					<label htmlFor="api-key">{strings.key.label}</label>
					<input
						id="api-key"
						className="input mono"
						type="password"
						autoComplete="off"
						value={key}
						onChange={(event) => setKey(event.target.value)}
					/>
				</div>
				<button
					type="submit"
					className="button primary"
					disabled={key.trim() === ""}
				>
					{strings.key.save}
				</button>
			</form>
		</Dialog>
	);
}
