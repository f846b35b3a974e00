import { count } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { selfContainedPage } from '../shell.ts';
import type { CheckPageData, ShownAxis, ShownFile, ShownFinding } from './page-data.ts';

const MODULES = [
  'page/palette.js',
  'page/plot-basics.js',
  'check-page/script/axis-plot.js',
  'check-page/script/main.js',
];

/** Files that were checked as one self-contained HTML page: findings, and what the lines of each file look like. */
export function renderCheckPage(data: CheckPageData): string {
  const refused = data.files.filter(({ fit }) => !fit).length;
  const verdict = refused === 0 ? 'all fit' : `${refused} of ${data.files.length} refused`;
  return selfContainedPage({
    title: `Signal files: ${verdict}`,
    bodyClass: 'check',
    styles: ['page/style.css', 'check-page/style.css'],
    modules: MODULES,
    data: { id: 'check-data', value: data },
    body: html`<a class="skip" href="#files">To the files</a>
<header>
<h1>Signal files <span>${data.files.length} ${data.files.length === 1 ? 'file' : 'files'} · ${data.axes} ${data.axes === 1 ? 'axis' : 'axes'} · ${verdict}</span></h1>
<p class="run"><button type="button" id="theme" aria-pressed="false">Dark</button></p>
</header>
<main id="files">
${data.comparison.length === 0 ? null : html`<section class="panel" id="comparison"><h2>Regular and abnormal side by side</h2>${findingList(data.comparison)}</section>`}
${data.files.map(fileSection)}
</main>
<footer>Made by neai check. A plot shows one line of the file, sample by sample, over all its lines: it is a picture of
the signals, not of the machine's time. Plots: Apache ECharts, Apache License 2.0.</footer>`,
  });
}

function fileSection(file: ShownFile, at: number): Markup {
  const { path, label, fit, lines, bufferSize, axes, findings, sha256, sampling, samplesPerPoint } = file;
  const size =
    bufferSize === null
      ? `${count(lines)} lines`
      : `${count(lines)} lines, ${axes.length} × ${count(bufferSize)} samples`;
  return html`<section class="panel file" id="file-${at}">
<h2><span class="path">${path}</span> <span class="tag ${fit ? 'pass' : 'fail'}">${fit ? 'fit' : 'refused'}</span>
${label === null ? null : html`<span class="tag label">${label}</span>`}</h2>
<p class="size">${size}${sha256 === null ? null : html` <code>${sha256}</code>`}</p>
${sampling === null ? null : samplingFacts(sampling)}
${findings.length === 0 ? html`<p class="clean">Nothing to remark.</p>` : findingList(findings)}
${axes.length === 0 ? null : axisPlots(file, at)}
${samplesPerPoint > 1 ? html`<p class="quiet">Each point stands for ${samplesPerPoint} samples.</p>` : null}
</section>`;
}

function samplingFacts(sampling: NonNullable<ShownFile['sampling']>): Markup {
  const { samplingFrequencyHz, signalLengthSeconds, nyquistHz, strongestHz, energyAbove } = sampling;
  return html`<dl class="sampling">
<div><dt>Sampling frequency</dt><dd>${figure(samplingFrequencyHz)} Hz</dd></div>
<div><dt>Signal length</dt><dd>${figure(signalLengthSeconds)} s</dd></div>
<div><dt>Half the frequency</dt><dd>${figure(nyquistHz)} Hz</dd></div>
<div><dt>Strongest component</dt><dd>${strongestHz === null ? '–' : `${figure(strongestHz)} Hz`}</dd></div>
<div><dt>Energy above ${figure(0.8 * nyquistHz)} Hz</dt><dd>${energyAbove === null ? '–' : `${figure(100 * energyAbove)} %`}</dd></div>
</dl>`;
}

function findingList(findings: readonly ShownFinding[]): Markup {
  return html`<table class="findings cards"><thead><tr><th scope="col">Level</th><th scope="col">Finding</th>
<th scope="col">Count</th><th scope="col">First places (line:column)</th><th scope="col">Remedy</th></tr></thead><tbody>
${findings.map(
  ({ level, kind, message, count: times, estimated, places, remedy }) => html`<tr class="${level}">
<th scope="row"><span class="tag">${level}</span></th><td data-label="Finding"><b>${kind}</b> ${message}</td>
<td data-label="Count">${estimated ? 'about ' : ''}${count(times)}</td>
<td data-label="Places">${places.length === 0 ? '–' : places.map(({ line, column }) => `${line}:${column}`).join(', ')}${places.length > 0 && places.length < times ? ', …' : ''}</td>
<td data-label="Remedy">${remedy}</td></tr>`,
)}</tbody></table>`;
}

function axisPlots({ axes }: ShownFile, at: number): Markup {
  return html`<div class="axes">${axes.map(
    (axis, number) => html`<figure>
<figcaption>Axis ${number + 1} ${overall(axis)}</figcaption>
<div class="plot" id="plot-${at}-${number}" tabindex="0" role="img" data-file="${at}" data-axis="${number}"
aria-label="Axis ${number + 1}: mean, minimum, maximum and standard deviation of each sample; arrow keys step through the samples"></div>
<output id="readout-${at}-${number}" aria-live="polite">Arrow keys step through the samples.</output>
</figure>`,
  )}</div>`;
}

/** The axis in four figures, for those who cannot see the plot. */
function overall({ mean, deviation, least, most }: ShownAxis): Markup {
  const middle = mean.reduce((sum, value) => sum + value, 0) / mean.length;
  const spread = Math.sqrt(deviation.reduce((sum, value) => sum + value * value, 0) / deviation.length);
  const lowest = least.reduce((a, b) => Math.min(a, b));
  const highest = most.reduce((a, b) => Math.max(a, b));
  return html`<span>mean ${figure(middle)}, standard deviation ${figure(spread)}, from ${figure(lowest)} to ${figure(highest)}</span>`;
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));
