/** A Markdown table; cells are texts, all columns but the first right-aligned. */
export function printTable(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  console.log(line(head));
  console.log(
    `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`,
  );
  for (const row of rows) console.log(line(row));
  console.log();
}

/** Mean, 99th percentile and most of some lengths. */
export function summary(lengths) {
  const sorted = [...lengths].sort((x, y) => x - y);
  return {
    mean: sorted.reduce((sum, length) => sum + length, 0) / sorted.length,
    p99: sorted[Math.ceil(0.99 * sorted.length) - 1],
    worst: sorted.at(-1),
  };
}

export function number(value, digits = 0) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
