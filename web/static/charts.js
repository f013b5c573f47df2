"use strict";
// Every element with data-chart becomes an ECharts chart; its option is plain JSON made by web/funnel.py.
for (const box of document.querySelectorAll("[data-chart]")) {
  const chart = echarts.init(box);
  chart.setOption(JSON.parse(box.dataset.chart));
  window.addEventListener("resize", () => chart.resize());
}
