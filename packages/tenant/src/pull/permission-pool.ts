// One object for each permission, however many roles hold it: 1,000 roles of 1,000 permissions are a million strings otherwise.
import type { GrantedPermission } from './tenant-export.ts';

export class PermissionPool {
  readonly #byApi: Map<string, Map<string, GrantedPermission>> = new Map();

  get(identifier: string, name: string): GrantedPermission {
    let byName = this.#byApi.get(identifier);
    if (byName === undefined) {
      byName = new Map();
      this.#byApi.set(identifier, byName);
    }
    let permission = byName.get(name);
    if (permission === undefined) {
      permission = { permission_name: name, resource_server_identifier: identifier };
      byName.set(name, permission);
    }
    return permission;
  }
}
