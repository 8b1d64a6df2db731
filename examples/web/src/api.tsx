// What components need of the API: a fetch with the token, and what the user may do.
import { useAuth0 } from '@auth0/auth0-react';
import { createFetch, createPermissions, type Permissions } from '@claimgen/client';
import { useHasPermission } from '@claimgen/client/react';
import { createContext, type ReactNode, useContext, useState } from 'react';
import type { OrdersPermission } from '../claimgen/verifier/orders.js';

interface Api {
  readonly fetch: typeof fetch;
  readonly permissions: Permissions<OrdersPermission>;
}

const Context = createContext<Api | undefined>(undefined);

/** To be used for who is logged in. */
export function ApiProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { getAccessTokenSilently, loginWithRedirect } = useAuth0();
  const [api] = useState((): Api => {
    const fetch = createFetch({
      getToken: () => getAccessTokenSilently(),
      refreshToken: () => getAccessTokenSilently({ cacheMode: 'off' }),
      onSignedOut: () => loginWithRedirect(),
    });
    return { fetch, permissions: createPermissions<OrdersPermission>({ url: '/api/me', fetch }) };
  });
  return <Context.Provider value={api}>{children}</Context.Provider>;
}

export function useApi(): Api {
  const api = useContext(Context);
  if (api === undefined) throw new Error('there is no ApiProvider around this component');
  return api;
}

/** For what is shown. What is allowed is decided by the API. */
export function useMay(permission: OrdersPermission): boolean {
  return useHasPermission(useApi().permissions, permission);
}
