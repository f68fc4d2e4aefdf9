// The catalogue of queries, to search and to open.

import type { Example } from "./data";
import { element } from "./dom";

/** A dialogue over the page; `open` gets the example that was chosen. */
export class Examples {
  private readonly dialog = element("dialog", { className: "examples" });
  private readonly search = element("input", { placeholder: "Words or a tag" });
  private readonly found = element("ul");
  private readonly count = element("p", { className: "about" });

  constructor(
    private readonly examples: Example[],
    private readonly open: (example: Example) => void,
  ) {
    const close = element("button", { type: "button" }, "Close");
    close.addEventListener("click", () => this.dialog.close());
    this.count.setAttribute("role", "status");
    this.search.addEventListener("input", () => this.list());
    this.dialog.setAttribute("aria-labelledby", "examples-heading");
    this.dialog.append(
      element(
        "div",
        { className: "examples-head" },
        element("h2", { id: "examples-heading" }, "Examples"),
        close,
        element("label", {}, "Search ", this.search),
        this.count,
      ),
      this.found,
    );
    // a click beside the dialogue closes it
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    document.body.append(this.dialog);
    this.list();
  }

  show(): void {
    this.dialog.showModal();
    this.search.focus();
    this.search.select();
  }

  private list(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = this.examples.filter(({ title, description, tags, name }) => {
      const text = [title, description, name, ...tags].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    this.count.textContent = `${fitting.length} of ${this.examples.length}`;
    this.found.replaceChildren(...fitting.map((example) => this.item(example)));
  }

  private item(example: Example): HTMLElement {
    const title = element("button", { type: "button", className: "example" }, example.title);
    title.addEventListener("click", () => {
      this.dialog.close();
      this.open(example);
    });
    const tags = example.tags.map((tag) => {
      const made = element("button", { type: "button", className: "tag" }, tag);
      made.addEventListener("click", () => {
        this.search.value = tag;
        this.list();
        this.search.focus();
      });
      return made;
    });
    return element(
      "li",
      {},
      title,
      element("p", { className: "about" }, example.description),
      element("div", { className: "tags" }, ...tags),
    );
  }
}
