/** 8192 as 8,192, on every machine alike. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
