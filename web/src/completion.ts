// Completion of prefixes, classes, properties and concepts, all from our own vocabulary.

import Yasgui from "@zazuko/yasgui";
import type { Data, Term } from "./data";
import { element } from "./dom";

type Yasqe = InstanceType<typeof Yasgui.Yasqe>;
type Completer = (typeof Yasgui.Yasqe.Autocompleters)[string];
type Token = Parameters<NonNullable<Completer["postProcessSuggestion"]>>[1];
type Hints = Parameters<NonNullable<Completer["postprocessHints"]>>[1];

const MOST = 100;
const VARIABLE = /^[?$]/;

/** Puts ours in the place of those that would ask prefix.cc and Linked Open Vocabularies. */
export function offerCompletion(data: Data): void {
  const { Yasqe } = Yasgui;
  const declarations = Object.entries(data.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  Yasqe.forkAutocompleter("prefixes", {
    name: "prefixes",
    persistenceId: undefined,
    get: () => declarations,
  });
  Yasqe.forkAutocompleter("class", { name: "class", ...choosing(data, () => data.classes) });
  Yasqe.forkAutocompleter("property", {
    name: "property",
    ...choosing(data, () => data.properties),
    isValidCompletionPosition: (yasqe) => isForProperty(yasqe),
  });
  const listAt = listBefore(data);
  Yasqe.forkAutocompleter("class", {
    name: "concept",
    ...choosing(data, (yasqe) => listAt(yasqe) ?? []),
    isValidCompletionPosition: (yasqe) => listAt(yasqe) !== undefined,
  });
}

function choosing(data: Data, offered: (yasqe: Yasqe) => Term[]): Partial<Completer> {
  const shown = new Map<string, Term>();
  return {
    onInitialize: () => {},
    get: (yasqe, token) => {
      const terms = matching(offered(yasqe), token);
      shown.clear();
      for (const term of terms) shown.set(written(yasqe, data, term), term);
      return terms.map((term) => written(yasqe, data, term));
    },
    postProcessSuggestion: (_yasqe, _token, suggested) => suggested,
    postprocessHints: (_yasqe, hints) => {
      for (const hint of hints) draw(hint, shown.get(hint.text));
      return hints;
    },
  };
}

/** The terms that begin with what was typed, then those with a word that does, then the others. */
function matching(terms: Term[], token: Token | undefined): Term[] {
  const typed = (token?.string ?? "").trim().replace(/^</, "").toLowerCase();
  if (!typed || typed === "a") return terms.slice(0, MOST);
  const whole = (token?.autocompletionString ?? typed).toLowerCase();
  const rank = (term: Term): number => {
    const starts = [term.short, term.short.split(":").pop() ?? "", term.label, term.iri];
    if (starts.some((text) => text.toLowerCase().startsWith(typed))) return 0;
    if (term.iri.toLowerCase().startsWith(whole)) return 0;
    const words = term.label.toLowerCase().split(/\s+/);
    if (words.some((word) => word.startsWith(typed))) return 1;
    return term.short.toLowerCase().includes(typed) ? 2 : 3;
  };
  return terms
    .map((term) => [rank(term), term] as const)
    .filter(([place]) => place < 3)
    .sort(([one], [other]) => one - other)
    .slice(0, MOST)
    .map(([, term]) => term);
}

/** A term as it stands in a query: with a prefix of the query, with one of ours, or whole. */
function written(yasqe: Yasqe, data: Data, term: Term): string {
  const known = { ...data.prefixes, ...yasqe.getPrefixesFromQuery() };
  for (const [name, start] of Object.entries(known)) {
    const rest = term.iri.slice(start.length);
    if (term.iri.startsWith(start) && /^[A-Za-z0-9_-]+$/.test(rest)) return `${name}:${rest}`;
  }
  return `<${term.iri}>`;
}

function draw(hint: Hints[number], term: Term | undefined): void {
  if (!term) return;
  hint.render = (place) => {
    const used = term.count === undefined ? "" : term.count || "not used yet";
    place.append(
      element("code", {}, hint.text),
      element("span", { className: "hint-label" }, term.label),
      element("span", { className: "hint-count" }, used.toLocaleString("en-GB")),
      element("span", { className: "hint-text" }, term.description),
    );
  };
}

function isForProperty(yasqe: Yasqe): boolean {
  const token = yasqe.getCompleteToken();
  return !VARIABLE.test(token.string) && token.state.possibleCurrent.includes("a");
}

/** Finds the list whose concepts may stand where the cursor is. */
function listBefore(data: Data): (yasqe: Yasqe) => Term[] | undefined {
  const lists = new Map(
    data.properties.flatMap(({ iri, list }) => (list ? [[iri, data.lists[list] ?? []]] : [])),
  );
  return (yasqe) => {
    const token = yasqe.getCompleteToken();
    if (VARIABLE.test(token.string)) return undefined;
    const { line } = yasqe.getDoc().getCursor();
    const before = yasqe.getPreviousNonWsToken(line, token);
    const last = before.state.lastProperty ?? "";
    const [name = "", rest = ""] = last.split(":");
    const prefix = yasqe.getPrefixesFromQuery()[name];
    return lists.get(prefix === undefined ? last.replace(/^<|>$/g, "") : prefix + rest);
  };
}
