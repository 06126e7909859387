import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { strings } from "../strings.ts";
import { Icon } from "./icon.tsx";

/** A modal dialog: the browser keeps the focus inside and closes it on Escape. */
export function Dialog({
	title,
	onClose,
	children,
}: {
	readonly title: string;
	readonly onClose: () => void;
	readonly children: ReactNode;
}): ReactElement {
	const ref = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		const dialog = ref.current;
		dialog?.showModal();
		return () => dialog?.close();
	}, []);
	return (
		<dialog
			ref={ref}
			className="dialog"
			aria-label={title}
			onCancel={(event) => {
				event.preventDefault();
				onClose();
			}}
		>
			<div className="dialog-head">
				<h2>{title}</h2>
				<button
					type="button"
					className="button quiet icon-only"
					aria-label={strings.common.close}
					onClick={onClose}
				>
					<Icon name="cross" />
				</button>
			</div>
			<div className="dialog-body">{children}</div>
		</dialog>
	);
}
