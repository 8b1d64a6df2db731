import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIMGEN_FILES, execute, ISSUER, installed, write } from './installed.ts';

let folder = '';

beforeAll(() => {
  folder = installed(
    ['action-runtime', 'verifier', 'generator'],
    [
      ...['common', 'core', 'platform-express', 'testing'].map((name) => `@nestjs/${name}@11.2.6`),
      ...['reflect-metadata@0.2.2', 'rxjs@7.8.2', 'supertest@7.1.4', '@types/supertest@6.0.3'],
      ...['jest@30.5.2', 'ts-jest@29.4.15', '@types/jest@30.0.0'],
      ...['typescript@5.9.3', '@types/node@20.19.43', '@types/express@5.0.6'],
    ],
  );
  write(folder, {
    ...CLAIMGEN_FILES,
    // As the starter of NestJS has it: no "type", and jest's settings.
    'package.json': {
      name: 'starter',
      private: true,
      jest: {
        moduleFileExtensions: ['js', 'json', 'ts'],
        rootDir: 'src',
        testRegex: '.*\\.spec\\.ts$',
        transform: { '^.+\\.(t|j)s$': 'ts-jest' },
        collectCoverageFrom: ['**/*.(t|j)s'],
        coverageDirectory: '../coverage',
        testEnvironment: 'node',
      },
    },
    'tsconfig.json': {
      compilerOptions: {
        module: 'commonjs',
        declaration: true,
        removeComments: true,
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
        allowSyntheticDefaultImports: true,
        target: 'ES2021',
        sourceMap: true,
        outDir: './dist',
        baseUrl: './',
        incremental: true,
        skipLibCheck: true,
        strictNullChecks: true,
      },
      include: ['src'],
    },
    'src/issuer.ts': ISSUER,
    'src/auth.ts': `import { createVerifier } from '@claimgen/verifier';
import { createGuard } from '@claimgen/verifier/nestjs';
import { orders } from '../claimgen/verifier/orders.js';
import { jwks } from './issuer';

export const guard = createGuard(createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders, jwks }));
`,
    'src/app.controller.ts': `import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import { requirePermission } from '@claimgen/verifier';
import { guard } from './auth';

@Controller()
export class AppController {
  @UseGuards(guard()) @Get('subject') subject(@Req() request) { return request.access.subject; }
  @UseGuards(guard('orders:read')) @Get('read') read() { return 'read'; }
  @UseGuards(guard('orders:write')) @Get('write') write() { return 'write'; }
  @UseGuards(guard()) @Get('thrown') thrown(@Req() request) {
    requirePermission(request.access, 'orders:read');
    requirePermission(request.access, 'orders:write');
  }
}

@Module({ controllers: [AppController] })
export class AppModule {}
`,
    'src/main.ts': `import { NestFactory } from '@nestjs/core';
import { orders } from '../claimgen/verifier/orders.js';
import { AppModule } from './app.controller';
import { sign } from './issuer';

async function main() {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const headers = { authorization: 'Bearer ' + sign(orders) };
  const statuses: number[] = [];
  for (const path of ['subject', 'read', 'write', 'thrown']) statuses.push((await fetch(url + '/' + path, { headers })).status);
  statuses.push((await fetch(url + '/read')).status);
  console.log(statuses.join());
  await app.close();
}
void main();
`,
    'src/app.controller.spec.ts': `import { Test } from '@nestjs/testing';
import { hasPermission, isVerifierError, createVerifier } from '@claimgen/verifier';
import * as request from 'supertest';
import { orders } from '../claimgen/verifier/orders.js';
import { AppModule } from './app.controller';
import { jwks, sign } from './issuer';

const held = (orders.lineages[0][0] as { permissions: readonly string[] }).permissions[0];

describe('the API', () => {
  it('answers over HTTP', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const app = module.createNestApplication();
    await app.init();
    const get = (path: string) => request(app.getHttpServer()).get(path).set('authorization', 'Bearer ' + sign(orders));
    await get('/subject').expect(200, 'auth0|1');
    expect([(await get('/read')).status, (await get('/write')).status].sort()).toEqual([200, 403]);
    await request(app.getHttpServer()).get('/read').expect(401);
    await app.close();
  });
  it('verifies', async () => {
    const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout: orders, jwks });
    const access = await verifier.verify(sign(orders));
    expect(hasPermission(access, 'orders:read')).toBe(held === 'orders:read');
    await expect(verifier.verify('x')).rejects.toMatchObject({ code: 'token_malformed' });
    expect(isVerifierError(await verifier.verify('x').catch((error: unknown) => error))).toBe(true);
  });
});
`,
  });
  execute(folder, 'npx', 'claimgen', 'build');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("NestJS's starter, with its own jest and ts-jest", () => {
  it('passes its tests', () => {
    expect(execute(folder, 'sh', '-c', 'npx jest --json --silent 2>/dev/null')).toContain(
      '"numPassedTests":2,',
    );
  });

  it('compiles by tsc, and runs', () => {
    execute(folder, 'npx', 'tsc', '-p', '.');
    const printed = execute(folder, process.execPath, '--no-experimental-require-module', 'dist/main.js');
    // Which of the two permissions is first in the layout is claimgen's business.
    expect(['200,200,403,403,401\n', '200,403,200,403,401\n']).toContain(printed);
  });

  it('does not compile a misspelt permission', () => {
    write(folder, {
      'src/wrong.ts': "import { guard } from './auth';\nexport const wrong = guard('orders:raed');\n",
    });
    expect(() => execute(folder, 'npx', 'tsc', '-p', '.')).toThrow(/wrong\.ts.*TS2345.*orders:raed/s);
    rmSync(`${folder}/src/wrong.ts`);
  });
});
