// Runs planned logins through the Actions, the Management API's stand-in beside them: for `simulate` one after another, for `dev` as they come.
import type { NodeVersion } from '#simulator/host/run-on-node';
import { openTrigger, type TriggerResult } from '#simulator/host/trigger';
import { startManagementApi } from '#simulator/management-api/start';
import type { Catalog } from '../catalog/catalog.ts';
import type { Faults } from './fault.ts';
import { type PlannedLogin, toTriggerLogin } from './planned-login.ts';
import { toManagementUser } from './simulated-user.ts';

/** What is the same for all logins. */
export interface LoginsSetup {
  readonly codes: readonly string[];
  readonly secretNames: readonly string[];
  readonly catalog: Catalog;
}

export interface LoginRunner {
  /**
   * Runs a login. One login is run after another: a call waits for those before it.
   * @throws HostProcessError
   */
  run(login: PlannedLogin): Promise<TriggerResult>;
  /** Ends it when the logins that were asked for are done. */
  close(): Promise<void>;
}

/**
 * Loads the Actions, and starts what they may turn to.
 * @throws ActionLoadError
 */
export async function openLogins(
  { codes, secretNames, catalog }: LoginsSetup,
  faults: Faults,
  node: NodeVersion = 'current',
): Promise<LoginRunner> {
  const management = await startManagementApi(faults.managementApi);
  try {
    // Any host that the Action turns to is the stand-in.
    const trigger = openTrigger({ codes, node, options: { origins: { '*': management.origin } } });
    let last: Promise<unknown> = Promise.resolve();
    const runNext = (login: PlannedLogin): Promise<TriggerResult> => {
      management.know((id) =>
        id === login.user.id ? toManagementUser(login.user, catalog, login.identifier ?? '') : undefined,
      );
      return trigger.run(toTriggerLogin(login, catalog, secretNames, faults));
    };
    return {
      run(login) {
        const turn = last.then(() => runNext(login));
        last = turn.catch(() => undefined);
        return turn;
      },
      async close() {
        await last;
        await trigger.close();
        await management.close();
      },
    };
  } catch (error) {
    await management.close();
    throw error;
  }
}
