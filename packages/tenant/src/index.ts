export { readAuth0CliLogin } from './credentials/auth0-cli.ts';
export { findCredentials } from './credentials/credentials.ts';
export { openKeyring } from './credentials/keyring.ts';
export { SCOPES } from './credentials/scopes.ts';
export { openTokenCache } from './credentials/token-cache.ts';
export { openTenant } from './tenant.ts';
