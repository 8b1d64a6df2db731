import { readPermissions } from '@claimgen/verifier/unverified';
import type { PageAudience } from '../src/report/page-data.ts';
import { type CompactToken, readCompactToken } from './compact-token.ts';
import { count, element, required, table } from './element.ts';

const MAX_NAMES = 500;

/** Takes a pasted token apart, in the page: nothing is sent anywhere, and the page's policy forbids it. */
export function startInspector(audiences: readonly PageAudience[]): void {
  const input = required('token', HTMLTextAreaElement);
  const choice = required('token-audience', HTMLSelectElement);
  const output = required('token-content', HTMLElement);
  const inspect = (): readonly Node[] => {
    if (input.value.trim() === '') return [];
    try {
      const token = readCompactToken(input.value);
      const audience = chooseAudience(audiences, choice.value, token);
      return [...describeParts(token, audience), ...describeClaim(token, audience), ...describeJson(token)];
    } catch (error) {
      return [element('p', { class: 'over' }, error instanceof Error ? error.message : 'This is no token.')];
    }
  };
  const show = () => output.replaceChildren(...inspect());
  input.addEventListener('input', show);
  choice.addEventListener('change', show);
  // Browsers keep what stood in a field over a reload.
  input.value = '';
}

function chooseAudience(
  audiences: readonly PageAudience[],
  chosen: string,
  { payload }: CompactToken,
): PageAudience | undefined {
  if (chosen !== '') return audiences[Number(chosen)];
  const named = [payload['aud']].flat();
  return audiences.find(({ identifier }) => named.includes(identifier));
}

function describeParts({ parts, line }: CompactToken, audience: PageAudience | undefined): Node[] {
  const [header, payload, signature] = parts;
  const verdict =
    audience === undefined
      ? ''
      : line <= audience.budget
        ? `, within the budget of ${count(audience.budget)}`
        : `, ${count(line - audience.budget)} over the budget of ${count(audience.budget)}`;
  return [
    element('p', {}, `The line has ${count(line)} bytes${verdict}.`),
    table(
      'Characters of the token',
      ['part', 'characters'],
      [
        ['header', header],
        ['payload', payload],
        ['signature', signature],
      ],
    ),
  ];
}

function describeClaim({ payload }: CompactToken, audience: PageAudience | undefined): Node[] {
  if (audience === undefined) {
    return [
      element(
        'p',
        {},
        'The token is for no API of this report: choose one above to read its claim all the same.',
      ),
    ];
  }
  try {
    const permissions = readPermissions(payload, audience.layout);
    const names = [...permissions].sort();
    const more = names.length - MAX_NAMES;
    return [
      element(
        'p',
        {},
        `${count(names.length)} permissions for ${audience.name}, by a layout that is ${permissions.layout}. Nobody verified the signature.`,
      ),
      element('ul', { class: 'names' }, ...names.slice(0, MAX_NAMES).map((name) => element('li', {}, name))),
      ...(more > 0 ? [element('p', {}, `and ${count(more)} more`)] : []),
    ];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return [element('p', { class: 'over' }, `The claim can't be read for ${audience.name} (${code}).`)];
  }
}

function describeJson({ header, payload }: CompactToken): Node[] {
  const block = (title: string, value: object) =>
    element(
      'details',
      {},
      element('summary', {}, title),
      element('pre', { tabindex: 0, role: 'region', 'aria-label': title }, JSON.stringify(value, null, 2)),
    );
  return [block('Header', header), block('Payload', payload)];
}
