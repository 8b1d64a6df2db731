// What createPermissions does with connections of which something goes wrong.
import { expect, it, onTestFinished, vi } from 'vitest';
import { createPermissions } from '../src/permissions.ts';

/** An API whose streams the test writes. */
function createApi() {
  const streams: { write(text: string): void; isCancelled: boolean }[] = [];
  const fetch: typeof globalThis.fetch = async () => {
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const stream = {
      write: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
      isCancelled: false,
    };
    streams.push(stream);
    const body = new ReadableStream<Uint8Array>({
      start: (own) => {
        controller = own;
      },
      cancel: () => {
        stream.isCancelled = true;
      },
    });
    return new Response(body);
  };
  return { streams, fetch };
}

const told = (permissions: readonly string[]) => `data: ${JSON.stringify({ permissions, stale: [] })}\n\n`;

it('a listener that throws is reported, and keeps neither the others nor the connection from what comes', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => error.mockRestore());
  const { streams, fetch } = createApi();
  const permissions = createPermissions({ url: 'https://api.example/me', fetch });
  const fault = new Error('a fault of the page');
  const shown: boolean[] = [];
  permissions.subscribe(() => {
    throw fault;
  });
  onTestFinished(permissions.subscribe(() => shown.push(permissions.has('a'))));
  await expect.poll(() => streams.length).toBe(1);
  streams[0]?.write(told(['a']));
  streams[0]?.write(told([]));
  await expect.poll(() => shown).toEqual([true, false]);
  expect(error.mock.calls).toEqual([[fault], [fault]]);
  expect(streams.map(({ isCancelled }) => isCancelled)).toEqual([false]);
});

it('lets go of a connection that sends something else', async () => {
  const { streams, fetch } = createApi();
  const permissions = createPermissions({ url: 'https://api.example/me', fetch });
  onTestFinished(permissions.subscribe(() => {}));
  await expect.poll(() => streams.length).toBe(1);
  streams[0]?.write('data: {\n\n');
  await expect.poll(() => streams[0]?.isCancelled).toBe(true);
});
