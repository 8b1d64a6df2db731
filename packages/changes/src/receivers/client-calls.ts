/** What calls below `/clients` and `/client-grants` change. Pure. */
import type { Change } from '../publish.ts';
import type { Call } from './call.ts';
import { ANYTHING, changed, out } from './changes-of.ts';
import { ofMetadata } from './login-fields.ts';
import { field, isFilled, list, text } from './read.ts';
import type { NameIndex } from './tenant-names.ts';

/** A record names no client: tokens that were issued to others are void, too. */
export function ofClients({ method, path, id, body }: Call, index: NameIndex): readonly Change[] {
  if (id === undefined || id === '') return method === 'POST' ? [] : ANYTHING;
  if (path.length !== 2) return [];
  // Its grants go with it, of which there is no entry. What users have from it stays theirs.
  if (method === 'DELETE') return out({ sub: `${id}@clients` });
  return ofMetadata('client', {}, isFilled(body) ? body : undefined, index);
}

export function ofClientGrants({ method, body, response }: Call, index: NameIndex): readonly Change[] {
  const client = text(field(response, 'client_id')) ?? text(field(body, 'client_id'));
  // The answer to a DELETE doesn't say whose it was.
  if (client === undefined) return changed({}, 'both', undefined);
  const api = text(field(response, 'audience')) ?? text(field(body, 'audience'));
  const machine = { sub: `${client}@clients` };
  if (api === undefined) return changed(machine, 'both', undefined);
  const scopes = list(field(body, 'scope'), text);
  // What a PATCH takes away is not in it.
  const names = method === 'POST' && scopes !== undefined ? scopes : index.api(api);
  return changed(
    machine,
    method === 'POST' ? 'gained' : 'both',
    index.ofPermissions(names.map((name) => ({ api, name }))),
  );
}
