/** A network of its own for servers, and the cable to it, which can be pulled: `ip netns`, which needs root. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

let made = 0;

/** Why there are none here; undefined where there are. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `claimgen-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return undefined;
  } catch {
    return 'ip netns does not work here (no iproute2, or a container without the right)';
  }
}

export interface Network {
  /** Of the namespace, as seen from here. */
  readonly address: string;
  run(command: string, ...args: string[]): ChildProcess;
  /** From here on every packet is lost, in both directions, without an answer. */
  cut(): void;
  mend(): void;
  remove(): void;
}

export function createNetwork(): Network {
  made += 1;
  const id = `${process.pid % 10_000}x${made}`;
  const [name, near, far] = [`claimgen-${id}`, `cgn${id}`, `cgf${id}`];
  const subnet = `10.${100 + (process.pid % 100)}.${made}`;
  const address = `${subnet}.2`;
  const inside = (...args: string[]) => ip('-n', name, ...args);
  const children: ChildProcess[] = [];
  ip('netns', 'add', name);
  try {
    ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
    ip('addr', 'add', `${subnet}.1/24`, 'dev', near);
    inside('addr', 'add', `${address}/24`, 'dev', far);
    inside('link', 'set', 'lo', 'up');
    inside('link', 'set', far, 'up');
    ip('link', 'set', near, 'up');
  } catch (error) {
    ip('netns', 'del', name);
    throw error;
  }
  return {
    address,
    run(command, ...args) {
      const child = spawn('ip', ['netns', 'exec', name, command, ...args], { stdio: 'ignore' });
      children.push(child);
      return child;
    },
    cut: () => inside('link', 'set', far, 'down'),
    mend: () => inside('link', 'set', far, 'up'),
    remove() {
      for (const child of children) child.kill('SIGKILL');
      // The pair of devices goes with it.
      ip('netns', 'del', name);
    },
  };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
