import { createRequire, isBuiltin } from 'node:module';

const requireBuiltin = createRequire(import.meta.url);
const fileSystems: ReadonlySet<string> = new Set(['fs', 'fs/promises']);
const readers =
  /^(?:constants|promises|Stats|Dirent|(?:exists|access|readFile|readdir|readlink|realpath|l?stat|opendir)(?:Sync)?)$/u;

/**
 * The `require` of an Action that depends on no npm package: Node's own modules, with the file system read-only
 * as Auth0 has it since Node 22. This keeps honest code honest; it is no sandbox.
 */
export function actionRequire(name: string): unknown {
  if (!isBuiltin(name)) {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  }
  const loaded: unknown = requireBuiltin(name);
  return fileSystems.has(name.replace(/^node:/u, '')) ? readOnly(loaded as object) : loaded;
}

function readOnly(fileSystem: object): object {
  return new Proxy(fileSystem, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (property === 'promises') return readOnly(member as object);
      if (typeof property === 'symbol' || readers.test(property) || typeof member !== 'function')
        return member;
      return () => {
        // The error of Node's permission model, which is how such a call fails there.
        throw Object.assign(new Error('Access to this API has been restricted'), {
          code: 'ERR_ACCESS_DENIED',
          permission: 'FileSystemWrite',
        });
      };
    },
  });
}
