// Limits: https://auth0.com/docs/customize/actions/limitations, "Transaction metadata".
const maxKeyLength = 64;
const maxValueBytes = 8 * 1_024;
const maxBytes = 16 * 1_024;

/** `api.transaction`. */
export interface TransactionApi {
  setMetadata(key: string, value: string | number | boolean | null): void;
}

/** `event`: the Action's own copy, in which Auth0 shows the change at once. */
export function createTransactionApi(event: object): TransactionApi {
  const holder = event as { transaction?: { metadata?: Record<string, unknown> } };
  return {
    setMetadata(key, value) {
      if (typeof key !== 'string' || key.length > maxKeyLength) {
        throw new Error(`A key of the transaction metadata has at most ${maxKeyLength} characters.`);
      }
      const allowed =
        ['string', 'boolean'].includes(typeof value) || Number.isSafeInteger(value) || value === null;
      if (!allowed)
        throw new Error('A value of the transaction metadata is a string, a safe number or a boolean.');
      if (Buffer.byteLength(JSON.stringify(value)) > maxValueBytes) {
        throw new Error('A value of the transaction metadata has at most 8 KB.');
      }
      const entries = new Map(Object.entries(holder.transaction?.metadata ?? {}));
      if (value === null) entries.delete(key);
      else entries.set(key, value);
      const metadata = Object.fromEntries(entries);
      if (Buffer.byteLength(JSON.stringify(metadata)) > maxBytes) {
        throw new Error('The transaction metadata have at most 16 KB.');
      }
      holder.transaction = { ...holder.transaction, metadata };
    },
  };
}
