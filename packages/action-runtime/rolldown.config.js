import { defineConfig } from 'rolldown';

// Each becomes one readable script that defines one name; the generator inlines it into the Action.
const script = (input, name) =>
  defineConfig({
    input,
    platform: 'neutral',
    transform: { target: 'node18' },
    treeshake: { moduleSideEffects: false },
    output: {
      file: `dist/inline/${name}.cjs`,
      format: 'iife',
      name,
      comments: { jsdoc: true, legal: false, annotation: false },
      sourcemap: false,
      strict: true,
    },
  });

export default [
  script('src/index.ts', 'claimgen'),
  // An Action carries these only where its sources need them.
  script('src/effective-roles.ts', 'claimgenRoles'),
  script('src/management-api/reader.ts', 'claimgenManagementApi'),
];
