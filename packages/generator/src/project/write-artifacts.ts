// The last step of build and rebase: what was made in memory goes to disk, and replaces nothing that somebody else put there.
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { readTextIfPresent } from '../io/files.ts';
import { isWithin, writeFiles } from '../io/write-files.ts';
import type { Artifact } from '../pipeline.ts';
import { outputFolders } from '../plan/output-paths.ts';
import { artifactState, isDescription } from './artifact-state.ts';
import { isGenerated } from './generated.ts';

/** A project, as far as writing goes. */
export interface OutputPlace {
  /** The config's folder; artifact paths are relative to it. */
  readonly folder: string;
  readonly config: Config;
  readonly environment: string;
}

/** @throws InputError, and then nothing is written */
export function writeArtifacts(place: OutputPlace, artifacts: readonly Artifact[]): void {
  const read = (path: string) => readTextIfPresent(resolve(place.folder, path));
  writeFiles(
    artifacts.map((artifact) => ({
      path: resolve(place.folder, artifact.path),
      text: artifact.text,
      within: boundary(place, artifact),
      isOurs: (present) => isGenerated(artifact, present, read),
      // What a tenant export added to an Action's description stays, or each export would be followed by a commit.
      isCurrent: (present) => isDescription(artifact) && artifactState(artifact, present) === 'current',
    })),
  );
}

/** Links may lead about within the project; of an output folder outside of it, within what the user named. */
function boundary({ folder, config, environment }: OutputPlace, { kind, path }: Artifact): string {
  const file = resolve(folder, path);
  const folders = outputFolders(config, environment);
  const own = kind === 'lock' ? '.' : kind === 'action' ? folders.actions : folders[kind];
  // Where one folder is named for all three, reports lie at its root.
  const within = [folder, resolve(folder, config.out.report)].find((candidate) => isWithin(candidate, file));
  return within ?? resolve(folder, own);
}
