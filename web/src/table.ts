// The table of results, with links of our IRIs to their pages on this server.

import Yasgui from "@zazuko/yasgui";
import { href, type Data } from "./data";
import { element } from "./dom";

type Prefixes = Record<string, string>;
type Cell = { value: string } | string | number;
interface Column {
  render: (cell: Cell, type: string | undefined, ...rest: unknown[]) => unknown;
}

export function useLinkedTable(data: Data): void {
  // the plugin has no setting for links; this is the one method that makes them
  const Table = Yasgui.Yasr.plugins["table"] as any;
  class LinkedTable extends Table {
    getUriLinkFromBinding(binding: { value: string }, prefixes: Prefixes = {}): string {
      const known = { ...data.prefixes, ...prefixes };
      return linked(binding.value, known, data, this.persistentConfig.compact === true);
    }

    /** To sort and to filter by, text is text: nothing in it is read as HTML. */
    getColumns(): Column[] {
      const columns: Column[] = super.getColumns();
      return columns.map(({ render, ...column }) => ({
        ...column,
        render: (cell, type, ...rest) =>
          type === "display" || typeof cell !== "object"
            ? render(cell, type, ...rest)
            : element("span", {}, cell.value).innerHTML,
      }));
    }

    /** The simple view, unless somebody chose the other. */
    draw(kept: object): void {
      super.draw({ compact: true, ...kept });
    }

    drawControls(): void {
      super.drawControls();
      const controls: HTMLElement = this.tableControls;
      const [, cut] = controls.querySelectorAll(".switch .label");
      if (cut) cut.textContent = "Cut long values";
      controls.querySelector(".tableSizer")?.setAttribute("aria-label", "Rows on a page");
    }
  }
  Yasgui.Yasr.registerPlugin("table", LinkedTable as any);
}

/** A link to a thing; in the simple view a thing of ours goes by its kind and key. */
function linked(iri: string, prefixes: Prefixes, data: Data, simple: boolean): string {
  const address = href(iri, data.places);
  const start = simple && Object.keys(data.places).find((place) => iri.startsWith(place));
  const short = shortened(iri, prefixes);
  const text = start && short === iri ? iri.slice(start.length) : short;
  if (address === undefined) return element("span", { title: iri }, text).outerHTML;
  const link = element("a", { className: "iri", href: address, title: iri }, text);
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link.outerHTML;
}

/** An IRI with the prefix that leaves the least of it, or as it is. */
export function shortened(iri: string, prefixes: Prefixes): string {
  const fitting = Object.entries(prefixes).filter(([, start]) => start && iri.startsWith(start));
  const [name, start] = fitting.sort(([, a], [, b]) => b.length - a.length)[0] ?? ["", ""];
  return start ? `${name}:${iri.slice(start.length)}` : iri;
}
