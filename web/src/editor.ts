// The SPARQL editor: YASGUI, asking nobody but this service.

import Yasgui from "@zazuko/yasgui";
import { AnswerBar } from "./answer";
import { offerChart } from "./chart";
import { offerCompletion } from "./completion";
import { load, type Data } from "./data";
import { element } from "./dom";
import "./editor.css";
import { Examples } from "./examples";
import { mark, message, problemOf, unmark } from "./problem";
import { commandFor, linkTo, linked, type Shared } from "./sharing";
import { useLinkedTable } from "./table";
import { VersionChooser, versionOf, withVersion } from "./version";

type Tab = InstanceType<typeof Yasgui.Tab>;
type Yasqe = InstanceType<typeof Yasgui.Yasqe>;

class Editor {
  private readonly endpoint: string;
  private readonly versions: VersionChooser;
  private readonly yasgui: Yasgui;
  private readonly known = new WeakSet<Yasqe>();

  constructor(
    private readonly place: HTMLElement,
    private readonly root: string,
    private readonly data: Data,
  ) {
    this.endpoint = new URL(`${root}/sparql`, location.href).href;
    this.versions = new VersionChooser(root, data.version, (version) => {
      const tab = this.yasgui.getTab();
      if (tab) withVersion(tab, version);
    });
    offerCompletion(data);
    useLinkedTable(data);
    offerChart(data);
    this.shareOnlyWhatCounts();
    this.place.append(this.tools());
    this.yasgui = this.start();
    const settle = () => queueMicrotask(() => this.settle());
    this.yasgui.on("tabSelect", settle);
    this.yasgui.on("tabAdd", settle);
    this.settle();
    this.openLinked();
    addEventListener("hashchange", () => this.openLinked());
  }

  /** Opens a query in a tab of its own, or in the one that has it already. */
  open({ query, title, version }: Shared): Tab {
    const same = Object.values(this.yasgui._tabs).find(
      (tab) => tab.getPersistedJson().yasqe.value === query && versionOf(tab) === version,
    );
    if (same) {
      same.select();
      return same;
    }
    const name = this.yasgui.createTabName(title);
    const tab = this.yasgui.addTab(true, { name, yasqe: { value: query } });
    withVersion(tab, version);
    return tab;
  }

  private start(): Yasgui {
    return new Yasgui(this.place, {
      persistenceId: "cepgraph",
      populateFromUrl: false,
      autofocus: false,
      requestConfig: {
        endpoint: this.endpoint,
        method: "POST",
        acceptHeaderSelect: "application/sparql-results+json",
        acceptHeaderGraph: "text/turtle",
      },
      yasqe: {
        value: this.data.first,
        // the Tab key leads on, as it does elsewhere on a page
        extraKeys: { Tab: false, "Shift-Tab": false } as never,
        autocompleters: ["variables", "prefixes", "property", "class", "concept"],
      },
      // an answer is not kept beyond the page: what is shown is of a version that is known
      yasr: {
        maxPersistentResponseSize: 0,
        prefixes: this.data.prefixes,
        pluginOrder: ["table", "chart", "response"],
        errorRenderers: [],
      } as never,
    });
  }

  private tools(): HTMLElement {
    const { examples } = this.data;
    const dialogue = new Examples(examples, ({ text, title }) => {
      this.open({ query: text, title }).getYasqe()?.focus();
    });
    const opener = element("button", { type: "button" }, `Examples (${examples.length})`);
    opener.addEventListener("click", () => dialogue.show());
    return element(
      "div",
      { className: "tools" },
      opener,
      this.versions.place,
      element(
        "p",
        { className: "about" },
        "Ctrl+Enter runs the query, Ctrl+Space completes a term, Escape leaves the text.",
      ),
    );
  }

  /** Gives the tab that is shown what it needs, once, and shows the version that it asks. */
  private settle(): void {
    const tab = this.yasgui.getTab();
    const yasqe = tab?.getYasqe();
    if (!tab || !yasqe) return;
    this.versions.show(versionOf(tab));
    if (this.known.has(yasqe)) return;
    this.known.add(yasqe);
    // whatever was kept in the browser, it is this service that is asked
    tab.setEndpoint(this.endpoint);
    yasqe.getInputField().setAttribute("aria-label", "SPARQL query");
    const bar = new AnswerBar(this.root, tab);
    const yasr = tab.getYasr();
    yasr?.headerEl.after(bar.place);
    if (yasr) yasr.config.errorRenderers = [async (e) => message(problemOf(e.text), yasqe)];
    let asked = "";
    yasqe.on("query", () => {
      asked = yasqe.getValue();
      unmark(yasqe);
      bar.clear();
    });
    yasqe.on("queryResponse", (_yasqe, response) => {
      if (response instanceof Error) mark(yasqe, problemOf(response.message));
      else bar.show(response, asked);
    });
  }

  private openLinked(): void {
    const shared = linked(location.hash);
    if (!shared) return;
    history.replaceState(null, "", location.pathname);
    this.open(shared)
      .query()
      .catch(() => {});
  }

  /** Links hold the query and its version, and commands run in a shell as they stand. */
  private shareOnlyWhatCounts(): void {
    const { endpoint } = this;
    Yasgui.Tab.prototype.getShareableLink = function () {
      return linkTo({ query: this.getQuery(), title: this.getName(), version: versionOf(this) });
    };
    Yasgui.Yasqe.prototype.getAsCurlString = function () {
      const { requestConfig } = this.config;
      const { args } = typeof requestConfig === "function" ? requestConfig(this) : requestConfig;
      const version = Array.isArray(args) ? args.find(({ name }) => name === "version") : undefined;
      return commandFor(endpoint, this.getValue(), version?.value);
    };
  }
}

async function start(): Promise<void> {
  const place = document.getElementById("editor");
  if (!place) return;
  const root = place.dataset.root ?? "";
  try {
    new Editor(place, root, await load(root));
  } catch (error) {
    place.append(message({ title: "The editor cannot start", detail: (error as Error).message }));
    throw error;
  }
}

void start();
