// Which version of the graph a tab asks: the newest, unless somebody chooses another.

import type Yasgui from "@zazuko/yasgui";
import { element } from "./dom";

type Tab = InstanceType<typeof Yasgui.Tab>;
type Argument = { name: string; value: string };

const NAME = "version";

/** The version that a tab asks; undefined for the newest. */
export function versionOf(tab: Tab): string | undefined {
  const { args } = tab.getRequestConfig();
  return Array.isArray(args) ? args.find(({ name }) => name === NAME)?.value : undefined;
}

/** Has a tab ask a version from now on. */
export function withVersion(tab: Tab, version: string | undefined): void {
  const { args } = tab.getRequestConfig();
  const others = (Array.isArray(args) ? (args as Argument[]) : []).filter((a) => a.name !== NAME);
  tab.setRequestConfig({
    args: version === undefined ? others : [...others, { name: NAME, value: version }],
  });
}

/** A field for the number of a version; empty is the newest. */
export class VersionChooser {
  private readonly field: HTMLInputElement;
  readonly place: HTMLElement;

  constructor(root: string, newest: number | null, choose: (version: string | undefined) => void) {
    this.field = element("input", {
      type: "number",
      min: "1",
      placeholder: newest === null ? "newest" : `newest (${newest})`,
    });
    this.field.addEventListener("change", () => {
      if (this.field.validity.valid) choose(this.field.value || undefined);
      else this.field.reportValidity();
    });
    this.place = element(
      "div",
      {},
      element("label", {}, "Version of the graph ", this.field),
      element("a", { href: `${root}/versions` }, "all versions"),
    );
  }

  show(version: string | undefined): void {
    this.field.value = version ?? "";
  }
}
