// What a verifier module is written as.

/** An ES module, or a CommonJS module, which `require` and Jest read as well. */
export type ModuleFormat = 'module' | 'commonjs';
