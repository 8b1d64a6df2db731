/** A line in the tenant's log: no user data, token or secret is ever part of it. */
export function report(name: string, message: string): void {
  console.log('claimgen: ' + name + ': ' + message);
}
