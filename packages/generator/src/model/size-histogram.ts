/** The sizes that a share of the users stays within. */
export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Counts how often each size occurs: exact quantiles in memory that goes by the largest size alone. */
export class SizeHistogram {
  #counts = new Float64Array(1024);
  #total = 0;
  #max = 0;

  add(size: number): void {
    if (size >= this.#counts.length) {
      const grown = new Float64Array(2 * size);
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[size] = (this.#counts[size] as number) + 1;
    this.#total++;
    if (size > this.#max) this.#max = size;
  }

  get total(): number {
    return this.#total;
  }

  /** The smallest size that at least this share of all does not exceed (nearest rank); 0 where nothing was added. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (let size = 0; size <= this.#max; size++) {
      seen += this.#counts[size] as number;
      if (seen >= rank) return size;
    }
    return this.#max;
  }

  quantiles(): Quantiles {
    return {
      p50: this.quantile(0.5),
      p95: this.quantile(0.95),
      p99: this.quantile(0.99),
      max: this.#max,
    };
  }

  /** How often sizes from `from` up to, not including, `to` occur. */
  between(from: number, to: number): number {
    let sum = 0;
    for (let size = Math.max(0, from); size < Math.min(to, this.#max + 1); size++) {
      sum += this.#counts[size] as number;
    }
    return sum;
  }
}
