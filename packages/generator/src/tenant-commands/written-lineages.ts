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
  const claims = tables.flatMap((table) => table?.audiences ?? []);
  return planProject(project).audiences.map(({ audience: { name: audience, asOf }, layout }) => {
    const [first] = activeLineage(layout);
    const id = first?.id ?? '';
    const previously = layout.previously ?? [];
    const written = claims.filter(({ name }) => name === audience || previously.includes(name));
    const isFirst = written.length === 0 && !unreadable;
    const isWritten = written.some(({ ids: [writtenId] }) => writtenId === id);
    const isDated = written.some((claim) => claim.asOf !== undefined);
    return {
      audience,
      previously,
      id,
      isNew: !isWritten && !isFirst,
      hasNewAsOf: asOf && !isDated && !isFirst,
    };
  });
}
