export type Mode = 'raw' | 'gaps' | 'runs';
export type Runs = readonly (readonly [from: number, to: number])[];
export declare const MODES: readonly Mode[];
export declare function toRuns(places: Iterable<number>): Runs;
export declare function toPlaces(runs: Runs, limit?: number): number[];
export declare function toBits(text: string): string;
export declare function toText(bits: string, padding?: '0' | '1'): string;
export declare function binary(value: number, length: number): string;
export declare function rice(value: number, k: number): string;
export declare function expGolomb(value: number, a: number): string;
export declare function bodyBits(mode: Mode, parameters: readonly number[], runs: Runs): string;
export declare function writeBody(mode: Mode, parameters: readonly number[], runs: Runs): string;
export declare function bestParameters(mode: Mode, runs: Runs): number[];
export declare function chooseBody(runs: Runs): string;
export declare function readBody(text: string): { mode: Mode; parameters: number[]; runs: Runs } | null;
export declare function generationIds(
  audience: string,
  lineage: number,
  generations: readonly (readonly string[])[],
): string[];
