import type { PageData } from '../src/report/page-data.ts';
import { showCharts } from './charts.ts';
import { required } from './element.ts';
import { startInspector } from './inspector.ts';
import { startSearch } from './search.ts';

const data = JSON.parse(required('data', HTMLScriptElement).textContent) as PageData;

data.audiences.forEach((audience, index) => {
  showCharts(audience, index);
  startSearch(audience, index);
});
startInspector(data.audiences);
document.documentElement.classList.add('scripted');
