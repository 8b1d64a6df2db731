// Logs in by Auth0's own SDK, and shows the orders to who is logged in.
import { Auth0Provider, useAuth0 } from '@auth0/auth0-react';
import { createRoot } from 'react-dom/client';
import { ApiProvider } from './api.tsx';
import { Orders } from './orders.tsx';

function App() {
  const { isLoading, isAuthenticated, user, error, loginWithRedirect, logout } = useAuth0();
  if (isLoading) return <p>One moment …</p>;
  if (!isAuthenticated)
    return (
      <>
        {error === undefined ? null : <p role="alert">{error.message}</p>}
        <button type="button" onClick={() => loginWithRedirect()}>
          Log in
        </button>
      </>
    );
  return (
    <ApiProvider>
      <p>
        {user?.name}{' '}
        <button type="button" onClick={() => logout({ logoutParams: { returnTo: location.origin } })}>
          Log out
        </button>
      </p>
      <Orders />
    </ApiProvider>
  );
}

createRoot(document.querySelector('main') as HTMLElement).render(
  <Auth0Provider
    domain={import.meta.env['VITE_AUTH0_DOMAIN'] as string}
    clientId="web"
    // Tabs share tokens, and so the refresh of one.
    useRefreshTokens
    cacheLocation="localstorage"
    authorizationParams={{ redirect_uri: location.origin, audience: 'https://orders.acme.example' }}
  >
    <App />
  </Auth0Provider>,
);
