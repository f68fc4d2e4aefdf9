// Queries in links and in commands.

export interface Shared {
  query: string;
  title?: string;
  version?: string;
}

/** The query that the part of an address after # holds. */
export function linked(hash: string): Shared | undefined {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const query = parts.get("query");
  if (!query) return undefined;
  const version = parts.get("version") ?? "";
  return {
    query,
    title: parts.get("title") ?? parts.get("tabTitle") ?? undefined,
    version: /^\d{1,9}$/.test(version) ? version : undefined,
  };
}

/** The address of this page with a query. */
export function linkTo({ query, title, version }: Shared): string {
  const parts = Object.entries({ query, title, version }).filter(([, value]) => value);
  const written = parts.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `${location.origin}${location.pathname}#${written.join("&")}`;
}

/** A command in one line that asks the same for a table in CSV. */
export function commandFor(endpoint: string, query: string, version?: string): string {
  const encoded = (text: string) => encodeURIComponent(text).replaceAll("'", "%27");
  const asked = [`query=${encoded(query)}`, ...(version ? [`version=${version}`] : [])].join("&");
  return `curl '${endpoint}' -H 'Accept: text/csv' --data '${asked}'`;
}
