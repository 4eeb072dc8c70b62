/* Figures: `<figure data-chart>` with its numbers as JSON beside it. ECharts is fetched by the first figure of a page. */
(function () {
  "use strict";

  const { $, onPiece } = window.jiangjin;

  const INK = "#1f2733", INK_2 = "#566173", RULE = "#dfe3e8";
  const COLOURS = ["#2a5c94", "#8fb3d9", "#566173", "#c77f12", "#2f8a55", "#a9b4c2"];
  let library = null;

  function loadLibrary(address) {
    library = library || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  const grouped = (value) => (value === null || value === undefined ? "–" : Number(value).toLocaleString("en-US"));

  function options(data) {
    const base = {
      animation: false,
      color: COLOURS,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: INK },
      // Rich text is drawn on the canvas: an HTML tooltip would need inline styles, which the policy forbids.
      tooltip: { renderMode: "richText", trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (value) => `${grouped(value)} ${data.unit}`, textStyle: { color: INK } },
    };
    if (data.kind !== "bar" && data.kind !== "column" && data.kind !== "line") return Object.assign(base, data.option);
    const lying = data.kind === "bar";
    const names = { type: "category", data: data.categories, inverse: lying, axisTick: { show: false }, axisLine: { lineStyle: { color: RULE } }, axisLabel: { color: INK, interval: lying ? 0 : "auto" } };
    const numbers = { type: "value", axisLabel: { color: INK_2, formatter: grouped }, splitLine: { lineStyle: { color: RULE } }, splitNumber: 4 };
    if (data.unit === "%") Object.assign(numbers, { max: 100, interval: 25 });
    const mark = data.target === null ? undefined : {
      silent: true, symbol: "none", lineStyle: { color: INK, type: "dashed" },
      label: { formatter: `${data.targetLabel} ${grouped(data.target)}`, color: INK, position: lying ? "start" : "insideEndTop" },
      data: [lying ? { xAxis: data.target } : { yAxis: data.target }],
    };
    return Object.assign(base, {
      grid: { left: 8, right: 24, top: data.series.length > 1 || mark ? 36 : 12, bottom: 4, containLabel: true },
      legend: data.series.length > 1 ? { top: 0, left: 0, icon: "rect", itemWidth: 12, itemHeight: 12, textStyle: { color: INK } } : undefined,
      xAxis: lying ? numbers : names,
      yAxis: lying ? names : numbers,
      series: data.series.map((row, index) => ({
        name: row.name, data: row.values, type: data.kind === "line" ? "line" : "bar", barMaxWidth: 22, symbolSize: 6, connectNulls: false,
        cursor: data.links.length ? "pointer" : "default", markLine: index === 0 ? mark : undefined,
      })),
    });
  }

  function draw(figure) {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "yes";
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const canvas = $("[data-chart-canvas]", figure);
    if (data.kind === "bar") canvas.style.height = `${Math.max(8, data.categories.length * 1.75 + 4)}rem`;
    loadLibrary(figure.dataset.library).then((echarts) => {
      const chart = echarts.init(canvas);
      chart.setOption(options(data));
      if (data.links.length) chart.on("click", (event) => { if (data.links[event.dataIndex]) location.assign(data.links[event.dataIndex]); });
      new ResizeObserver(() => chart.resize()).observe(canvas);
    }).catch(() => showTable(figure, true));
  }

  function showTable(figure, shown) {
    const button = $("[data-chart-toggle]", figure);
    $(".chart-table", figure).hidden = !shown;
    $("[data-chart-canvas]", figure).hidden = shown;
    button.setAttribute("aria-expanded", String(shown));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-toggle]");
    if (button) showTable(button.closest("[data-chart]"), button.getAttribute("aria-expanded") !== "true");
  });

  onPiece("figure[data-chart]", draw);
})();
