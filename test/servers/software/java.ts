import type { Launch, Place } from '../running-server.ts';
import { LONG_PATH } from '../shapes.ts';

const TOMCAT = '/usr/share/tomcat10';
const JARS = '/usr/share/java';

/** Small heap, first-tier compiler: these servers answer a few dozen requests. */
const QUICK_START = ['-Xmx96m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] as const;

export function tomcat({ folder, port }: Place): Launch {
  return {
    files: {
      'conf/server.xml': `<Server port="-1"><Service name="Catalina">
        <Connector address="127.0.0.1" port="${port}" />
        <Engine name="Catalina" defaultHost="localhost">
          <Host name="localhost" appBase="webapps" autoDeploy="false" />
        </Engine></Service></Server>`,
      'webapps/ROOT/index.html': 'ok',
      [`webapps/ROOT${LONG_PATH}`]: 'ok',
      'webapps/ROOT/WEB-INF/web.xml': `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
        <servlet><servlet-name>default</servlet-name>
          <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
        <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
        <welcome-file-list><welcome-file>index.html</welcome-file></welcome-file-list>
      </web-app>`,
      'temp/.keep': '',
    },
    commands: [
      [
        'java',
        ...QUICK_START,
        ...['-cp', `${TOMCAT}/bin/bootstrap.jar:${TOMCAT}/bin/tomcat-juli.jar`],
        `-Dcatalina.home=${TOMCAT}`,
        `-Dcatalina.base=${folder}`,
        `-Djava.io.tmpdir=${folder}/temp`,
        ...['org.apache.catalina.startup.Bootstrap', 'start'],
      ],
    ],
  };
}

export function jetty({ folder, port }: Place): Launch {
  const jars = ['http', 'io', 'server', 'util', 'xml'].map((name) => `${JARS}/jetty9-${name}.jar`);
  return {
    files: {
      [`www${LONG_PATH}`]: 'ok',
      'jetty.xml': `<?xml version="1.0"?>
        <!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://www.eclipse.org/jetty/configure_9_3.dtd">
        <Configure id="Server" class="org.eclipse.jetty.server.Server">
          <Call name="addConnector"><Arg>
            <New class="org.eclipse.jetty.server.ServerConnector">
              <Arg name="server"><Ref refid="Server" /></Arg>
              <Set name="host">127.0.0.1</Set>
              <Set name="port">${port}</Set>
            </New></Arg></Call>
          <Set name="handler">
            <New class="org.eclipse.jetty.server.handler.ResourceHandler">
              <Set name="directoriesListed">true</Set>
              <Set name="resourceBase">${folder}/www</Set>
            </New></Set>
        </Configure>`,
    },
    commands: [
      [
        'java',
        ...QUICK_START,
        ...['-cp', [...jars, `${JARS}/servlet-api.jar`].join(':')],
        ...['org.eclipse.jetty.xml.XmlConfiguration', `${folder}/jetty.xml`],
      ],
    ],
  };
}
