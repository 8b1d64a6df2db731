// What people may do with a resource, in the names of made-up permissions.
export const ACTIONS = [
  'create',
  'read',
  'update',
  'delete',
  'list',
  'approve',
  'export',
  'import',
  'archive',
  'share',
];
