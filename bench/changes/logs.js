// Opens the log that a process is told to use: `journal:<folder>`, `valkey:<url>` or `http:<url>`.
import { openHttpFeed, openJournal, openValkeyLog } from '@claimgen/changes';
import { createClient } from '@redis/client';

export const SECRET = 'only-for-this-machine';

export function openLog(place) {
  const [kind, target] = split(place);
  if (kind === 'journal') return openJournal(target, { create: true });
  if (kind === 'valkey')
    return openValkeyLog(createClient({ url: target }), { key: 'bench', replicas: 0, create: true });
  return openHttpFeed(target, { secret: SECRET });
}

function split(place) {
  const colon = place.indexOf(':');
  return [place.slice(0, colon), place.slice(colon + 1)];
}
