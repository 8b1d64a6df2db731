import type { Launch, Place } from '../running-server.ts';
import { LONG_PATH } from '../shapes.ts';

/** Answers 200 itself; the limits are those of any location. */
export function nginx({ folder, port }: Place): Launch {
  return nginxWith(folder, `server { listen 127.0.0.1:${port}; location / { return 200 "ok"; } }`);
}

export function nginxProxy({ folder, port, upstreamPort }: Place): Launch {
  return nginxWith(
    folder,
    `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstreamPort}; } }`,
  );
}

/** What is usual in front of uWSGI: nginx packs the request, and adds variables of its own. */
export function nginxUwsgi({ folder, port, secondPort }: Place): Launch {
  const site = `server { listen 127.0.0.1:${port};
    location / { include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:${secondPort}; } }`;
  const front = nginxWith(folder, site);
  return {
    files: { ...front.files, 'app.py': WSGI_APP },
    commands: [
      ...front.commands,
      [
        'uwsgi',
        '--plugin',
        'python3',
        '--socket',
        `127.0.0.1:${secondPort}`,
        '--wsgi-file',
        `${folder}/app.py`,
      ],
    ],
  };
}

const WSGI_APP = `
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
`;

function nginxWith(folder: string, site: string): Launch {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(' ');
  return {
    files: {
      'nginx.conf': `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
        events {} http { access_log off; ${temporary} ${site} }`,
    },
    commands: [['nginx', '-p', folder, '-e', 'stderr', '-c', `${folder}/nginx.conf`]],
  };
}

export function apache({ folder, port }: Place): Launch {
  const load = ['mpm_event', 'authz_core', 'dir'].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  return {
    files: {
      'www/index.html': 'ok',
      [`www${LONG_PATH}`]: 'ok',
      'apache.conf': `${load.join('\n')}
        ServerName localhost
        Listen 127.0.0.1:${port}
        User www-data
        Group www-data
        PidFile ${folder}/apache.pid
        DefaultRuntimeDir ${folder}
        ErrorLog ${folder}/error.log
        DocumentRoot ${folder}/www
        DirectoryIndex index.html
        <Location />
          Require all granted
        </Location>
      `,
    },
    commands: [['apache2', '-X', '-d', folder, '-f', `${folder}/apache.conf`]],
  };
}

export function haproxy({ folder, port, upstreamPort }: Place): Launch {
  return {
    files: {
      'haproxy.cfg': `defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend front
  bind 127.0.0.1:${port}
  default_backend back
backend back
  server upstream 127.0.0.1:${upstreamPort}
`,
    },
    commands: [['haproxy', '-db', '-f', `${folder}/haproxy.cfg`]],
  };
}

export function lighttpd({ folder, port }: Place): Launch {
  return {
    files: {
      'www/index.html': 'ok',
      [`www${LONG_PATH}`]: 'ok',
      'lighttpd.conf': `server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${folder}/www"
index-file.names = ("index.html")
`,
    },
    commands: [['lighttpd', '-D', '-f', `${folder}/lighttpd.conf`]],
  };
}

export function varnish({ folder, port, upstreamPort }: Place): Launch {
  return {
    commands: [
      [
        'varnishd',
        '-F',
        ...['-j', 'none'],
        ...['-n', `${folder}/varnish`],
        ...['-a', `127.0.0.1:${port}`],
        ...['-b', `127.0.0.1:${upstreamPort}`],
        ...['-s', 'malloc,16M'],
      ],
    ],
  };
}

/** Not `caddy respond`, which has a limit of its own. */
export function caddy({ folder, port }: Place): Launch {
  const config = {
    admin: { disabled: true, config: { persist: false } },
    apps: {
      http: {
        servers: {
          front: {
            listen: [`127.0.0.1:${port}`],
            routes: [{ handle: [{ handler: 'static_response', body: 'ok' }] }],
          },
        },
      },
    },
  };
  return {
    files: { 'caddy.json': JSON.stringify(config) },
    commands: [['caddy', 'run', '--config', `${folder}/caddy.json`]],
  };
}
