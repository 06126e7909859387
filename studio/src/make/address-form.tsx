import { type ReactElement, useId, useState } from "react";
import { strings } from "../strings.ts";
import { Icon } from "../ui/icon.tsx";
import { addAddress } from "./add-pictures.ts";

/** Adds a picture that the server fetches itself. */
export function AddressForm(): ReactElement {
	const [isOpen, setOpen] = useState(false);
	const [text, setText] = useState("");
	const [isWrong, setWrong] = useState(false);
	const id = useId();
	if (!isOpen)
		return (
			<button type="button" className="button" onClick={() => setOpen(true)}>
				<Icon name="link" />
				{strings.make.byUrl}
			</button>
		);
	return (
		<form
			className="row address"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				const url = text.trim();
				if (!/^https?:\/\/./.test(url) || !URL.canParse(url)) {
					setWrong(true);
					return;
				}
				addAddress(url);
				setText("");
				setOpen(false);
			}}
		>
			<label className="visually-hidden" htmlFor={id}>
				{strings.make.urlLabel}
			</label>
			<input
				id={id}
				className="input"
				type="url"
				placeholder="https://"
				aria-invalid={isWrong}
				aria-describedby={isWrong ? `${id}-wrong` : undefined}
				// biome-ignore lint/a11y/noAutofocus: it opens on request, to be typed into
				autoFocus
				value={text}
				onChange={(event) => {
					setText(event.target.value);
					setWrong(false);
				}}
			/>
			<button type="submit" className="button">
				{strings.make.urlAdd}
			</button>
			{isWrong && (
				<span className="wrong" id={`${id}-wrong`} role="alert">
					{strings.make.urlWrong}
				</span>
			)}
		</form>
	);
}
