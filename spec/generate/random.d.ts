export declare function seeded(seed: number): (n: number) => number;
