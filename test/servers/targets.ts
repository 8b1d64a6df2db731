import { readFileSync } from 'node:fs';
import { requestHead, type Shape } from './request.ts';

export interface Target {
  readonly bytes: number | null;
  readonly counts: 'line' | 'headers' | 'head';
  readonly measured: boolean;
  readonly version?: string;
  readonly margin?: number;
  readonly over: number | null;
  readonly note?: string;
  readonly source: string;
}

const path = new URL('../../packages/generator/data/targets.json', import.meta.url);
const file: { targets: Record<string, Target> } = JSON.parse(readFileSync(path, 'utf8'));

export const targets: ReadonlyMap<string, Target> = new Map(Object.entries(file.targets));

/** The longest Authorization line that a target's figure allows beside the rest of the request. */
export function allowedLine(target: Target, shape: Shape): number {
  const line = 100;
  const head = requestHead(shape, line);
  const requestLine = head.indexOf('\r\n') + 2;
  const besides = { line: 0, headers: head.length - requestLine - 2 - line, head: head.length - line }[
    target.counts
  ];
  return (target.bytes ?? 0) - besides;
}
