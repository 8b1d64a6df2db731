import type { Launch, Place } from '../running-server.ts';

/** Debian's interpreter, which has Debian's modules; another may come first in PATH. */
const PYTHON = '/usr/bin/python3';

export function node({ port }: Place): Launch {
  const program = `require('node:http').createServer((q, r) => r.end('ok')).listen(${port}, '127.0.0.1')`;
  return { commands: [[process.execPath, '-e', program]] };
}

const WSGI_APP = `
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
`;

export function gunicorn({ port }: Place): Launch {
  return {
    files: { 'app.py': WSGI_APP },
    commands: [[PYTHON, '/usr/bin/gunicorn', '--bind', `127.0.0.1:${port}`, 'app:application']],
  };
}

export function uwsgi({ folder, port }: Place): Launch {
  return {
    files: { 'app.py': WSGI_APP },
    commands: [
      [
        'uwsgi',
        '--plugin',
        'python3',
        '--http-socket',
        `127.0.0.1:${port}`,
        '--wsgi-file',
        `${folder}/app.py`,
      ],
    ],
  };
}

export function aiohttp({ folder, port }: Place): Launch {
  const program = `
from aiohttp import web

async def ok(request):
    return web.Response(text="ok")

app = web.Application()
app.router.add_get("/{path:.*}", ok)
web.run_app(app, host="127.0.0.1", port=${port}, print=None)
`;
  return { files: { 'app.py': program }, commands: [[PYTHON, `${folder}/app.py`]] };
}

export function tornado({ folder, port }: Place): Launch {
  const program = `
import asyncio
import tornado.web

class Ok(tornado.web.RequestHandler):
    def get(self):
        self.write("ok")

async def main():
    tornado.web.Application([("/.*", Ok)]).listen(${port}, "127.0.0.1")
    await asyncio.Event().wait()

asyncio.run(main())
`;
  return { files: { 'app.py': program }, commands: [[PYTHON, `${folder}/app.py`]] };
}

export function uvicorn({ port }: Place): Launch {
  const program = `
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
`;
  return {
    files: { 'app.py': program },
    commands: [
      [PYTHON, '-m', 'uvicorn', '--host', '127.0.0.1', '--port', `${port}`, '--http', 'h11', 'app:app'],
    ],
  };
}

export function puma({ folder, port }: Place): Launch {
  return {
    files: { 'config.ru': `run ->(env) { [200, { 'content-type' => 'text/plain' }, ['ok']] }\n` },
    commands: [['puma', '--bind', `tcp://127.0.0.1:${port}`, `${folder}/config.ru`]],
  };
}
