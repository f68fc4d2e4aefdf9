// What stands above a result: the version that it holds for, downloads, and how to cite it.

import type Yasgui from "@zazuko/yasgui";
import { element, save } from "./dom";
import { problemOf } from "./problem";

type Tab = InstanceType<typeof Yasgui.Tab>;

interface Form {
  name: string;
  mediaType: string;
  ending: string;
}
interface Answered {
  query: string;
  version: string;
  isGraph: boolean;
}

const TABLES: Form[] = [
  { name: "CSV", mediaType: "text/csv", ending: "csv" },
  { name: "TSV", mediaType: "text/tab-separated-values", ending: "tsv" },
  { name: "JSON", mediaType: "application/sparql-results+json", ending: "srj" },
  { name: "XML", mediaType: "application/sparql-results+xml", ending: "srx" },
];
const GRAPHS: Form[] = [
  { name: "Turtle", mediaType: "text/turtle", ending: "ttl" },
  { name: "N-Triples", mediaType: "application/n-triples", ending: "nt" },
  { name: "JSON-LD", mediaType: "application/ld+json", ending: "jsonld" },
  { name: "RDF/XML", mediaType: "application/rdf+xml", ending: "rdf" },
];

const LONGEST_TITLE = 200; // that the service takes

/** The bar of one tab; it shows the answer that the tab shows. */
export class AnswerBar {
  readonly place = element("div", { className: "answer", hidden: true });
  private readonly told = element("p", { className: "answer-told" });

  constructor(
    private readonly root: string,
    private readonly tab: Tab,
  ) {
    this.told.setAttribute("role", "status");
  }

  /** Nothing is shown while a query runs, and after one that failed. */
  clear(): void {
    this.place.hidden = true;
    this.told.replaceChildren();
  }

  show(response: { headers: Headers }, query: string): void {
    const version = response.headers.get("cepgraph-version") ?? "";
    const isGraph = !/sparql-results/.test(response.headers.get("content-type") ?? "");
    const answered = { query, version, isGraph };
    const title = element("input", {
      value: /^Query( \d+)?$/.test(this.tab.getName()) ? "" : this.tab.getName(),
      maxLength: LONGEST_TITLE,
      placeholder: "what it shows",
    });
    const cite = button("Cite this result", () => this.cite(answered, title.value.trim()));
    cite.className = "cite";
    const downloads = (isGraph ? GRAPHS : TABLES).map((form) =>
      button(form.name, () => this.download(answered, form), `Download as ${form.name}`),
    );
    this.place.replaceChildren(
      element("span", { className: "answer-version" }, `Version ${version} of the graph`),
      element("span", { className: "answer-files" }, "Download ", ...downloads),
      element("span", { className: "answer-title" }, element("label", {}, "Title ", title), cite),
      this.told,
    );
    this.told.replaceChildren();
    this.place.hidden = false;
  }

  private async download({ query, version }: Answered, form: Form): Promise<void> {
    await this.telling(async () => {
      const response = await fetch(`${this.root}/sparql`, {
        method: "POST",
        headers: { accept: form.mediaType },
        body: new URLSearchParams({ query, version }),
      });
      if (!response.ok) throw new Error(await response.text());
      const name = this.tab.getName().trim().toLowerCase().replace(/[^a-z0-9]+/g, "-");
      save(await response.blob(), `${name || "result"}-version-${version}.${form.ending}`);
    });
  }

  private async cite({ query, version }: Answered, title: string): Promise<void> {
    await this.telling(async () => {
      const response = await fetch(`${this.root}/api/v1/citations`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ query, version: Number(version), title }),
      });
      if (!response.ok) throw new Error(await response.text());
      const place = response.headers.get("location");
      if (place === null) throw new Error("the service told no address");
      const address = new URL(place, location.href).href;
      const copy = button("Copy", async () => {
        await navigator.clipboard.writeText(address);
        copy.textContent = "Copied";
      });
      this.told.replaceChildren(
        "Permanent address of this result: ",
        element("a", { className: "permalink", href: address, target: "_blank", rel: "noopener" }, address),
        " ",
        ...(navigator.clipboard ? [copy] : []), // browsers have one on secure pages only
      );
    });
  }

  private async telling(act: () => Promise<void>): Promise<void> {
    const before = [...this.told.childNodes];
    this.told.textContent = "…";
    try {
      await act();
      // a file was saved: what was told before, such as a permalink, still holds
      if (this.told.textContent === "…") this.told.replaceChildren(...before);
    } catch (error) {
      const { title, detail = "" } = problemOf((error as Error).message);
      this.told.textContent = `${title}. ${detail}`;
    }
  }
}

function button(text: string, act: () => void, title = ""): HTMLButtonElement {
  const made = element("button", { type: "button", title }, text);
  made.addEventListener("click", act);
  return made;
}
