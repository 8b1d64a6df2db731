// What mutation testing covers: which files are mutated, and the tests that must notice.
const verifier = (folder) => `packages/verifier/${folder}`;
const generator = (folder) => `packages/generator/${folder}`;
const runtime = (folder) => `packages/action-runtime/${folder}`;

const ENCODER = [runtime('src/{add-runs,bit-writer,body-length,encode-*}.ts')];
const SOURCES = [runtime('src/{on-post-login,held-places,with-deadline}.ts'), runtime('src/sources/**/*.ts')];

export const AREAS = {
  token: {
    mutate: [verifier('src/token/**/*.ts')],
    tests: [
      verifier('test/{token,attack}/**/*.test.ts'),
      verifier('test/{options,sender-constrained}.test.ts'),
    ],
  },
  claim: {
    mutate: [verifier('src/claim/**/*.ts')],
    tests: [
      verifier('test/claim/**/*.test.ts'),
      verifier('test/{fallback,fallback-for,unverified,denial}.test.ts'),
    ],
  },
  keys: {
    mutate: [verifier('src/keys/**/*.ts')],
    // Without the slow ones of key servers and of weak keys, which have their edges in these.
    tests: [
      verifier(
        'test/keys/{create-key-set,curves,deadline,fetch-key-set,fetched-key-set,imported-key,issuer-key-set,key-function-times,key-list,public-jwk,rsa-modulus,transport}.test.ts',
      ),
      verifier('test/options.test.ts'),
    ],
  },
  cache: {
    mutate: [verifier('src/cache/**/*.ts')],
    tests: [verifier('test/cache/**/*.test.ts'), verifier('test/options.test.ts')],
  },
  encoder: {
    mutate: ENCODER,
    tests: [
      runtime('test/{body-length,encode-body,encode-body-vectors,encode-claim}.test.ts'),
      verifier('test/claim/vectors.test.ts'),
    ],
  },
  sources: {
    mutate: SOURCES,
    tests: [runtime('test/**/*.test.ts')],
  },
  // The rest of the Action: what a token may carry, as-of, caps, tables, log lines, and files that come later.
  action: {
    mutate: [runtime('src/**/*.ts'), ...[...ENCODER, ...SOURCES].map((pattern) => `!${pattern}`)],
    tests: [runtime('test/**/*.test.ts')],
  },
  layout: {
    mutate: [generator('src/layout/**/*.ts')],
    tests: [
      // Without order-large: a mutant is slower than the source by far.
      generator(
        'test/layout/{continue-layouts,ids,imported-apis,imported-prefixes,layout,lock-shape,order,order-choice,path,population,rebase-gain,rename,shorten}.test.ts',
      ),
      generator('test/bad-input/lock-{edited,form,lost}.test.ts'),
    ],
  },
  budget: {
    mutate: [generator('src/budget/**/*.ts')],
    tests: [
      // Without those that build projects: survivors would run all of them. Named one by one: "!(savings)" leaves out savings-cases as well.
      generator(
        'test/budget/{audience-report,bound,bounded,bounded-formula,claim-room,depends-on-selected,grant-lines,savings-cases,source-sentences,stock-claim,token-terms,worst-claim}.test.ts',
      ),
    ],
  },
};
