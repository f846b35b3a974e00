/** ECharts stands in the page as a script of its own and shows itself as a global. */
interface Window {
  readonly echarts: typeof import('echarts');
}
