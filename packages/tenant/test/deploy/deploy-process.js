// Deploys an Action as a command would, in a process that may be killed. The tenant comes from the environment.
import { readFileSync } from 'node:fs';
import { applyPlan, findCredentials, openTenant, openTokenCache, planDeploy, SCOPES } from '@claimgen/tenant';

const [, , actionFile, cacheFolder] = process.argv;
const action = JSON.parse(readFileSync(actionFile, 'utf8'));
const credentials = await findCredentials({ env: process.env });
const tenant = await openTenant({ credentials, needs: SCOPES.deploy, cache: openTokenCache(cacheFolder) });
const plan = await planDeploy(tenant, action, { isOurs: (code) => code.includes('claimgen') });
await applyPlan(tenant, plan);
