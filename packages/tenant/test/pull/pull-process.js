// Pulls a tenant as a command would, in a process that may be killed. The tenant comes from the environment.
import {
  catalogFile,
  findCredentials,
  openJournal,
  openTenant,
  pull,
  SCOPES,
  writeWhole,
} from '@claimgen/tenant';

const [, , file, requests] = process.argv;
const credentials = await findCredentials({ env: process.env });
let answers = 0;
const onEvent = ({ kind }) => {
  if (kind === 'answer') answers++;
};
const tenant = await openTenant({ credentials, needs: SCOPES.pull, onEvent });
const journal = openJournal(`${file}.journal`, credentials.domain, Date.now);
const found = await pull(tenant, { journal });
await writeWhole(file, catalogFile(found));
await journal.discard();
if (requests !== undefined) console.log(JSON.stringify({ answers, memory: process.resourceUsage().maxRSS }));
