import type { Launch, Place } from './running-server.ts';
import { aiohttp, gunicorn, node, puma, tornado, uvicorn, uwsgi } from './software/application.ts';
import {
  apache,
  caddy,
  haproxy,
  lighttpd,
  nginx,
  nginxProxy,
  nginxUwsgi,
  varnish,
} from './software/front.ts';
import { jetty, tomcat } from './software/java.ts';

/** A server that can be run here, and the target in targets.json that it shows. */
export interface Software {
  readonly title: string;
  readonly target: string;
  /** Programs and files without which it can't run; `.ci/apt-packages` names the Debian packages. */
  readonly needs: readonly string[];
  readonly launch: (place: Place) => Launch;
  /** The status over the limit, where it differs from the target's; 0 for a closed connection. */
  readonly over?: number;
}

const PYTHON_MODULES = '/usr/lib/python3/dist-packages';
const UWSGI = ['uwsgi', '/usr/lib/uwsgi/plugins/python3_plugin.so'];

export const SOFTWARE: readonly Software[] = [
  { title: 'nginx', target: 'nginx', needs: ['nginx'], launch: nginx },
  { title: 'nginx before Node', target: 'nginx', needs: ['nginx'], launch: nginxProxy },
  { title: 'Apache', target: 'apache', needs: ['apache2'], launch: apache },
  { title: 'HAProxy before Node', target: 'haproxy', needs: ['haproxy'], launch: haproxy },
  { title: 'lighttpd', target: 'lighttpd', needs: ['lighttpd'], launch: lighttpd },
  { title: 'Varnish before Node', target: 'varnish', needs: ['varnishd'], launch: varnish },
  {
    title: 'Tomcat',
    target: 'tomcat',
    needs: ['java', '/usr/share/tomcat10/bin/bootstrap.jar'],
    launch: tomcat,
  },
  { title: 'Jetty', target: 'jetty', needs: ['java', '/usr/share/java/jetty9-server.jar'], launch: jetty },
  { title: 'Node', target: 'node', needs: [process.execPath], launch: node },
  { title: 'gunicorn', target: 'gunicorn', needs: ['/usr/bin/gunicorn'], launch: gunicorn },
  { title: 'uWSGI', target: 'uwsgi', needs: UWSGI, launch: uwsgi, over: 0 },
  { title: 'nginx before uWSGI', target: 'uwsgi', needs: ['nginx', ...UWSGI], launch: nginxUwsgi },
  { title: 'aiohttp', target: 'aiohttp', needs: [`${PYTHON_MODULES}/aiohttp`], launch: aiohttp },
  { title: 'Tornado', target: 'tornado', needs: [`${PYTHON_MODULES}/tornado`], launch: tornado },
  { title: 'Uvicorn', target: 'uvicorn', needs: [`${PYTHON_MODULES}/uvicorn`], launch: uvicorn },
  { title: 'Puma', target: 'puma', needs: ['puma'], launch: puma },
  { title: 'Caddy', target: 'caddy', needs: ['caddy'], launch: caddy },
  { title: "Go's net/http, in Caddy", target: 'go', needs: ['caddy'], launch: caddy },
];
