// How far a pull is: once beforehand what it will take, then on a terminal as it goes on.

import type { Progress } from '@claimgen/tenant';
import type { Process } from '../cli/process.ts';
import type { TenantPackage } from './tenant-package.ts';

/** Requests below which nothing is said: they take a moment. */
const FEW = 30;

export function tellProgress(
  tenant: typeof TenantPackage,
  { terminal, error }: Pick<Process, 'terminal' | 'error'>,
): { readonly tell: (progress: Progress) => void; stop(): void } {
  let isTold = false;
  let isShown = false;
  return {
    tell(progress) {
      if (!isTold) {
        isTold = true;
        if (progress.expected >= FEW) error(`${tenant.formatRemaining(progress)}\n`);
      }
      if (terminal?.isTTY !== true || progress.expected < FEW) return;
      isShown = true;
      terminal.write(`\r\u001B[K${tenant.formatRemaining(progress)}`);
    },
    stop() {
      if (isShown) terminal?.write('\r\u001B[K');
    },
  };
}
