// Problem documents (RFC 9457) as messages, and their place in the query.

import type Yasgui from "@zazuko/yasgui";
import { element } from "./dom";

type Yasqe = InstanceType<typeof Yasgui.Yasqe>;

export interface Problem {
  title: string;
  detail?: string;
  line?: number;
  column?: number;
}

const UNREACHABLE = /failed to fetch|networkerror|load failed/i;
const marks = new WeakMap<Yasqe, () => void>();

/** What a failed answer says, whatever it is. */
export function problemOf(text: string): Problem {
  try {
    const told = JSON.parse(text);
    if (typeof told?.title === "string") return told;
  } catch {
    // no JSON: an answer of something between, or no answer at all
  }
  if (/abort/i.test(text)) return { title: "Stopped" };
  if (UNREACHABLE.test(text)) {
    return { title: "The service cannot be reached", detail: "Try again when the network is there." };
  }
  return { title: "The query was not answered", detail: text.slice(0, 500) };
}

/** The message; with a button that leads to the place if there is one. */
export function message(problem: Problem, yasqe?: Yasqe): HTMLElement {
  const made = element(
    "div",
    { className: "problem" },
    element("strong", {}, problem.title),
    element("p", {}, problem.detail ?? ""),
  );
  made.setAttribute("role", "alert");
  if (problem.line && yasqe) {
    const column = problem.column ? `, column ${problem.column}` : "";
    const button = element("button", { type: "button" }, `Go to line ${problem.line}${column}`);
    button.addEventListener("click", () => goTo(yasqe, problem));
    made.append(button);
  }
  return made;
}

/** Marks the line and what stands from the column on. */
export function mark(yasqe: Yasqe, { line, column }: Problem): void {
  unmark(yasqe);
  const doc = yasqe.getDoc();
  if (!line || line > doc.lineCount()) return;
  const at = line - 1;
  const text = doc.getLine(at);
  const from = Math.min((column ?? 1) - 1, Math.max(text.length - 1, 0));
  const marked = doc.markText(
    { line: at, ch: from },
    { line: at, ch: text.length },
    { className: "problem-text" },
  );
  yasqe.addLineClass(at, "background", "problem-line");
  const handle = doc.getLineHandle(at);
  marks.set(yasqe, () => {
    marked.clear();
    yasqe.removeLineClass(handle, "background", "problem-line");
  });
}

export function unmark(yasqe: Yasqe): void {
  marks.get(yasqe)?.();
  marks.delete(yasqe);
}

function goTo(yasqe: Yasqe, { line = 1, column = 1 }: Problem): void {
  yasqe.getDoc().setCursor({ line: line - 1, ch: column - 1 });
  yasqe.focus();
}
