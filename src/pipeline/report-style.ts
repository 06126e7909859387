/** The look of the report page: light and dark, phone to wide screen, nothing loaded from anywhere. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1a1d23;--quiet:#5d6572;--paper:#fff;--card:#f5f6f8;--line:#dfe2e8;--good:#0b6b3a;--warn:#8a5a00;--poor:#b3261e;--accent:#2457c5}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaee;--quiet:#9aa3b2;--paper:#14161a;--card:#1d2026;--line:#31363f;--good:#5fd394;--warn:#f0b64a;--poor:#ff8a80;--accent:#8ab0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main{max-width:1120px;margin:0 auto;padding:24px}
header{display:flex;flex-wrap:wrap;gap:32px;align-items:center;justify-content:space-between}
header>div:first-child{flex:1 1 420px}
.kicker{margin:0;color:var(--quiet);letter-spacing:.08em;text-transform:uppercase;font-size:12px}
h1{margin:.1em 0 .4em;font-size:34px;line-height:1.15;overflow-wrap:anywhere}
h2{font-size:19px;margin:0 0 8px}
h3{font-size:15px;margin:0 0 8px}
section{border-top:1px solid var(--line);padding:28px 0}
.summary{font-size:17px}
.note,.quiet{color:var(--quiet)}
.quiet{font-weight:400}
.stage{background:radial-gradient(circle at 50% 40%,#fafbfc,#d9dde4);border-radius:16px;line-height:0}
@media (prefers-color-scheme:dark){.stage{background:radial-gradient(circle at 50% 40%,#4a505b,#23272e)}}
img{max-width:100%;height:auto}
.badge{display:inline-block;padding:1px 9px;border-radius:99px;font-size:12px;font-weight:600;border:1px solid currentColor}
.badge.pass{color:var(--good)}.badge.warn{color:var(--warn)}.badge.fail{color:var(--poor)}
.profiles,.notices{list-style:none;padding:0;margin:12px 0}
.profiles li{margin:2px 0}
.profiles .pass>span:first-child{color:var(--good)}.profiles .fail>span:first-child{color:var(--poor)}
.notices li{border-left:3px solid var(--accent);padding:2px 0 2px 12px;margin:8px 0}
.notices li.warning{border-color:var(--warn)}
.views{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,500px),1fr));gap:16px}
.view,.pair figure{background:var(--card);border-radius:12px;padding:14px;margin:0}
.pictures{display:grid;grid-template-columns:repeat(4,1fr);gap:8px}
.pictures img,.pair img{width:100%;aspect-ratio:1;object-fit:contain;border-radius:8px;background:repeating-conic-gradient(#8883 0 25%,transparent 0 50%) 0 0/16px 16px}
.taken{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:14px}
.taken img{width:100%;border-radius:8px}
figure{margin:0}
figcaption{color:var(--quiet);font-size:12px;text-align:center}
.figures{margin:10px 0 0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:20px;align-items:start}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:32px}
table{border-collapse:collapse;width:100%;margin:0 0 16px;font-variant-numeric:tabular-nums}
th{font-weight:400;text-align:left;color:var(--quiet);padding:4px 12px 4px 0;overflow-wrap:anywhere}
td{padding:4px 0;overflow-wrap:anywhere}
tr{border-bottom:1px solid var(--line)}
tr.failed th,tr.failed td{color:var(--poor)}
tr.total th,tr.total td{color:var(--ink);font-weight:600}
.bar{width:40%}
.bar span{display:block;height:8px;border-radius:4px;background:var(--accent);min-width:1px}
pre{background:var(--card);padding:12px;border-radius:8px;overflow:auto}
details{margin:8px 0}
`;
