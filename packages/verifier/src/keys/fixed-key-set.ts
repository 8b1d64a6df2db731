// A key set given as an object: nothing is ever fetched.
import type { Platform } from '../platform/platform.ts';
import type { TokenHeader } from '../token/header.ts';
import type { JsonWebKeySet } from './json-web-key-set.ts';
import { KeyList, unknownKey } from './key-list.ts';
import type { KeySource } from './key-source.ts';
import type { VerificationKey } from './verification-key.ts';

export class FixedKeySet implements KeySource {
  readonly #list: KeyList;

  constructor(keySet: JsonWebKeySet) {
    this.#list = new KeyList(keySet);
  }

  find(header: TokenHeader, platform: Platform): VerificationKey | Promise<VerificationKey> {
    const key = this.#list.find(header);
    if (key === undefined) throw unknownKey();
    return key.prepare(header.alg, platform, () => true);
  }

  async prefetch(): Promise<void> {}
}
