import type { ChangeFrame, ChangePosition } from '@claimgen/verifier/changes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameStore } from '../../src/hub/store.ts';

const runs = Number(process.env['CLAIMGEN_RUNS'] ?? 500);

type Step = {
  readonly do: 'append' | 'beat' | 'snapshot' | 'gap';
  readonly count: number;
  readonly reader: number;
};

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    do: fc.constantFrom(
      'append' as const,
      'append' as const,
      'beat' as const,
      'snapshot' as const,
      'gap' as const,
    ),
    count: fc.integer({ min: 1, max: 1200 }),
    reader: fc.nat(2),
  }),
  { maxLength: 25 },
);

describe('what a hub remembers', () => {
  it('gives every reader everything, whenever they read and wherever they were', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const store = new FrameStore();
        const log: number[] = [];
        let epoch = 0;
        let now = 1;
        const position = () => String(log.length);
        const snapshot = () => {
          const half = Math.floor(log.length / 2);
          now += 1;
          store.add({
            epoch: `e${epoch}`,
            from: '',
            to: '',
            horizon: 0,
            now: 0,
            records: log.slice(0, half),
          });
          store.add({
            epoch: `e${epoch}`,
            from: '',
            to: position(),
            horizon: 0,
            now,
            records: log.slice(half),
          });
        };
        const readers = [0, 1, 2].map(() => ({
          position: undefined as ChangePosition | undefined,
          seen: new Set<unknown>(),
        }));
        const read = (frame: ChangeFrame, reader: (typeof readers)[number]) => {
          for (const record of frame.records) reader.seen.add(record);
          const follows =
            frame.from === '' ||
            (reader.position?.epoch === frame.epoch && reader.position.to === frame.from);
          expect(follows).toBe(true);
          if (frame.to !== '') reader.position = { epoch: frame.epoch, to: frame.to };
        };
        expect([...store.after(undefined)]).toEqual([]);
        snapshot();
        for (const step of history) {
          const from = position();
          if (step.do === 'append') {
            // Many small ones, so that old ones become part of the snapshot.
            for (let i = 0; i < step.count; i += 1) {
              const start = position();
              log.push(log.length);
              now += 1;
              expect(
                store.add({
                  epoch: `e${epoch}`,
                  from: start,
                  to: position(),
                  horizon: 0,
                  now,
                  records: [log.length - 1],
                }),
              ).toBe(true);
            }
          } else if (step.do === 'beat') {
            now += 1;
            store.add({ epoch: `e${epoch}`, from, to: from, horizon: 0, now, records: [] });
          } else if (step.do === 'gap')
            expect(
              store.add({ epoch: `e${epoch}`, from: 'elsewhere', to: from, horizon: 0, now, records: [] }),
            ).toBe(false);
          else {
            epoch += 1;
            snapshot();
          }
          const reader = readers[step.reader] as (typeof readers)[number];
          for (const frame of store.after(reader.position)) read(frame, reader);
          expect(reader.seen.size).toBe(log.length);
          expect(reader.position).toEqual(store.last?.position);
          expect(store.heartbeat()).toMatchObject({
            from: reader.position?.to,
            now: store.last?.now,
            records: [],
          });
        }
      }),
      { numRuns: Math.ceil(runs / 20) },
    );
  });
});
