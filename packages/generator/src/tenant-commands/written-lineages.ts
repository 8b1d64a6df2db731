// Which lineage an Action is to write of each audience, and whether logins write another one now.
import { readTables } from '../action/read-tables.ts';
import { activeLineage } from '../layout/layout.ts';
import { planProject } from '../plan/plan.ts';
import type { Project } from '../project/project.ts';
import type { WrittenLineage } from './verified-by.ts';

/**
 * @param deployed the code that logins run now. Of code that can't be read, nobody knows what it writes: then every lineage is new, but for
 * the first deploy, before which no API gets claims
 */
export function writtenLineages(project: Project, deployed: readonly string[]): WrittenLineage[] {
  const tables = deployed.map(readTables);
  const unreadable = tables.some((table) => table === undefined);
  const firstIds = tables.flatMap(
    (table) => table?.audiences.map(({ name, ids }) => [name, ids[0]] as const) ?? [],
  );
  return planProject(project).audiences.map(({ audience: { name: audience }, layout }) => {
    const [first] = activeLineage(layout);
    const id = first?.id ?? '';
    const previously = layout.previously ?? [];
    const written = firstIds.filter(([name]) => name === audience || previously.includes(name));
    const isWritten = written.some(([, writtenId]) => writtenId === id);
    return { audience, previously, id, isNew: !isWritten && (written.length > 0 || unreadable) };
  });
}
