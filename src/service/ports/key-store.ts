export const KEY_SCOPES = ["read", "submit", "admin"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** An API key as it is kept: the key itself is shown once, when it is made. */
export interface ApiKey {
	readonly id: string; // 'key_…', the owner of its jobs
	readonly name: string;
	/** SHA-256 of the key, hex. */
	readonly hash: string;
	readonly scopes: readonly KeyScope[];
	readonly createdAt: number;
	readonly lastUsedAt?: number;
	readonly expiresAt?: number;
	/** Instead of the server's limits. */
	readonly requestsPerMinute?: number;
	readonly concurrentJobs?: number;
	readonly storageBytes?: number;
}

export interface KeyStore {
	add(key: ApiKey): Promise<void>;
	findByHash(hash: string): Promise<ApiKey | undefined>;
	list(): Promise<readonly ApiKey[]>;
	remove(id: string): Promise<boolean>;
	touch(id: string, at: number): Promise<void>;
	/** Bytes of blobs that the owner's jobs name. */
	usedBytes(owner: string): Promise<number>;
}
