import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execute, ISSUER, installed, write } from './installed.ts';

let folder = '';

beforeAll(() => {
  folder = installed(
    ['verifier'],
    [
      ...['common', 'core', 'platform-express', 'platform-socket.io', 'websockets', 'microservices'].map(
        (name) => `@nestjs/${name}@11.2.6`,
      ),
      ...[
        '@nestjs/graphql@13.4.4',
        '@nestjs/apollo@13.4.5',
        '@apollo/server@5.5.1',
        '@as-integrations/express5@1.1.2',
        'graphql@16.15.0',
      ],
      ...['socket.io-client@4.8.4', 'reflect-metadata@0.2.2', 'rxjs@7.8.2'],
      ...['typescript@5.9.3', '@types/node@20.19.43', '@types/express@5.0.6', 'ts-morph@27.0.0'],
    ],
  );
  write(folder, {
    'tsconfig.json': {
      compilerOptions: {
        module: 'commonjs',
        target: 'es2022',
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
        esModuleInterop: true,
        skipLibCheck: true,
        strict: true,
        outDir: 'dist',
      },
      include: ['src'],
    },
    'src/issuer.ts': ISSUER,
    'src/main.ts': `import 'reflect-metadata';
import { createVerifier, type Access, type Layout } from '@claimgen/verifier';
import { createGuard } from '@claimgen/verifier/nestjs';
import { ApolloDriver } from '@nestjs/apollo';
import { Controller, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Context, GqlExecutionContext, GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { ClientProxyFactory, Ctx, MessagePattern, Payload, RpcException, Transport } from '@nestjs/microservices';
import { ConnectedSocket, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { firstValueFrom } from 'rxjs';
import { io } from 'socket.io-client';
import { jwks, sign } from './issuer';

const layout: Layout<'orders:read' | 'orders:write'> = { format: 'claimgen-layout-1', name: 'orders', audience: 'https://orders.acme.example', claim: 'p',
  active: 0, lineages: [[{ id: 'k3Jd9a', permissions: ['orders:read', 'orders:write'] }]], withdrawn: [] };
const verifier = createVerifier({ issuer: 'https://acme.eu.auth0.com/', layout, jwks });
const authorization = 'Bearer ' + sign(layout);
const logged: string[] = [];
const log = (error: { code: string }) => { logged.push(error.code); };

const graphql = createGuard(verifier, { request: (context) => GqlExecutionContext.create(context).getContext().req, log });
const socket = createGuard(verifier, {
  request: (context) => context.switchToWs().getClient().handshake,
  authorization: (context) => 'Bearer ' + context.switchToWs().getClient().handshake.auth.token,
  exception: (error) => new WsException(error.message),
  log,
});
const rpc = createGuard(verifier, {
  request: (context) => context.switchToRpc().getData(),
  authorization: (context) => context.switchToRpc().getData().authorization,
  exception: (error) => new RpcException(error.message),
  log,
});

@Resolver()
class OrdersResolver {
  @UseGuards(graphql('orders:read')) @Query(() => String) read(@Context('req') request: { access: Access }): string { return request.access.subject; }
  @UseGuards(graphql('orders:write')) @Query(() => String) write(): string { return 'write'; }
}

@WebSocketGateway()
class OrdersGateway {
  @UseGuards(socket('orders:read')) @SubscribeMessage('read') read(@ConnectedSocket() client: { handshake: { access: Access } }): string { return client.handshake.access.subject; }
  @UseGuards(socket('orders:write')) @SubscribeMessage('write') write(): string { return 'write'; }
}

@Controller()
class OrdersController {
  @UseGuards(rpc('orders:read')) @MessagePattern('read') read(@Payload() data: { access: Access }): string { return data.access.subject; }
  @UseGuards(rpc('orders:write')) @MessagePattern('write') write(): string { return 'write'; }
}

@Module({
  imports: [GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true, playground: false } as never)],
  providers: [OrdersResolver, OrdersGateway],
  controllers: [OrdersController],
})
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule, { logger: false });
  const port = 40000 + Math.floor(Math.random() * 20000);
  const transport = { transport: Transport.TCP as const, options: { host: '127.0.0.1', port } };
  app.connectMicroservice(transport);
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  const ask = async (query: string, headers: Record<string, string>) => {
    const response = await fetch(url + '/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) });
    const { data, errors } = await response.json() as { data: unknown; errors?: { message: string; extensions: { code: string } }[] };
    return JSON.stringify(data) + ' ' + (errors?.map(({ extensions }) => extensions.code).join() ?? '');
  };
  for (const [query, headers] of [['{read}', { authorization }], ['{write}', { authorization }], ['{read}', {}]] as const)
    console.log('graphql', query, await ask(query, headers as Record<string, string>));

  for (const [event, token] of [['read', authorization.slice(7)], ['write', authorization.slice(7)], ['read', 'x']] as const) {
    const client = io(url, { auth: { token }, transports: ['websocket'] });
    const answer = await new Promise((resolve) => {
      client.on('exception', ({ message }: { message: string }) => resolve(message));
      client.emit(event, {}, resolve);
    });
    console.log('socket', event, answer);
    client.close();
  }

  const client = ClientProxyFactory.create(transport);
  for (const [pattern, data] of [['read', { authorization }], ['write', { authorization }], ['read', {}]] as const)
    console.log('rpc', pattern, await firstValueFrom(client.send(pattern, data)).catch((error: unknown) => (error as { message?: string }).message ?? error));
  client.close();

  console.log(logged.join());
  await app.close();
  process.exit();
}
void main();
`,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a guard of NestJS, in contexts other than HTTP', () => {
  it('guards GraphQL, WebSockets and microservices, and answers each in its own way', () => {
    execute(folder, 'npx', 'tsc', '-p', '.');
    const denied = 'The token does not grant the required permission';
    expect(execute(folder, process.execPath, 'dist/main.js').trim().split('\n')).toEqual([
      'graphql {read} {"read":"auth0|1"} ',
      'graphql {write} null FORBIDDEN',
      'graphql {read} null UNAUTHENTICATED',
      'socket read auth0|1',
      `socket write ${denied}`,
      'socket read The token must have three parts, separated by dots',
      'rpc read auth0|1',
      `rpc write ${denied}`,
      'rpc read The request has no bearer token',
      [
        'insufficient_scope',
        'token_missing',
        'insufficient_scope',
        'token_malformed',
        'insufficient_scope',
        'token_missing',
      ].join(),
    ]);
  });
});
