import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVerifier, type Layout, type Verifier } from '@claimgen/verifier';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect } from 'vitest';
import { loginEvent } from '#simulator/event/events';
import type { LoginDescription } from '#simulator/event/login-description';
import { type Action, loadAction } from '#simulator/host/action-host';
import { issueAccessToken } from '#simulator/host/issue-token';
import type { ProjectFolder } from '../project-folder.ts';

const issuer = 'https://acme.eu.auth0.com/';
const { publicKey, privateKey } = await generateKeyPair('RS256');
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' }] };

/** The emitted Action, loaded as Auth0 does. */
export function emittedAction(project: ProjectFolder, name: string): Action {
  return loadAction(project.read(`claimgen/actions/${name}/code.js`), { origins: {} });
}

/** A verifier for the emitted module of an audience, imported as an API does. */
export async function emittedVerifier(project: ProjectFolder, name: string): Promise<Verifier> {
  const url = pathToFileURL(join(project.path, 'claimgen/verifier', `${name}.js`)).href;
  const module: { readonly default: Layout } = await import(url);
  expect(module.default).toEqual(JSON.parse(project.read(`claimgen/verifier/${name}.json`)));
  return createVerifier({ issuer, layout: module.default, jwks });
}

/** The signed access token that a login ends with. */
export async function tokenOf(action: Action, login: LoginDescription): Promise<string> {
  const event = loginEvent(login);
  const result = await action.login(event);
  expect(result.outcome, result.error).toBe('allowed');
  const at = Math.floor(Date.now() / 1_000);
  const payload = issueAccessToken(result, event, { issuer }, { at, id: 'id' });
  return await new SignJWT(payload as JWTPayload)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'test' })
    .sign(privateKey);
}
