// Tells that files have changed, for the one command that goes on running.
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { InputError } from '../errors.ts';

/** Milliseconds: editors write a file in several steps, and a folder of files takes some. */
const QUIET = 100;

/**
 * Calls back when one of these files, or a file in one of these folders, has changed, was replaced or is gone.
 * @param paths absolute; what does not exist is waited for, in a folder that does
 * @param changed told the paths as they were given
 * @returns what ends it
 * @throws InputError where the system watches no more
 */
export function watchFiles(
  paths: readonly string[],
  changed: (paths: ReadonlySet<string>) => void,
): () => void {
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = (path: string): void => {
    pending.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const whole = new Set(pending);
      pending.clear();
      changed(whole);
    }, QUIET);
  };
  const watchers: FSWatcher[] = [];
  const stop = (): void => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
  try {
    for (const path of new Set(paths)) watchers.push(...watchersOf(path, () => note(path)));
  } catch (error) {
    stop();
    throw notWatched(error);
  }
  return stop;
}

function notWatched(error: unknown): InputError {
  const { code = 'unknown' } = Object(error) as NodeJS.ErrnoException;
  return new InputError([
    {
      code: 'file_unreadable',
      message: `the system watches no more files (${code})`,
      fix: 'End other programs that watch files, or raise fs.inotify.max_user_instances and fs.inotify.max_user_watches.',
    },
  ]);
}

/** A file is watched in its folder: editors replace it by another of its name. */
function watchersOf(path: string, changed: () => void): FSWatcher[] {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const beside = statSync(dirname(path), { throwIfNoEntry: false }) === undefined ? [] : [dirname(path)];
  const watchers = [
    ...beside.map((folder) =>
      watch(folder, (_, name) => {
        if (name === null || name === basename(path)) changed();
      }),
    ),
    ...(isFolder ? [watch(path, { recursive: true }, changed)] : []),
  ];
  // A folder that is removed can't be watched any longer: that it is gone was told by the one above it.
  for (const watcher of watchers) watcher.on('error', changed);
  return watchers;
}
