/**
 * Written by hand, and nothing that claimgen generates: the start page of a user's department, for the web shop.
 */
exports.onExecutePostLogin = async (event, api) => {
  const department = event.user.app_metadata?.department;
  if (typeof department === 'string') {
    api.idToken.setCustomClaim('https://acme.example/department', department);
  }
};
