// Packages for code that lies elsewhere than the project it belongs to.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Lets code in a copy of a repository import the packages that are installed in the repository, wherever a node_modules folder is.
 * @param folders of the copy, relative to both roots
 * @param copy the copy's root, in a folder of its own
 */
export function linkPackages(root: string, folders: readonly string[], copy: string): void {
  for (const folder of folders) link(join(root, folder), join(copy, folder));
  for (let above = dirname(root); ; above = dirname(above)) {
    if (link(above, dirname(copy)) || dirname(above) === above) return;
  }
}

/** Whether there were packages to link. */
function link(from: string, to: string): boolean {
  const packages = join(from, 'node_modules');
  if (!existsSync(packages)) return false;
  const place = join(to, 'node_modules');
  if (existsSync(place)) return true;
  mkdirSync(to, { recursive: true });
  // Windows lets everybody make junctions, and not links.
  symlinkSync(packages, place, 'junction');
  return true;
}
