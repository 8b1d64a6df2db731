import type { ValuePath } from '../source-text/value-path.ts';
import { inConfig, type Lint } from './lint.ts';

/** What Windows keeps for devices, with any ending (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** UTF-8 bytes: file systems take 255, and an ending and that of a temporary file come on top. */
const MAX_BYTES = 200;

/** Names of Actions that can't be those of files everywhere. What no system takes, the config refuses already. */
export function actionFileLints(name: string): Lint[] {
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_BYTES) {
    return [
      fileName(
        ['action', 'name'],
        `the Action's name has ${bytes} bytes, and files are named after it`,
        `Choose a name of at most ${MAX_BYTES} bytes.`,
      ),
    ];
  }
  return DEVICE.test(name) ? [deviceName(['action', 'name'], name)] : [];
}

/** Names of audiences whose module would be taken for something else. */
export function audienceFileLints(name: string): Lint[] {
  const where = ['audiences', name];
  if (name.toLowerCase() === 'package') {
    return [
      fileName(
        where,
        'the files of this audience would be the package.json of the verifiers, which Node reads',
        'Choose another name.',
      ),
    ];
  }
  return DEVICE.test(name) ? [deviceName(where, name)] : [];
}

function deviceName(where: ValuePath, name: string): Lint {
  return fileName(
    where,
    `Windows keeps the name ${name} for a device, and files are named after it`,
    'Choose another name.',
  );
}

function fileName(where: ValuePath, message: string, fix: string): Lint {
  return { code: 'file_name', severity: 'error', ...inConfig(where), message, fix };
}
