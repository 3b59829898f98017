"""The style sheet of the report page: light and dark, quiet, and fit for print."""

from ichcore.evaluation.plots.unit_square import dark_rules

STYLE = (
    """
:root{color-scheme:light dark;--ground:#f6f7f8;--panel:#ffffff;--line:#e1e4e8;--ink:#1b1f24;--muted:#5d6670;
--warn:#8a5a00;--warn-ground:#fff6e0}
@media(prefers-color-scheme:dark){:root{--ground:#0c0e11;--panel:#14171b;--line:#22262c;--ink:#d7dbe0;
--muted:#848d98;--warn:#e6b450;--warn-ground:#221c10}
"""
    + dark_rules()
    + """}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:14px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:40px 24px 64px}
h1{font-size:26px;font-weight:600;letter-spacing:-.01em;margin:0}
h2{font-size:16px;font-weight:600;margin:44px 0 12px}
p{margin:6px 0;color:var(--muted)}
.note{border-left:3px solid var(--warn);background:var(--warn-ground);color:var(--warn);padding:8px 14px;
margin:20px 0;border-radius:0 4px 4px 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:24px 0}
.tile{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:14px 16px}
.tile dt{color:var(--muted);font-size:12px}
.tile dd{margin:2px 0 0;font-size:24px;font-weight:600}
.tile dd+dd{font-size:12px;font-weight:400;color:var(--muted)}
dl{margin:0}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:12px}
.plots+figure,figure+.plots{margin-top:0}
.plots{margin:0 0 20px}
.plots svg{width:100%;height:auto;border:1px solid var(--line);border-radius:6px}
figure{margin:0 0 20px;background:var(--panel);border:1px solid var(--line);
border-radius:6px;padding:14px 16px}
figure p{font-size:12px}
figcaption{margin-bottom:8px;color:var(--muted)}
figcaption b{color:var(--ink);font-weight:600}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:5px 12px 5px 0;text-align:left;font-weight:400;white-space:nowrap;
border-bottom:1px solid var(--line)}
thead th{color:var(--muted);font-size:12px;vertical-align:bottom}
.figure{text-align:right;padding:5px 0 5px 12px}
thead .figure[colspan]{text-align:center}
.section th{font-weight:600;padding-top:14px}
tbody tr:last-child>*{border-bottom:0}
tbody tr:hover>*{background:var(--ground)}
footer{margin-top:48px;color:var(--muted);font-size:12px}
@media print{body{background:#fff}main{padding:0}figure,.plots{break-inside:avoid}}
"""
)
