import { load, YAMLException } from 'js-yaml';
import { type ParsedText, SyntaxFaultError } from './parsed-text.ts';
import { offsetIn, type Place } from './places.ts';
import { refuseMultiplied } from './shared-values.ts';
import { yamlFault } from './yaml-fault.ts';
import { yamlPlaces } from './yaml-places.ts';

/**
 * Parses YAML with the parser of auth0-deploy-cli and its schema, so that a tenant.yaml is the same here and there: merge keys, dates,
 * numbers and all.
 * @throws SyntaxFaultError, also for what YAML allows and nobody means: aliases that multiply past any use
 */
export function parseYamlText(text: string): ParsedText {
  let value: unknown;
  try {
    value = load(text) ?? null;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new SyntaxFaultError(yamlFault(text, error));
  }
  // Only an alias can make a value larger or deeper than its text.
  if (text.includes('*')) refuseMultiplied(text, value);
  let root: Place | undefined;
  return {
    value,
    offsetOf(path, key) {
      root ??= yamlPlaces(text);
      return offsetIn(root, path, key);
    },
  };
}
