// Results as a chart: bars or a line over one column, with the values of another.

import Yasgui from "@zazuko/yasgui";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import type { Data } from "./data";
import { element } from "./dom";
import { shortened } from "./table";

type Yasr = InstanceType<typeof Yasgui.Yasr>;
type Row = Record<string, { value: string; datatype?: string } | undefined>;
interface Choice {
  kind?: "bar" | "line";
  label?: string;
  value?: string;
}

const MOST = 200;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);
Chart.defaults.font.family = "system-ui, sans-serif";

export function offerChart(data: Data): void {
  class ChartPlugin {
    label = "Chart";
    priority = 1;
    private choice: Choice = {};
    private chart?: Chart;

    constructor(private yasr: Yasr) {}

    /** Of a table without numbers too: then it says what is missing. */
    canHandleResults(): boolean {
      return (this.yasr.results?.getVariables() ?? []).length > 0;
    }

    draw(kept?: Choice): void {
      this.destroy();
      this.choice = { ...kept };
      const values = numeric(this.yasr);
      if (!values.length) {
        const missing = "A chart needs a column that holds numbers only, as COUNT makes it.";
        this.yasr.resultsEl.append(element("p", { className: "about" }, missing));
        return;
      }
      const labels = this.yasr.results?.getVariables() ?? [];
      const value = pick(this.choice.value, values, values[0]);
      const usual = labels.find((name) => !values.includes(name) && isText(this.yasr, name));
      const label = pick(this.choice.label, labels, usual ?? labels.find((name) => name !== value));
      const kind = this.choice.kind ?? "bar";
      this.drawControls(kind, label ?? "", value ?? "", labels, values);
      if (value) this.drawChart(kind, label, value);
    }

    destroy(): void {
      this.chart?.destroy();
      this.chart = undefined;
      this.yasr.pluginControls.replaceChildren();
    }

    getIcon(): Element {
      const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      icon.setAttribute("viewBox", "0 0 16 16");
      icon.setAttribute("aria-hidden", "true");
      const bars = document.createElementNS("http://www.w3.org/2000/svg", "path");
      bars.setAttribute("d", "M1 9h3v6H1zM6 2h3v13H6zM11 6h3v9h-3z");
      bars.setAttribute("fill", "currentColor");
      icon.append(bars);
      return element("div", { className: "svgImg" }, icon);
    }

    private drawControls(
      kind: string,
      label: string,
      value: string,
      labels: string[],
      values: string[],
    ): void {
      const choose = (change: Choice) => {
        this.yasr.storePluginConfig("chart", { ...this.choice, ...change });
        this.yasr.draw();
      };
      this.yasr.pluginControls.append(
        element(
          "div",
          { className: "chart-controls" },
          select("As", ["bar", "line"], kind, (chosen) => choose({ kind: chosen as "bar" })),
          select("of", values, value, (chosen) => choose({ value: chosen })),
          select("by", labels, label, (chosen) => choose({ label: chosen })),
        ),
      );
    }

    private drawChart(kind: "bar" | "line", label: string | undefined, value: string): void {
      const rows = (this.yasr.results?.getBindings() ?? []) as Row[];
      const drawn = rows.filter((row) => NUMBER.test(row[value]?.value ?? "")).slice(0, MOST);
      const names = drawn.map((row, place) => name(label ? row[label]?.value : `${place + 1}`));
      const canvas = element("canvas");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${value} by ${label}; the table has the same as text`);
      const left = rows.length - drawn.length;
      const note = left
        ? `${left} of ${rows.length} rows are not drawn: no number, or after the first ${MOST}.`
        : "";
      this.yasr.resultsEl.append(
        element("div", { className: "chart" }, canvas),
        element("p", { className: "about" }, note),
      );
      const style = getComputedStyle(this.yasr.rootEl);
      const colour = (name: string) => style.getPropertyValue(name);
      const [ink, line, accent] = [colour("--ink"), colour("--line"), colour("--link")];
      const beginAtZero = kind === "bar";
      const scale = { ticks: { color: ink }, grid: { color: line } };
      this.chart = new Chart(canvas, {
        type: kind,
        data: {
          labels: names,
          datasets: [
            {
              label: value,
              data: drawn.map((row) => Number(row[value]?.value)),
              backgroundColor: accent,
              borderColor: accent,
              maxBarThickness: 48,
            },
          ],
        },
        options: {
          animation: false,
          maintainAspectRatio: false,
          scales: {
            x: { ...scale, title: { display: true, text: label, color: ink } },
            y: { ...scale, title: { display: true, text: value, color: ink }, beginAtZero },
          },
        },
      });
    }
  }

  function name(text = ""): string {
    const start = Object.keys(data.places).find((iri) => text.startsWith(iri));
    const shown = start ? text.slice(start.length) : shortened(text, data.prefixes);
    return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
  }

  Yasgui.Yasr.registerPlugin("chart", ChartPlugin as any);
}

/** Columns with a number in every row that has a value there. */
function numeric(yasr: Yasr): string[] {
  const rows = (yasr.results?.getBindings() ?? []) as Row[];
  return (yasr.results?.getVariables() ?? []).filter((name) => {
    const values = rows.flatMap((row) => row[name] ?? []);
    return values.length > 0 && values.every(({ value }) => NUMBER.test(value));
  });
}

function isText(yasr: Yasr, name: string): boolean {
  const rows = yasr.results?.getBindings() ?? [];
  return rows.some((row) => row[name]?.type !== "uri");
}

function pick(chosen: string | undefined, offered: string[], usual: string | undefined) {
  return chosen !== undefined && offered.includes(chosen) ? chosen : usual;
}

function select(
  label: string,
  offered: string[],
  chosen: string,
  choose: (name: string) => void,
): HTMLElement {
  const made = element("select", {}, ...offered.map((name) => element("option", {}, name)));
  made.value = chosen;
  made.addEventListener("change", () => choose(made.value));
  return element("label", {}, `${label} `, made);
}
