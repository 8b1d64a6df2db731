/**
 * How many characters mode 11 would take, were it built: two bits of mode, four of a Rice parameter, the user's roles as gaps of role numbers,
 * a mark between, and what no role covers as gaps of places. Roles are found as an Action of any source must find them: by what they hold.
 * Without the id of the role table, which the claim would have to carry as well.
 */
export function roleReferenceCharacters(roles, held) {
  const { chosen, rest } = cover(roles, held);
  return Math.ceil(
    (6 + riceBits([chosen.length, rest.length]) + riceBits(gaps(chosen)) + 4 + riceBits(gaps(rest))) / 6,
  );
}

/** Roles held whole, those that cover the most first, as long as a reference is shorter than what it saves. */
function cover(roles, held) {
  const has = new Set(held);
  const candidates = roles
    .map((role, index) => ({ role, index }))
    .filter(({ role }) => role.length > 0 && role.every((place) => has.has(place)));
  const rest = new Set(held);
  const chosen = [];
  for (;;) {
    const gains = candidates.map(({ role }) =>
      role.reduce((sum, place) => sum + (rest.has(place) ? 1 : 0), 0),
    );
    const most = Math.max(0, ...gains);
    if (most < 2) break;
    const { role, index } = candidates[gains.indexOf(most)];
    for (const place of role) rest.delete(place);
    chosen.push(index);
  }
  return { chosen: chosen.sort((x, y) => x - y), rest: [...rest].sort((x, y) => x - y) };
}

function gaps(ascending) {
  return ascending.map((value, index) => value - (index === 0 ? 0 : ascending[index - 1] + 1));
}

function riceBits(values) {
  return Math.min(
    ...Array.from({ length: 16 }, (_, k) =>
      values.reduce((bits, value) => bits + Math.floor(value / 2 ** k) + 1 + k, 0),
    ),
  );
}
