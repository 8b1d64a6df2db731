/** How a log in Valkey or Redis reaches its server: with `@redis/client`, or with any other client by three functions. */

/** One connection to the server that has the key for writing. */
export interface StreamConnection {
  /**
   * Sends a command, in the order of the calls, and resolves to its reply as strings, numbers, arrays and null. Rejects when
   * the server answers an error or the connection is lost; what was sent is never sent again.
   */
  send(args: readonly string[]): Promise<unknown>;
  /** Closes at once, without waiting for replies. */
  close(): void;
}

/** Any client: opens a new connection. */
export interface StreamClient {
  connect(): Promise<StreamConnection>;
}

/** What is used of a client of `@redis/client`, version 6. */
export interface RedisClientLike {
  duplicate(overrides?: object): RedisClientLike;
  connect(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  destroy(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** What is used of a cluster of `@redis/client`, version 6. */
export interface RedisClusterLike {
  duplicate(): RedisClusterLike;
  connect(): Promise<unknown>;
  getNodeClientForKey(key: string): Promise<Pick<RedisClientLike, 'sendCommand'>>;
  destroy(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

export type ValkeyClient = StreamClient | RedisClientLike | RedisClusterLike;

/** The client is never used itself: connections of our own can be closed when a call takes too long. */
export function toStreamClient(client: ValkeyClient, key: string): StreamClient {
  if (!('duplicate' in client)) return client;
  return {
    connect: () => ('getNodeClientForKey' in client ? connectCluster(client, key) : connectClient(client)),
  };
}

async function connectClient(client: RedisClientLike): Promise<StreamConnection> {
  const own = client.duplicate();
  return open(own, async () => own);
}

async function connectCluster(cluster: RedisClusterLike, key: string): Promise<StreamConnection> {
  const own = cluster.duplicate();
  return open(own, () => own.getNodeClientForKey(key));
}

async function open(
  own: Pick<RedisClientLike, 'connect' | 'destroy' | 'on'>,
  node: () => Promise<Pick<RedisClientLike, 'sendCommand'>>,
): Promise<StreamConnection> {
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    try {
      own.destroy();
    } catch {
      // One that is closed already says so.
    }
  };
  // It reconnects by itself, and would try for ever: whoever uses the connection is told by their next command.
  own.on('error', close);
  try {
    await own.connect();
    const client = await node();
    return { send: (args) => client.sendCommand(args), close };
  } catch (error) {
    close();
    throw error;
  }
}
