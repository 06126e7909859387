import { LunarError } from "../../core/errors.ts";

/** What a refusal means and what to do about it. Never names the address in full: signed ones are secrets. */
export function explainStatus(
	status: number,
	url: string,
	{ token, page }: { readonly token?: string; readonly page: string },
	hint: string | null,
): LunarError {
	const host = hostOf(url);
	const said = hint === null ? "" : `, saying "${hint.slice(0, 200)}"`;
	const answer = `${host} answered ${status}${said}`;
	switch (status) {
		case 401:
			return new LunarError(
				"DOWNLOAD_REFUSED",
				token === undefined
					? `${answer}: it wants to know who you are. Accept the terms at ${page}, make a token in your account's settings, and set HF_TOKEN`
					: `${answer}: the token in HF_TOKEN (or the token file) is not valid; make a new one`,
			);
		case 403:
			return new LunarError(
				"DOWNLOAD_REFUSED",
				token === undefined
					? `${answer}: the file is not public. Accept the terms at ${page} and set HF_TOKEN`
					: `${answer}: the account of this token may not read it. Accept the terms at ${page}, and give the token the right to read gated repositories`,
			);
		case 404:
		case 410:
			return new LunarError(
				"DOWNLOAD_REFUSED",
				`${answer}: the file is no longer published there (${page}); a mirror (HF_ENDPOINT, LUNAR_REMBG_URL) may not have it`,
			);
		case 407:
			return new LunarError(
				"DOWNLOAD_REFUSED",
				`${answer}: the proxy wants a name and a password, as in HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT`,
			);
	}
	return new LunarError("DOWNLOAD_REFUSED", answer);
}

export function hostOf(url: string): string {
	return new URL(url).host;
}

/** Why no answer came. */
export function explainNetwork(error: unknown): string {
	const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
	const code = cause?.code ?? (error as NodeJS.ErrnoException).code;
	switch (code) {
		case "ENOTFOUND":
		case "EAI_AGAIN":
			return "its name cannot be resolved: there is no network, or a proxy is needed (HTTPS_PROXY)";
		case "ECONNREFUSED":
			return "it refuses the connection";
		case "ETIMEDOUT":
		case "UND_ERR_CONNECT_TIMEOUT":
			return "it does not answer: there is no network, or a proxy is needed (HTTPS_PROXY)";
		case "UND_ERR_SOCKET":
		case "ECONNRESET":
			return "the connection was cut";
		case "CERT_HAS_EXPIRED":
		case "SELF_SIGNED_CERT_IN_CHAIN":
		case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
			return `its certificate is not trusted (${code}); a company's own goes into NODE_EXTRA_CA_CERTS`;
	}
	return cause?.message ?? (error as Error).message;
}
