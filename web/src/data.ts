// What the service offers to those who write a query, as /sparql/editor.json tells it.

export interface Term {
  iri: string;
  short: string;
  label: string;
  description: string;
  /** How often it is used; concepts of a list have no count. */
  count?: number;
  /** The list that the values of a property come from. */
  list?: string;
}

export interface Example {
  name: string;
  title: string;
  description: string;
  tags: string[];
  text: string;
}

export interface Data {
  /** The newest version of the graph; null while none is loaded. */
  version: number | null;
  prefixes: Record<string, string>;
  /** What IRIs of ours begin with, and what the addresses of their pages begin with. */
  places: Record<string, string>;
  classes: Term[];
  properties: Term[];
  lists: Record<string, Term[]>;
  first: string;
  examples: Example[];
}

export async function load(root: string): Promise<Data> {
  const response = await fetch(`${root}/sparql/editor.json`);
  if (!response.ok) throw new Error(`the service answers ${response.status}`);
  return response.json();
}

/** Where a page may link to for an IRI; undefined for what is no address. */
export function href(iri: string, places: Data["places"]): string | undefined {
  for (const [start, place] of Object.entries(places)) {
    if (iri.startsWith(start)) return place + iri.slice(start.length);
  }
  return /^https?:\/\//.test(iri) ? iri : undefined;
}
