/** The claims that Auth0 puts beside ours, as it writes them for a user who logged in with the usual scopes. */
const PAYLOAD = {
  iss: 'https://acme.eu.auth0.com/',
  sub: 'auth0|65f1c0ffee65f1c0ffee65f1',
  aud: ['https://orders.acme.example', 'https://acme.eu.auth0.com/userinfo'],
  iat: 1_700_000_000,
  exp: 1_700_086_400,
  scope: 'openid profile email offline_access',
  azp: 'abcdefghijklmnopqrstuvwxyz012345',
};
const HEADER = { alg: 'RS256', typ: 'JWT', kid: 'abcdefghijklmnopqrstu' };
const SIGNATURE_BYTES = 256;

/** The bytes of the whole access token with a claim of that value, RS256 with a key of 2048 bits. */
export function tokenBytes(value) {
  const payload = { ...PAYLOAD, 'https://acme.example/permissions': value };
  return (
    base64urlLength(jsonBytes(HEADER)) +
    base64urlLength(jsonBytes(payload)) +
    base64urlLength(SIGNATURE_BYTES) +
    2
  );
}

/** The characters of a claim: of the text where it is one, else of its JSON. */
export function claimCharacters(value) {
  return typeof value === 'string' ? value.length : JSON.stringify(value).length;
}

function jsonBytes(value) {
  return Buffer.byteLength(JSON.stringify(value));
}

function base64urlLength(bytes) {
  return Math.ceil((bytes * 4) / 3);
}
