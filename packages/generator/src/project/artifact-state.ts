// Whether a file is what a build would write.
import { compareDescriptions } from '../action/action-description.ts';
import type { Artifact } from '../pipeline.ts';

/** `hidden`: a tenant export put `_VALUE_NOT_SHOWN_`, or nothing, in the place of a secret's keyword. */
export type ArtifactState = 'current' | 'stale' | 'hidden';

/** Whether auth0-deploy-cli writes the file, too, when it exports the tenant. */
export function isDescription({ kind, path }: Artifact): boolean {
  return kind === 'action' && path.endsWith('.json');
}

/** @param text the file's, or undefined where there is none */
export function artifactState(artifact: Artifact, text: string | undefined): ArtifactState {
  // Git may check files out with CRLF.
  if (text === undefined) return 'stale';
  if (text.replaceAll('\r\n', '\n') === artifact.text) return 'current';
  if (!isDescription(artifact)) return 'stale';
  const compared = compareDescriptions(text, artifact.text);
  return compared === 'same' ? 'current' : compared === 'hidden' ? 'hidden' : 'stale';
}
