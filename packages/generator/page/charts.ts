import uPlot from 'uplot';
import type { PageAudience, Spread } from '../src/report/page-data.ts';
import { count, element, required, table } from './element.ts';

const HEIGHT = 220;

/** Draws an audience's two charts, each with its numbers in a table; again when the width or the color scheme changes. */
export function showCharts(audience: PageAudience, index: number): void {
  const { distribution } = audience;
  const histogram = required(`histogram-${index}`, HTMLElement);
  const comparison = required(`comparison-${index}`, HTMLElement);
  histogram.after(details(`Users of ${audience.name} by size, in numbers`, histogramTable(audience)));
  comparison.after(
    details(
      `Shares of users of ${audience.name}, in numbers`,
      comparisonTable(distribution.ours, distribution.stock),
    ),
  );
  redrawing(histogram, (width) => new uPlot(...histogramOf(audience, width), histogram));
  redrawing(comparison, (width) => new uPlot(...comparisonOf(audience, width), comparison));
}

type Drawing = [uPlot.Options, uPlot.AlignedData];

function redrawing(holder: HTMLElement, draw: (width: number) => uPlot): void {
  let drawn: uPlot | undefined;
  let width = 0;
  const redraw = () => {
    width = holder.clientWidth;
    drawn?.destroy();
    drawn = width === 0 ? undefined : draw(width);
    // A picture to a screen reader, which has the table.
    for (const canvas of holder.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true');
  };
  new ResizeObserver(() => {
    if (holder.clientWidth !== width) redraw();
  }).observe(holder);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

/** A color of the style sheet, as the scheme has it now. */
function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function axis(label: string, values: (splits: number[]) => string[]): uPlot.Axis {
  return {
    label,
    labelSize: 24,
    labelFont: '13px system-ui, sans-serif',
    font: '12px system-ui, sans-serif',
    stroke: color('text'),
    grid: { stroke: color('line'), width: 1 },
    ticks: { stroke: color('line'), width: 1 },
    values: (_, splits) => values(splits),
  };
}

const numbers = (splits: number[]) => splits.map((split) => (split === null ? '' : count(split)));

function histogramOf({ distribution: { bins } }: PageAudience, width: number): Drawing {
  const middle = bins.counts.map((_, index) => bins.from + (index + 0.5) * bins.width);
  const bars = uPlot.paths.bars?.({ size: [0.9, 100], align: 0 });
  return [
    {
      width,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: [bins.from, bins.from + bins.counts.length * bins.width] },
        y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] },
      },
      axes: [axis('bytes of the line', numbers), { ...axis('users', numbers), size: 64 }],
      series: [
        {},
        {
          fill: color('ours'),
          stroke: color('ours'),
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        },
      ],
    },
    [middle, [...bins.counts]],
  ];
}

function comparisonOf({ distribution, budget }: PageAudience, width: number): Drawing {
  const { ours, stock } = distribution;
  const xs = [...new Set([...ours.twentieths, ...stock.twentieths, budget])].sort((a, b) => a - b);
  const share = ({ twentieths }: Spread, x: number) => {
    const within = twentieths.filter((line) => line <= x).length - 1;
    return Math.max(0, within * 5);
  };
  const least = Math.min(...xs) * 0.9;
  const most = Math.max(...xs) * 1.1;
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const path = stepped === undefined ? {} : { paths: stepped };
  return [
    {
      width,
      height: HEIGHT,
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: false, distr: 3, range: [least, most] }, y: { range: [0, 105] } },
      axes: [
        {
          ...axis('bytes of the line (logarithmic)', numbers),
          splits: () => ticksBetween(least, most),
          filter: (_, splits) => splits,
        },
        { ...axis('% of users within', numbers), size: 64 },
      ],
      series: [
        {},
        { stroke: color('ours'), width: 3, points: { show: false }, ...path },
        { stroke: color('stock'), width: 3, dash: [8, 5], points: { show: false }, ...path },
      ],
      hooks: { draw: [(chart) => drawBudget(chart, budget)] },
    },
    [xs, xs.map((x) => share(ours, x)), xs.map((x) => share(stock, x))],
  ];
}

/** Powers of two, as limits are; uPlot's own would be powers of ten. */
function ticksBetween(least: number, most: number): number[] {
  const ticks: number[] = [];
  for (let tick = 64; tick <= most; tick *= 2) if (tick >= least) ticks.push(tick);
  return ticks;
}

function drawBudget(chart: uPlot, budget: number): void {
  const x = Math.round(chart.valToPos(budget, 'x', true));
  const { top, height } = chart.bbox;
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = color('over');
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.restore();
}

function details(summary: string, content: Node): HTMLDetailsElement {
  return element(
    'details',
    {},
    element('summary', {}, summary),
    element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': summary }, content),
  );
}

function histogramTable({ distribution: { bins } }: PageAudience): HTMLTableElement {
  return table(
    'Users by the size of their line',
    ['from byte', 'to byte', 'users'],
    bins.counts.map((users, index) => [
      bins.from + index * bins.width,
      bins.from + (index + 1) * bins.width - 1,
      users,
    ]),
  );
}

function comparisonTable(ours: Spread, stock: Spread): HTMLTableElement {
  return table(
    'The line that a share of the users stays within, in bytes',
    ['share', 'with claimgen', "with Auth0's claim"],
    ours.twentieths.map((line, index) => [`${index * 5}%`, line, stock.twentieths[index] ?? 0]),
  );
}
