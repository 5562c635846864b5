import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './graphiql.css';
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';
import { examples, fragments } from './examples.js';

const url = new URL('/graphql', location.href);
const socketUrl = url.href.replace(/^http/, 'ws');

/** A socket of its own per credential: what stands in the headers editor is what a subscription is opened with. */
const fetcher: Fetcher = (params, options) => {
  const headers: Readonly<Record<string, string>> = options?.headers ?? {};
  const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  const wsClient = createClient({ url: socketUrl, connectionParams: authorization ? { authorization } : {} });
  return createGraphiQLFetcher({ url: url.href, wsClient })(params, options);
};

const container = document.getElementById('graphiql');
if (container) {
  createRoot(container).render(
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={[...examples]}
      externalFragments={fragments}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled
      shouldPersistHeaders={false}
    />,
  );
}
