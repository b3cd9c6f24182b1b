var st="data-lm-suppress-shortcuts",Pe=".jp-OutputArea select, .jp-OutputArea input[type=text]",H=a=>a.setAttribute(st,"true"),Ke=a=>a.matches("select, textarea, input:not([type=range], [type=checkbox], [type=radio])"),Ge=a=>a.matches("button, summary, a, input[type=checkbox], input[type=radio]"),Ue=a=>a.matches("input[type=radio], [role=slider], .mk-drag input"),Rt=(a,t)=>Ke(a)||t===" "&&Ge(a)||/^(Arrow|Home|End)/.test(t)&&Ue(a);function Vt(a,t,e){a.tabIndex=0,H(a),a.addEventListener("focusin",({target:s})=>H(s),{signal:e}),a.addEventListener("keydown",s=>{s.defaultPrevented||s.ctrlKey||s.metaKey||s.altKey||Rt(s.target,s.key)||!t(s)||(s.preventDefault(),s.stopPropagation())},{signal:e})}function _t(){document.addEventListener("focusin",({target:a})=>{a.matches?.(Pe)&&H(a)})}function Jt(a,t,e,s){let i=()=>{s.aborted||(a.isConnected?e(a.closest(t)):requestAnimationFrame(i))};i()}var Fe=/^(Arrow(Left|Right)|Home|End| |n)$/,Ve=".jp-deck-mod-visible :is(.mk-player, .mk-live)",_e=()=>document.body.dataset.jpDeckMode==="presenting";function Yt(){window.addEventListener("keydown",a=>_e()&&Je(a),!0),globalThis.jupyterapp?.restored.then(()=>new Bt(globalThis.jupyterapp.shell))}function Je(a){let{key:t,target:e}=a;if(!(a.ctrlKey||a.metaKey||a.altKey))if(/^Page(Up|Down)$/.test(t))Xe(e);else{if(e.closest?.(".mk-player, .mk-live, .cm-editor")||Rt(e,t))return;if(Fe.test(t)){let s=document.querySelector(Ve);if(!s?.querySelector(".mk-slider:enabled"))return;s.focus({preventScroll:!0}),s.dispatchEvent(new KeyboardEvent("keydown",{key:t,bubbles:!0,cancelable:!0})),Xt(a)}else t==="c"&&(document.body.classList.toggle("mk-no-code"),Xt(a))}}function Xt(a){a.preventDefault(),a.stopImmediatePropagation()}function Xe(a){for(let t=a.closest?.(`[${st}]`);t;t=t.parentElement.closest(`[${st}]`))t.removeAttribute(st),setTimeout(()=>H(t))}var Bt=class{constructor(t){this.shell=t,this.node=document.createElement("span"),this.node.className="mk-slide-number",this.node.setAttribute("aria-label","slide"),t.currentChanged?.connect(()=>this.follow()),this.follow()}follow(){let t=this.shell.currentWidget?.content;t===this.notebook||!t?.activeCellChanged||(this.notebook=t,t.activeCellChanged.connect(()=>this.draw()),this.draw())}draw(){let t=[...this.notebook.model.cells].map(i=>i.getMetadata("slideshow")?.slide_type==="slide"),e=i=>i.filter(Boolean).length,s=e(t.slice(0,this.notebook.activeCellIndex+1));this.node.textContent=`${s} / ${e(t)}`,document.querySelector(".jp-Deck-Remote")?.append(this.node)}};var Ye="The kernel that made this has ended: run the cell again.",Ze="This needs Python: open the notebook to use it.",Zt=new Set(["restarting","autorestarting","terminating","dead"]),K=class{constructor(t,e){this.layout=t.get("layout"),this.manager=t.widget_manager,this.kernel=this.manager?.kernel,this.over=!1;let s=(i,r)=>{this.over||=Zt.has(r)};this.kernel?.statusChanged?.connect(s),e?.addEventListener("abort",()=>this.kernel?.statusChanged?.disconnect(s))}get trouble(){let{kernel:t,manager:e,layout:s}=this;return!e||!("kernel"in e)?s?.comm_live?"":Ze:(this.over||=!t||t.isDisposed||e.kernel!==t||Zt.has(t.status),this.over||s?.comm_live===!1?Ye:"")}};var Qe="http://www.w3.org/2000/svg",ts=0;function l(a,t,e,s){let i=document.createElement(a);return e&&(i.className=e),s!==void 0&&(i.textContent=s),t&&t.append(i),i}function x(a,t,e){let s=document.createElementNS(Qe,a);for(let[i,r]of Object.entries(e))s.setAttribute(i,r);return t&&t.append(s),s}var Qt=new WeakMap;function $(a,t){Qt.get(a)!==(t||"")&&(Qt.set(a,t||""),a.textContent=t||"",a.hidden=!t)}function it(a,t){a.className!==t&&(a.className=t)}var te=new WeakMap;function q(a,t){let e=te.get(a);if(e?.stage===t&&e.width)return e.width;let s=a.clientWidth;return te.set(a,{stage:t,width:s}),s}var R=a=>`mk-${a}-${Math.random().toString(36).slice(2,8)}-${ts++}`;function Y(a,t,e,s){let i=l("button",a,t);return i.type="button",i.setAttribute("aria-label",e),i.addEventListener("click",s),i}function G(a,t,e=5){let s=x("pattern",a,{id:t,width:e,height:e,patternUnits:"userSpaceOnUse",patternTransform:"rotate(45)"});x("line",s,{x1:0,y1:0,x2:0,y2:e,class:"mk-hatch"})}function U(a,t,e,s=8){let i=x("marker",a,{id:t,viewBox:"0 0 8 8",refX:7,refY:4,markerWidth:s,markerHeight:s,orient:"auto",markerUnits:"userSpaceOnUse"});x("path",i,{d:"M0 0L8 4L0 8z",class:e})}var es=9;function E(a,{x:t,y:e,width:s,height:i},r="mk-touched",o=0){let n=x("g",a,{class:r}),m=o+(Math.min(s,i)<es?2.25:0),h=(d,k)=>x("rect",n,{x:t-d,y:e-d,width:Math.max(1,s+2*d),height:Math.max(1,i+2*d),rx:2,class:k});return h(m-1.25,"mk-ring-in"),h(m+1,"mk-ring"),n}function ss({options:a,explanations:t,answer:e,chosen:s}){return s<0?[]:s===e?["Right.",t[s]]:["Not so.",t[s],`The answer: ${a[e]}.`,t[e]]}function ee(){let a;return{initialize({model:t,signal:e}){a=new K(t,e)},render({model:t,el:e,signal:s}){let i=`mk-predict-${Math.random().toString(36).slice(2)}`,r=l("p",e,"mk-empty mk-error");r.setAttribute("role","alert");let o=l("form",e),n=l("fieldset",o);l("legend",n,"",t.get("question"));let m=t.get("options").map((c,f)=>{let p=l("label",n),g=l("input",p);return Object.assign(g,{type:"radio",name:i,value:f}),g.addEventListener("change",()=>{h.disabled=!1}),l("span",p,"",c),p}),h=l("button",o,"mk-commit","That is my answer");h.type="submit",h.disabled=!0;let d=l("div",o,"mk-verdict");d.setAttribute("aria-live","polite"),H(e),o.addEventListener("submit",c=>{c.preventDefault();let f=o.querySelector("input:checked");!f||t.get("chosen")>=0||(t.set("chosen",Number(f.value)),a.trouble||t.save_changes())});function k(){r.textContent=t.get("error"),r.hidden=!t.get("error"),o.hidden=!r.hidden;let[c,f,p,g]=["options","explanations","answer","chosen"].map(b=>t.get(b)),u=g>=0;n.disabled=h.hidden=u,m.forEach((b,y)=>{y===g&&(b.firstChild.checked=!0),b.className=u&&y===p?"mk-right":""}),d.replaceChildren();for(let b of ss({options:c,explanations:f,answer:p,chosen:g}))l("p",d,"",b);e.dataset.answered=u}k(),t.on("change:chosen",k),s.addEventListener("abort",()=>t.off("change:chosen",k))}}}function F(a,t,e,s){let i=l(t,a,"",e);return s&&(i.scope=s),i}var lt=([a,t])=>`${a} of ${t}`;function is(a,{number:t,title:e,questions:s,exercises:i}){let r=l("tr",a),o=F(r,"th","","row");l("span",o,"mk-number",t),o.append(` ${e}`),F(r,"td",lt(s));let n=F(r,"td",i.length?"":"none");if(i.length){l("span",n,"mk-tally",lt([i.filter(([,m])=>m).length,i.length]));for(let[m,h]of i){let d=l("span",n,h?"mk-box mk-done":"mk-box");d.setAttribute("role","img"),d.title=`${m}: ${h?"right":"open"}`,d.setAttribute("aria-label",d.title)}}}function os(a,{rows:t,sums:e}){a.replaceChildren(),l("caption",a,"","What you have answered and solved");let s=l("tr",l("thead",a));for(let o of["chapter","questions answered","exercises right"])F(s,"th",o,"col");let i=l("tbody",a);t.forEach(o=>is(i,o));let r=l("tr",l("tfoot",a));F(r,"th","all chapters","row"),F(r,"td",lt(e.questions)),F(r,"td",lt(e.exercises))}function rs({model:a,el:t,signal:e},s){let i=l("p",t,"mk-sentence");i.setAttribute("aria-live","polite"),i.tabIndex=-1;let r=l("p",t,"mk-empty mk-error");r.setAttribute("role","alert");let o=l("table",l("div",t,"mk-table")),n=l("div",t,"mk-controls"),m=w=>{let A=l("button",n,"",w);return A.type="button",A},h=m("start over"),d=l("span",n,"","Delete the file, and with it all of this?"),k=m("yes, delete"),c=m("no, keep"),f=l("p",t,"mk-note");f.append("Kept in your own file "),l("code",f,"",a.get("place")),H(t);function p(w){s.trouble?w!=="read"&&(r.textContent=s.trouble,r.hidden=!1):a.send(w)}function g(w){h.hidden=w;for(let A of[d,k,c])A.hidden=!w}function u(w){w&&p("start over"),g(!1),(w?i:h).focus()}h.addEventListener("click",()=>{g(!0),c.focus()}),k.addEventListener("click",()=>u(!0)),c.addEventListener("click",()=>u(!1)),n.addEventListener("keydown",w=>{w.key==="Escape"&&h.hidden&&u(!1)});function b(){let w=a.get("table");i.textContent!==w.sentence&&(i.textContent=w.sentence),r.textContent=a.get("trouble"),r.hidden=!a.get("trouble"),f.hidden=!r.hidden,h.disabled=!w.sums.questions[0]&&!w.sums.exercises[0],os(o,w)}g(!1),b(),a.on("change:table change:trouble",b);let y=()=>{document.hidden||p("read")},v=new IntersectionObserver(w=>{w.at(-1).isIntersecting&&y()});v.observe(t),document.addEventListener("visibilitychange",y),window.addEventListener("focus",y),t.addEventListener("pointerenter",y),e.addEventListener("abort",()=>{a.off("change:table change:trouble",b),v.disconnect(),document.removeEventListener("visibilitychange",y),window.removeEventListener("focus",y)})}function se(){let a;return{initialize({model:t,signal:e}){a=new K(t,e)},render:t=>rs(t,a)}}var ns=["name","last","at","means"];function ie(){return{render({model:a,el:t,signal:e}){let s=l("label",t),i=l("span",s),r=l("input",s,"mk-slider");r.type="range";function o(){i.textContent=a.get("name"),r.max=a.get("last"),r.value=a.get("at"),r.setAttribute("aria-valuetext",a.get("means")),r.disabled=a.get("last")===0}r.addEventListener("input",()=>{a.set("at",Number(r.value)),a.save_changes()}),o();let n=ns.map(m=>`change:${m}`).join(" ");a.on(n,o),e.addEventListener("abort",()=>a.off(n,o))}}}var as={click:"button",change:"input, select, textarea",input:"input[type=range], .noUi-handle"},ls=".mk-stage, .mk-predict";function oe(a,t,e,s){for(let[i,r]of Object.entries(as))a.addEventListener(i,({target:o})=>{if(!o.closest(r)||o.closest(ls))return;let{trouble:n}=t;n&&e(n)},{capture:!0,signal:s})}var re=`/* The collector (collector.js): state, queue, graph, spans. */
.mk-floor.mk-collector { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.mk-collector .mk-said, .mk-collector .mk-caption { font-size: 14px; color: var(--mk-ink); }
.mk-collector .mk-legend { color: var(--mk-soft); }
.mk-state, .mk-queue, .mk-phases { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center; }
.mk-phases, .mk-queue { gap: 4px 6px; }
.mk-chip { font-size: 14px; padding: 1px 8px; border: 1px solid var(--mk-line); border-radius: 3px; color: var(--mk-ink); }
.mk-phases .mk-chip { color: var(--mk-soft); }
.mk-phases .mk-chip-now { color: var(--mk-ink); font-weight: 700; border: 2px solid var(--mk-ink); }
.mk-queue { min-height: 26px; }
.mk-queue .mk-chip { border-color: var(--mk-tier); font-family: var(--mk-code); }
.mk-graph { overflow-x: auto; }
.mk-graph svg, .mk-gc-cells { display: block; overflow: visible; }
.mk-graph text, .mk-gc-cells text { font-size: 14px; fill: var(--mk-ink); }
.mk-root { fill: color-mix(in srgb, var(--mk-line) 14%, transparent); stroke: var(--mk-line); stroke-width: 1; }
.mk-graph .mk-root-title { font-weight: 600; }
.mk-graph .mk-root-row { font-family: var(--mk-code); }
.mk-graph .mk-root-said { font-style: italic; }
.mk-node { fill: var(--mk-page); stroke: var(--mk-tier); stroke-width: 1.5; }
.mk-node-black { fill: color-mix(in srgb, var(--mk-tier) 30%, var(--mk-page)); stroke-width: 2; }
.mk-node-freed { stroke-dasharray: 4 3; fill: none; }
.mk-swatch, .mk-strip { fill: none; stroke: var(--mk-tier); stroke-width: 1; }
.mk-graph .mk-node-name { font: 700 16px var(--mk-code); }
.mk-graph .mk-node-word { text-anchor: end; }
.mk-lost { fill: none; stroke: var(--mk-ink); stroke-width: 2; }
.mk-pointer-line { fill: none; stroke: var(--mk-soft); stroke-width: 1.5; }
.mk-pointer-line.mk-on { stroke: var(--mk-accent); stroke-width: 2.5; }
.mk-pointer-line.mk-otherwise-line { stroke: var(--mk-differs); stroke-width: 2.5; }
.mk-pointer-line.mk-dangling { stroke-dasharray: 5 4; }
.mk-head-plain { fill: var(--mk-soft); }
.mk-head-on { fill: var(--mk-accent); }
.mk-gc-spans { display: flex; flex-direction: column; gap: 8px; }
.mk-gc-span-head { font-size: 14px; padding-bottom: 2px; }
.mk-gc-cells .mk-gc-name { font: 600 14px var(--mk-code); text-anchor: middle; }
.mk-gc-cells .mk-bit { font: 14px var(--mk-code); text-anchor: middle; fill: var(--mk-soft); }
.mk-gc-cells .mk-bit-one { font-weight: 700; fill: var(--mk-ink); }
`;var ne=`/* Frames over time (frames.js), and the form above them (replacement.py). */
.mk-frames { display: block; overflow: visible; }
.mk-floor-body:has(> .mk-frames) { padding-bottom: 2px; }
.mk-frames text { font-size: 14px; fill: var(--mk-ink); }
.mk-frames .mk-page { font: 15px var(--mk-code); text-anchor: middle; }
.mk-frames .mk-noted { font: 14px var(--mk-code); }
.mk-frames text.mk-later { fill: var(--mk-soft); }
.mk-frames .mk-in-loaded, .mk-frames .mk-in-used { font-weight: 700; }
.mk-frame-cell { fill: none; stroke: var(--mk-tier); stroke-width: 1; }
.mk-frame-cell.mk-later { stroke: var(--mk-line); stroke-dasharray: 1 4; }
.mk-frame-cell.mk-kept, .mk-frame-cell.mk-used { fill: color-mix(in srgb, var(--mk-tier) 24%, transparent); }
.mk-frame-cell.mk-loaded { fill: color-mix(in srgb, var(--mk-tier) 24%, transparent); stroke-width: 2.5; }
.mk-frame-cell.mk-fault { fill: color-mix(in srgb, var(--mk-tier) 24%, transparent); }
.mk-goes { fill: none; stroke: var(--mk-ink); stroke-width: 1.5; stroke-dasharray: 3 3; }
.mk-floor:has(> .mk-floor-body > .mk-frames) { grid-template-columns: minmax(0, 1fr); gap: 2px; padding-block: 6px; }
.mk-floor:has(> .mk-floor-body > .mk-frames) > .mk-head { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; }
.mk-floor:has(> .mk-floor-body > .mk-frames) > .mk-head > .mk-count { margin-left: auto; }
.mk-alone { fill: color-mix(in srgb, var(--mk-differs) 26%, transparent); stroke: none; }
.mk-clock-line { fill: none; stroke: var(--mk-line); }
.mk-clock-page { fill: var(--mk-page); stroke: none; }
.mk-frames .mk-clock-number, .mk-frames .mk-clock-told { font-size: 13px; fill: var(--mk-soft); }
.mk-frames .mk-clock-number { text-anchor: middle; }
.mk-frames .mk-count-down { font-size: 13px; font-weight: 700; }
.mk-hand { stroke: var(--mk-ink); stroke-width: 4; stroke-linecap: round; }
.mk-hand-nut { fill: var(--mk-ink); }
.mk-way { fill: none; stroke: var(--mk-accent); stroke-width: 2; stroke-dasharray: 4 3; }
.mk-way-head { fill: var(--mk-accent); stroke: none; }

.mk-replacement .mk-note, .mk-replacement .mk-count, .mk-replacement .mk-caption { font-size: 14px; }
.mk-replacement .mk-form { flex-wrap: wrap; gap: 4px 20px; align-items: center; padding: 0 0 6px; overflow: visible; }
.mk-replacement .widget-label { font-size: 14px; width: auto; }
.mk-replacement .mk-refs { flex: 1 1 420px; width: auto; }
.mk-replacement .mk-refs input { font-family: var(--mk-code); font-size: 15px; }
.mk-replacement .mk-policy { width: 250px; }
.mk-replacement .mk-nframes { width: 120px; }
/* Where there is room the chart stands beside. */
@media (min-width: 1700px) {
  body:not([data-jp-deck-mode="presenting"]) .mk-replacement:has(.mk-chart) { display: grid; grid-template-columns: minmax(0, 1fr) 540px; gap: 0 16px; }
  body:not([data-jp-deck-mode="presenting"]) .mk-replacement > :not(.mk-stage, :has(.mk-chart)) { grid-column: 1 / -1; }
}
`;var ae=`/* A heap to scale (heap.js), and the form above it (heap.py). */
.mk-region { display: block; overflow: visible; }
.mk-region text { font-size: 14px; fill: var(--mk-ink); }
.mk-region .mk-in-block { font: 600 14px var(--mk-code); text-anchor: middle; }
.mk-region .mk-cursor { font: 700 15px var(--mk-code); text-anchor: middle; }
.mk-region .mk-address-tick { font: 14px var(--mk-code); }
.mk-block { stroke: var(--mk-tier); stroke-width: 1.5; fill: none; }
.mk-block.mk-live { fill: color-mix(in srgb, var(--mk-tier) 34%, transparent); }
.mk-block.mk-free-block { stroke-dasharray: 4 3; }
.mk-waste { stroke: none; }
.mk-tick { stroke: var(--mk-line); stroke-width: 1; }
.mk-link { fill: none; stroke: var(--mk-soft); stroke-width: 1.5; }
.mk-link.mk-backwards { stroke-dasharray: 5 3; }
.mk-arrow-head { fill: var(--mk-soft); stroke: none; }

.mk-meters { display: flex; flex-wrap: wrap; gap: 6px 32px; }
.mk-meter { flex: 1 1 260px; min-width: 0; }
.mk-meter-words { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 10px; align-items: baseline; }
.mk-meter-name { font-size: 14px; font-weight: 600; }
.mk-meter-bar { height: 10px; border: 1px solid var(--mk-tier); border-radius: 2px; box-sizing: border-box; }
.mk-meter-fill { height: 100%; background: var(--mk-tier); }

.mk-heap-lab .mk-note, .mk-heap-lab .mk-count, .mk-heap-lab .mk-caption { font-size: 14px; color: var(--mk-ink); }
.mk-heap .mk-count { font-family: inherit; }
.mk-heap .mk-floor-body > .mk-caption { font-family: var(--mk-code); overflow-wrap: anywhere; }
.mk-heap-lab .mk-form { flex-wrap: wrap; gap: 4px 20px; align-items: center; padding: 0 0 6px; overflow: visible; }
.mk-heap-lab .widget-label, .mk-heap-lab .widget-label-basic { font-size: 14px; width: auto; }
.mk-heap-lab .mk-requests { flex: 1 1 420px; width: auto; }
.mk-heap-lab .mk-requests input { font-family: var(--mk-code); font-size: 15px; }
.mk-heap-lab .mk-fit { width: 190px; }
.mk-heap-lab .mk-order { width: 170px; }
.mk-heap-lab .mk-coalesce { width: auto; }
.mk-heap-lab :focus-visible { outline: 2px solid var(--mk-accent); outline-offset: 1px; }
`;var le=`/* Overlays and demand paging over time (overlays.js). */
.mk-floor.mk-lanes { grid-template-columns: minmax(0, 1fr); gap: 2px; padding-block: 6px; }
.mk-lanes > .mk-head { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; }
.mk-lanes > .mk-head > .mk-count { margin-left: auto; }
.mk-timeline { display: block; overflow: visible; }
.mk-timeline text { font-size: 13px; fill: var(--mk-ink); }
.mk-timeline .mk-address-tick { text-anchor: end; font-variant-numeric: tabular-nums; }
.mk-timeline .mk-column { text-anchor: middle; }
.mk-timeline .mk-column-now { font-weight: 700; }
.mk-timeline .mk-in-module { text-anchor: middle; font-weight: 600; }
.mk-module { fill: color-mix(in srgb, var(--mk-tier) var(--mk-share, 30%), var(--mk-page)); stroke: var(--mk-tier); stroke-width: 1; }
.mk-module-reserved { fill: none; stroke-dasharray: 4 3; }
.mk-now-bar { fill: color-mix(in srgb, var(--mk-accent) 14%, transparent); stroke: var(--mk-accent); }
.mk-read { display: grid; grid-template-columns: auto auto minmax(0, 1fr) auto; gap: 0 10px; align-items: center; font-size: 14px; }
.mk-read > span:first-child { font-weight: 600; grid-row: span 2; }
.mk-read-bar { height: 12px; }
.mk-read > :last-child, .mk-read > :nth-child(4) { font-variant-numeric: tabular-nums; text-align: right; }
.mk-read-bar > span { display: block; height: 100%; background: #6b7f8f; border-radius: 2px; }
`;var me=`/* The stage: controls above, each pane's sentence and picture below, and room for the tallest. */
.mk-stage { width: auto; overflow: visible; position: relative; }
.mk-heading { margin: 0; font-size: 14px; line-height: 1.2; color: var(--mk-soft); }
/* Where a picture is taller than the window its controls stay at the edge. */
.mk-controls { display: flex; align-items: center; gap: 5px; padding: 4px 0; flex-wrap: wrap; overflow: visible;
  position: sticky; top: 0; z-index: 4; background: var(--mk-page); }
.mk-live:not(.mk-player) > .mk-form:first-child { position: sticky; top: 0; z-index: 4; background: var(--mk-page); }
.mk-slide-number { position: fixed; right: 130px; bottom: 0; z-index: 5; }
.mk-unclipped { overflow: visible !important; }
.mk-controls button, .mk-controls select, .mk-predict button { font: inherit; color: var(--mk-ink);
  background: var(--mk-page); border: 1px solid var(--mk-line); border-radius: 3px; height: 36px;
  min-width: 40px; padding: 0 10px; cursor: pointer; }
.mk-controls button svg { width: 18px; height: 18px; display: block; margin: auto; fill: currentColor;
  stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
.mk-controls button:hover:not(:disabled), .mk-predict button:hover:not(:disabled) {
  border-color: var(--mk-ink); }
.mk-controls :disabled, .mk-predict button:disabled { opacity: 0.45; cursor: default; }
.mk-controls input[type="range"] { appearance: none; flex: 1 1 100px; min-width: 80px; height: 24px;
  margin: 0 6px; background: none; cursor: pointer; }
.mk-slider::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: var(--mk-line); }
.mk-slider::-moz-range-track { height: 4px; border-radius: 2px; background: var(--mk-line); }
.mk-slider::-webkit-slider-thumb { appearance: none; width: 18px; height: 18px; margin-top: -7px;
  border-radius: 50%; background: var(--mk-accent); }
.mk-slider::-moz-range-thumb { width: 18px; height: 18px; border: 0; border-radius: 50%;
  background: var(--mk-accent); }
.mk-where { white-space: nowrap; font-variant-numeric: tabular-nums; min-width: 7.5em; }
.mk-controls select { padding: 0 4px; }
.mk-kind { width: 140px; text-overflow: ellipsis; }
.mk-menu { position: relative; margin-left: auto; display: flex; }
.mk-choices { position: absolute; right: 0; top: 100%; z-index: 3; display: flex; flex-direction: column;
  background: var(--mk-page); border: 1px solid var(--mk-line); border-radius: 3px; padding: 4px; }
.mk-controls .mk-choices button { border-color: transparent; text-align: left; white-space: nowrap; }
.mk-copied { position: absolute; right: 46px; top: 8px; white-space: nowrap; background: var(--mk-page); color: var(--mk-soft); }
.mk-copied:empty { display: none; }
/* One picture has nothing to step through: only its menu is there, beside the sentence. */
.mk-controls.mk-single { position: absolute; right: 0; z-index: 2; padding: 0; }
.mk-controls.mk-single > :not(.mk-menu) { display: none; }
.mk-single ~ .mk-room .mk-telling { padding-right: 52px; min-height: 36px; }

.mk-panes { display: flex; flex-flow: row wrap; gap: 12px; }
.mk-panes > .mk-grid { flex: 1 1 100%; min-width: 0; }
.mk-panes > .mk-side { flex: 1 1 400px; }
.mk-room { position: relative; }
.mk-probe { position: absolute; top: 0; left: 0; visibility: hidden; }
/* Room for the longest sentence, two lines at most: what is said grows and shrinks, and the picture stays where it is. */
.mk-telling { display: grid; grid-template-columns: minmax(0, 1fr); margin-bottom: 6px; font-size: 16px; }
.mk-telling > * { grid-area: 1 / 1; margin: 0; }
.mk-telling::after { grid-area: 1 / 1; content: attr(data-longest) / ""; font-weight: 600; visibility: hidden;
  max-height: 2.7em; overflow: hidden; }
.mk-telling > .mk-sentence { font-size: inherit; }
.mk-unsaid { visibility: hidden; }
.mk-refusal { padding: 0 0 0 12px; align-self: start; }
`;var he=`/* The map of a process (process.js), and the form above it (process_map.py). */
.mk-map { position: relative; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); gap: 8px 20px;
  grid-auto-flow: row dense; }
.mk-map > * { grid-column: 1 / -1; min-width: 0; }
.mk-map > .mk-columns { grid-column: 1; }
.mk-map > .mk-beside-map { grid-column: 2; display: flex; flex-direction: column; gap: 8px; }
.mk-map.mk-two > .mk-columns, .mk-map.mk-two > .mk-beside-map { grid-column: 1 / -1; }
.mk-map.mk-two > .mk-beside-map { order: 1; }
/* Below two processes what is told stands beside the legend. */
.mk-map.mk-two:not(:has(.mk-strips > *)) > .mk-beside-map { grid-column: 2; order: 0; }
.mk-map.mk-two:not(:has(.mk-strips > *)) > .mk-caption { grid-column: 1; }
@container (max-width: 640px) { .mk-map > .mk-columns, .mk-map > .mk-beside-map { grid-column: 1 / -1; } }
.mk-columns { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 22px;
  padding-right: 8px; }
.mk-map .mk-caption, .mk-map .mk-note, .mk-map .mk-title { font-size: 14px; }
.mk-map .mk-title { font-weight: 600; }
.mk-numbers { display: flex; flex-wrap: wrap; gap: 2px 6px; padding: 0 0 6px 0; }
.mk-number-of { padding: 1px 6px; border: 1px solid var(--mk-line); border-radius: 3px; white-space: nowrap; }
.mk-number-of:first-child { font-weight: 600; }
.mk-acting .mk-number-of:first-child { outline: 3px solid var(--mk-accent); outline-offset: -1px; }
.mk-space { --mk-tier: #b7791f; padding: 4px 8px 4px 0; border-left: 5px solid var(--mk-tier); border-radius: 3px;
  background: color-mix(in srgb, var(--mk-tier) 8%, transparent); }
.mk-space-row { display: flex; flex-direction: row-reverse; align-items: stretch; gap: 6px; }
.mk-at { flex: none; align-self: flex-end; width: var(--mk-at, 14ch); padding: 0 2px 0 6px;
  font: 14px/20px var(--mk-code); color: var(--mk-ink); text-align: right; box-sizing: border-box; }
.mk-area { flex: 1; min-width: 0; display: flex; align-items: center; gap: 8px; min-height: 24px; padding: 0 8px;
  border: 1px solid var(--mk-tier); border-bottom-width: 0; box-sizing: border-box; overflow: hidden; }
.mk-space-row:last-child .mk-area { border-bottom-width: 1px; }
.mk-is-area .mk-area, .mk-is-group .mk-area { background: color-mix(in srgb, var(--mk-tier) 24%, transparent); }
.mk-is-free .mk-area, .mk-is-guard .mk-area { border-left-style: dashed; border-right-style: dashed; color: var(--mk-soft); }
.mk-is-guard .mk-area { border-top-style: dashed; border-bottom: 0; }
.mk-is-kernel .mk-area { background: repeating-linear-gradient(135deg,
  color-mix(in srgb, var(--mk-tier) 38%, transparent) 0 1.5px, transparent 1.5px 9px); }
.mk-area-name { font-weight: 600; white-space: nowrap; }
.mk-is-area .mk-area-name, .mk-is-group .mk-area-name { min-width: 7.6em; }
.mk-two .mk-is-area .mk-area-name { min-width: 0; flex: 0 1 auto; overflow: hidden; text-overflow: ellipsis; }
.mk-is-free .mk-area-name, .mk-is-guard .mk-area-name { font-weight: 400; }
.mk-is-kernel .mk-area-name, .mk-is-kernel .mk-area-note, .mk-is-kernel .mk-area-size {
  background: var(--mk-page); padding: 0 4px; border-radius: 2px; }
.mk-map code { font: 14px/20px var(--mk-code); color: inherit; background: none; padding: 0; }
.mk-prot, .mk-share, .mk-page-cell { flex: none; }
.mk-prot { white-space: nowrap; }
.mk-area-note { color: inherit; white-space: nowrap; line-height: 20px; }
.mk-area-more { flex: 1; min-width: 0; height: 20px; display: flex; flex-wrap: wrap; gap: 4px 8px; overflow: hidden; }
.mk-area-more::before { content: ""; width: 0; height: 20px; margin-right: -8px; }
.mk-marks, .mk-held { white-space: nowrap; line-height: 20px; }
.mk-held { font-variant-numeric: tabular-nums; }
.mk-two .mk-marks { display: none; }
.mk-area-size { margin-left: auto; white-space: nowrap; font-variant-numeric: tabular-nums; }
.mk-cells-of { display: flex; flex-wrap: wrap; gap: 2px; min-width: 0; flex: none; max-width: 70%; }
.mk-cells-of:empty { display: none; }
.mk-among > .mk-area { margin-left: 12px; }
.mk-among { border-left: 0; }
.mk-page-cell { display: inline-flex; align-items: center; justify-content: center; min-width: 20px; height: 20px;
  padding: 0 3px; border: 1px solid var(--mk-tier); border-radius: 2px; box-sizing: border-box; position: relative;
  font: 600 14px/1 var(--mk-code); color: var(--mk-ink); white-space: nowrap; }
.mk-page-cell.mk-none { background: var(--mk-page); font-weight: 400; }
.mk-page-cell.mk-none, .mk-page-cell.mk-more { color: var(--mk-soft); }
.mk-page-cell.mk-none:empty { min-width: 14px; }
.mk-page-cell.mk-more { border-style: dashed; }
.mk-page-cell.mk-own { background: color-mix(in srgb, var(--mk-tier) 62%, var(--mk-page)); }
.mk-page-cell.mk-shared { background: repeating-linear-gradient(135deg, var(--mk-tier) 0 1.5px,
  var(--mk-page) 1.5px 6px); border-width: 2px; }
.mk-page-cell.mk-shared > span { background: var(--mk-page); padding: 1px 2px; border-radius: 2px; }
.mk-page-cell.mk-swap { border-style: dashed; border-width: 2px; background: var(--mk-page); }
.mk-page-cell.mk-table { background: var(--mk-page); border-style: double; border-width: 3px; }
.mk-page-cell.mk-on { outline: 2.5px solid var(--mk-accent); box-shadow: inset 0 0 0 2px var(--mk-page); z-index: 1; }
.mk-page-cell.mk-other { outline: 2.5px dashed var(--mk-differs); box-shadow: inset 0 0 0 2px var(--mk-page); z-index: 1; }
.mk-page-cell.mk-other.mk-on { outline-style: solid; outline-color: var(--mk-accent);
  box-shadow: inset 0 0 0 2px var(--mk-page), 0 0 0 4.5px var(--mk-page), 0 0 0 7px var(--mk-differs); }
.mk-space-row.mk-on .mk-area { box-shadow: inset 5px 0 0 var(--mk-accent), inset 7px 0 0 var(--mk-page); }
.mk-space-row.mk-other .mk-area { box-shadow: inset -5px 0 0 var(--mk-differs), inset -7px 0 0 var(--mk-page); }
.mk-share { width: 60px; height: 14px; border: 1px solid var(--mk-tier); border-radius: 2px; background: var(--mk-page);
  display: block; box-sizing: border-box; }
.mk-share-in { display: block; height: 100%; background: var(--mk-tier); min-width: 1px; }
.mk-frame-cells { display: flex; flex-wrap: wrap; gap: 5px 7px; }
.mk-frame-cells > .mk-frame { display: inline-flex; flex-direction: column; align-items: center; width: 31px; }
.mk-frame-cells .mk-page-cell { width: 100%; height: 24px; }
.mk-frame-number { font: 14px/16px var(--mk-code); color: var(--mk-soft); }
.mk-map [role="button"] { cursor: pointer; }
.mk-map .mk-picked { outline: 2px solid var(--mk-ink); outline-offset: -2px; }
.mk-map [data-key]:focus-visible { outline: 3px solid var(--mk-ink); outline-offset: -2px; }
.mk-strips { display: flex; flex-direction: column; gap: 6px; }
.mk-strips > .mk-floor { grid-template-columns: minmax(0, 1fr); gap: 4px; }
.mk-strips > .mk-floor > .mk-head { display: flex; gap: 10px; align-items: baseline; }
.mk-map .mk-told { border-left: 5px solid var(--mk-line); padding: 4px 0 4px 12px; }
.mk-told > .mk-caption { margin: 0; }
.mk-fields { margin: 4px 0 0; display: grid; gap: 5px 24px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
.mk-fields > div { min-width: 0; }
.mk-field { font: 14px/19px var(--mk-code); color: var(--mk-ink); overflow-wrap: anywhere; }
.mk-meaning { font-size: 14px; line-height: 18px; color: var(--mk-soft); overflow-wrap: anywhere; }

.mk-real-process .mk-map { grid-template-columns: minmax(0, 5fr) minmax(0, 2fr); }
.mk-process-map .mk-form, .mk-real-process .mk-form { flex-wrap: wrap; gap: 4px 10px; align-items: center; padding: 0 0 6px;
  overflow: visible; }
.mk-process-map .widget-label { font-size: 14px; width: auto; }
.mk-process-map .widget-button, .mk-real-process .widget-button { width: auto; height: 32px; font-size: 14px; }
.mk-process-map .widget-dropdown > select { font-size: 14px; }
.mk-process-map .mk-who { width: 160px; }
.mk-process-map .mk-size { width: 130px; }
.mk-process-map .mk-address { width: 170px; }
.mk-process-map input[type="text"] { font-family: var(--mk-code); font-size: 14px; }

/* Two processes and the frames between them (fork.js). */
.mk-fork { --mk-tier: #b7791f; }
.mk-fork-row { display: grid; grid-template-columns: minmax(0, 1fr) 52px 104px 52px minmax(0, 1fr); }
.mk-fork-side { padding: 0 12px; border-left: 5px solid var(--mk-tier); display: flex; align-items: center; min-width: 0;
  background: color-mix(in srgb, var(--mk-tier) 8%, transparent); }
.mk-fork-side > * { flex: 1; min-width: 0; box-sizing: border-box; }
.mk-fork-row .mk-numbers { padding-block: 6px; align-self: start; }
.mk-fork-row:last-child > .mk-fork-side { padding-bottom: 6px; }
.mk-folded, .mk-fork-head { display: flex; align-items: baseline; gap: 8px; min-height: 24px; padding: 0 8px; line-height: 22px; }
.mk-folded { border: 1px dashed var(--mk-tier); border-radius: 2px; flex-wrap: wrap; }
.mk-fork-head { padding: 2px 0 0; }
.mk-fork-head.mk-on { box-shadow: inset 0 -2.5px 0 var(--mk-accent); }
.mk-fork-side > .mk-page-cell, .mk-fork-frame > .mk-page-cell { justify-content: flex-start; padding: 0 6px; font-weight: 400;
  font-family: var(--jp-ui-font-family, system-ui, sans-serif); height: 20px; overflow: hidden; text-overflow: ellipsis; }
.mk-fork-frame { --mk-tier: #6b7f8f; height: 22px; display: flex; align-items: center; position: relative; }
.mk-fork-frame > .mk-page-cell { flex: 1; justify-content: center; font: 600 14px/1 var(--mk-code); }
.mk-fork .mk-between { background: color-mix(in srgb, #6b7f8f 8%, transparent); padding: 0 14px; }
.mk-fork .mk-numbers { font-size: 13px; }
.mk-lane { display: block; width: 100%; height: 100%; overflow: visible; }
.mk-lane path { fill: none; stroke: #6b7f8f; stroke-width: 1.75; vector-effect: non-scaling-stroke; }
.mk-lane path.mk-lane-now { stroke: var(--mk-accent); stroke-width: 3; }
.mk-copied-here { position: absolute; left: -14px; top: -11px; font: 700 16px/20px var(--mk-code); color: var(--mk-ink); }
@container (max-width: 640px) {
  .mk-fork-row { grid-template-columns: minmax(0, 1fr) 18px 84px 18px minmax(0, 1fr); }
  .mk-fork .mk-between { padding: 0 2px; }
}
/* Where there is little room a row says less; what a mark means is told when one picks the row. */
@container (max-width: 760px) {
  .mk-area-more > .mk-marks { display: none; }
  .mk-is-area .mk-area-name { min-width: 0; }
  .mk-area { gap: 6px; padding: 0 6px; }
}
`;var de=`/* Progress (progress.js): a row a chapter, a box an exercise, filled when it is right. */
.mk-progress .mk-table { max-height: none; }
.mk-progress caption { text-align: left; color: var(--mk-soft); padding: 0 4px 4px; }
.mk-progress .mk-number { font: 13px var(--mk-code); color: var(--mk-soft); padding-right: 6px; }
.mk-progress .mk-table td { white-space: nowrap; font-variant-numeric: tabular-nums; }
.mk-progress .mk-tally { display: inline-block; min-width: 7ch; }
.mk-progress .mk-box { display: inline-block; width: 14px; height: 14px; margin-right: 5px; vertical-align: -2px;
  box-sizing: border-box; border: 1.5px solid var(--mk-soft); border-radius: 2px; }
.mk-progress .mk-done { border-color: var(--mk-ink); background: var(--mk-ink); position: relative; }
.mk-progress .mk-done::after { content: ""; position: absolute; left: 3.5px; top: 0.5px; width: 4px; height: 7px;
  box-sizing: border-box; border: solid var(--mk-page); border-width: 0 2px 2px 0; transform: rotate(45deg); }
.mk-progress tfoot th, .mk-progress .mk-table tfoot td { font-weight: 600; border-bottom: 0; }
.mk-progress .mk-note { margin: 0; }
.mk-progress code { font-size: 13px; color: var(--mk-ink); overflow-wrap: anywhere; user-select: text; }
`;var ce=`/* The scoreboard: bars to scale, and the form above them (scoreboard.py). */
.mk-scoreboard .mk-label, .mk-scoreboard .mk-note, .mk-scoreboard .mk-count { font-size: 14px; }
.mk-scoreboard .mk-label { font-variant-numeric: tabular-nums; }
.mk-scoreboard .mk-bar { --mk-bar-high: 16px; }
.mk-scoreboard .mk-form { flex-wrap: wrap; gap: 4px 16px; padding: 0 0 8px; overflow: visible; }
.mk-scoreboard .widget-label { font-size: 14px; width: auto; }
.mk-scoreboard .mk-pattern, .mk-scoreboard .mk-threads, .mk-scoreboard .mk-gogc { width: auto; }
.mk-scoreboard .mk-sizes { width: 220px; }
.mk-scoreboard :focus-visible { outline: 2px solid var(--mk-accent); outline-offset: 1px; }
`;var pe=`/* The look of every memkit widget: tiers by hue, one accent, the theme's own ink. */
.mk-stage, .mk-predict, .mk-player, .mk-live, .mk-progress {
  --mk-ink: var(--jp-ui-font-color1, #1f2933);
  --mk-page: var(--jp-layout-color1, #fff);
  --mk-soft: color-mix(in srgb, var(--mk-ink) 76%, var(--mk-page));
  --mk-line: color-mix(in srgb, var(--mk-ink) 54%, var(--mk-page));
  --mk-accent: #d45f00;
  --mk-differs: #7a3fd0;
  --mk-code: var(--jp-code-font-family, ui-monospace, monospace);
  color: var(--mk-ink);
  font-family: var(--jp-ui-font-family, system-ui, sans-serif);
  font-size: 14px;
  line-height: 1.35;
}
[data-jp-theme-light="false"] :is(.mk-stage, .mk-predict, .mk-player, .mk-live, .mk-progress) {
  --mk-accent: #ef7d1a;
  --mk-differs: #b794f6;
}
.mk-player { outline-offset: 2px; padding: 2px; overflow: visible; }
.mk-player:focus-visible, .mk-stage :focus-visible, .mk-predict :focus-visible { outline: 2px solid var(--mk-accent); outline-offset: 1px; }
.mk-grid { container-type: inline-size; overflow: visible; width: auto; }
.mk-stage [hidden], .mk-predict [hidden], .mk-progress [hidden] { display: none !important; }

/* Where the kernel has ended, the stage says so in words when it matters; ipywidgets' broken links would
   move everything. */
:is(.mk-player, .mk-live).jupyter-widgets-disconnected::before,
:is(.mk-player, .mk-live) .jupyter-widgets-disconnected::before { display: none; }

.mk-sentence { font-size: 16px; font-weight: 600; margin: 0 0 8px; }
.mk-empty { margin: 0 0 8px; padding: 14px 16px; border: 1px dashed var(--mk-line); border-radius: 3px; }
.mk-error { border: 0; border-left: 5px solid #c62828; font-weight: 600;
  color: color-mix(in srgb, #e53935 80%, var(--mk-ink)); }

.mk-at-field { flex: 1 1 100%; margin: 2px 0 4px; padding: 0 0 0 12px; font-size: 16px; }
.mk-stage .mk-stale { opacity: 0.45; }
.mk-form [aria-invalid] { outline: 2px solid #c62828; }

.mk-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 12px; }
.mk-body.mk-with-story { grid-template-columns: minmax(220px, 3fr) minmax(0, 9fr); }
.mk-story { border: 1px solid var(--mk-line); border-radius: 3px; padding: 8px 6px; position: relative; }
.mk-story-title { font-weight: 600; color: var(--mk-soft); padding: 0 8px 4px; }
.mk-story ol { list-style: none; margin: 0; padding: 0; position: absolute; inset: 32px 6px 6px;
  overflow-y: auto; }
.mk-story li { display: flex; gap: 8px; padding: 3px 6px; border: 1px solid transparent; border-radius: 3px;
  margin: 0; }
.mk-story .mk-number { font: 13px/1.45 var(--mk-code); color: var(--mk-soft); min-width: 3ch; flex: none; text-align: right; }
.mk-story .mk-later { color: var(--mk-soft); }
.mk-story .mk-now { font-weight: 600; border-color: var(--mk-accent);
  background: color-mix(in srgb, var(--mk-accent) 10%, transparent); }
.mk-story .mk-now .mk-number { color: var(--mk-ink); }

.mk-picture { position: relative; display: flex; flex-direction: column; gap: 6px; min-width: 0; }
.mk-thread { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: visible; }
.mk-thread path { fill: none; stroke: var(--mk-accent); stroke-width: 2.5; opacity: 0.9; }
.mk-floor { --mk-tier: #6b7f8f; display: grid; grid-template-columns: 168px minmax(0, 1fr); gap: 14px;
  padding: 10px 14px 10px 11px; border-left: 5px solid var(--mk-tier); border-radius: 3px;
  background: color-mix(in srgb, var(--mk-tier) 8%, transparent); }
.mk-floor[data-tier="mcache"] { --mk-tier: #3b82c4; }
.mk-floor[data-tier="mcentral"] { --mk-tier: #8a63c9; }
.mk-floor[data-tier="mheap"] { --mk-tier: #2f9e77; }
.mk-floor[data-tier="space"] { --mk-tier: #b7791f; }
.mk-floor[data-tier="table"] { --mk-tier: #c2557a; }
.mk-floor[data-tier="frames"] { --mk-tier: #6b7f8f; }
.mk-acting { border-left-color: var(--mk-accent); }
.mk-title { font-size: 15px; font-weight: 600; }
.mk-note, .mk-count { font-size: 13px; color: var(--mk-soft); }
.mk-count { font-family: var(--mk-code); color: var(--mk-ink); }
.mk-floor-body { min-width: 0; display: flex; flex-direction: column; gap: 6px; }
.mk-beside-each-other { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 24px; }
.mk-row { min-width: 0; }
.mk-label, .mk-caption, .mk-mark, .mk-beside { font-size: 13px; color: var(--mk-soft); }
.mk-label { color: var(--mk-ink); }
.mk-inline { display: grid; grid-template-columns: 104px minmax(0, 1fr); align-items: center; }
.mk-inline > :not(.mk-label) { grid-column: 2; }
.mk-caption, .mk-mark { font-variant-numeric: tabular-nums; }
.mk-mark { font-family: var(--mk-code); color: var(--mk-ink); white-space: nowrap; line-height: 1.2; }
.mk-line { display: flex; align-items: center; gap: 10px; min-height: 8px; }
.mk-cells svg, .mk-cells canvas { display: block; overflow: visible; }

.mk-cell { stroke: var(--mk-tier); stroke-width: 1; fill: none; }
.mk-used, .mk-letter-cell { fill: var(--mk-tier); }
.mk-cell.mk-letter { fill: none; }
.mk-reserved { stroke-dasharray: 3 2; }
.mk-none, .mk-absent { stroke: none; }
.mk-fill { fill: var(--mk-tier); stroke: none; }
.mk-hatch { stroke: var(--mk-tier); stroke-width: 1.6; }
.mk-mark-bar { fill: var(--mk-ink); stroke: none; }
.mk-box { fill: none; stroke: var(--mk-tier); stroke-width: 1.5; stroke-dasharray: 4 3; }
/* What this step touched: two tones, and a light that fades. What differs: another colour, and dashed. */
.mk-touched { --mk-mark: var(--mk-accent); fill: none; stroke: var(--mk-accent); stroke-width: 3; }
.mk-differs { --mk-mark: var(--mk-differs); fill: none; }
.mk-ring { fill: none; stroke: var(--mk-mark); stroke-width: 2.5; }
.mk-ring-in { fill: none; stroke: var(--mk-page); stroke-width: 2; }
.mk-differs > .mk-ring { stroke-dasharray: 5 2; }
@keyframes mk-light { from { fill: color-mix(in srgb, var(--mk-accent) 50%, transparent); } to { fill: transparent; } }
@keyframes mk-lit { from { background-color: color-mix(in srgb, var(--mk-accent) 50%, transparent); } to { background-color: transparent; } }
@media (prefers-reduced-motion: no-preference) {
  .mk-touched > .mk-ring-in { animation: mk-light 400ms ease-out; }
  .mk-part-box.mk-on::after, .mk-place { animation: mk-lit 400ms ease-out; }
}
.mk-over { position: absolute; left: 0; top: 0; }
.mk-cells { position: relative; }
.mk-otherwise > .mk-caption, .mk-otherwise > .mk-label { text-decoration: underline dashed var(--mk-differs) 2px; text-underline-offset: 3px; }
text.mk-letter { font: 600 12px var(--mk-code); text-anchor: middle; fill: var(--mk-ink); }

/* A bar is to scale: nothing may widen a part. Its words stand below, at a line where they need one. */
.mk-bar { flex: 1; min-width: 0; }
.mk-boxes { position: relative; height: var(--mk-bar-high, 22px); }
.mk-boxes:empty { display: none; }
.mk-line:has(> .mk-bar > .mk-boxes:empty) { min-height: 0; }
.mk-part-box { position: absolute; inset-block: 0; border: 1px solid var(--mk-tier); box-sizing: border-box; }
.mk-part-box.mk-used { background: var(--mk-tier); }
.mk-part-box.mk-used + .mk-part-box.mk-used { border-left-color: var(--mk-page); }
.mk-part-box.mk-reserved { border-style: dashed; }
.mk-part-box.mk-none { border-color: transparent; }
.mk-part-box.mk-thin { border-width: 0 0 0 1px; }
.mk-part-box.mk-third { background: repeating-linear-gradient(135deg, var(--mk-tier) 0 1.5px,
  transparent 1.5px 6px); }
.mk-part-box.mk-on, .mk-part-box.mk-other { z-index: 1; outline: 2.5px solid var(--mk-accent); box-shadow: inset 0 0 0 2px var(--mk-page); }
.mk-part-box.mk-on::after { content: ""; position: absolute; inset: 0; }
.mk-part-box.mk-other { outline: 2.5px dashed var(--mk-differs); }
.mk-part-box.mk-other.mk-on { outline: 2.5px solid var(--mk-accent); box-shadow: inset 0 0 0 2px var(--mk-page), 0 0 0 4.5px var(--mk-page), 0 0 0 7px var(--mk-differs); }
.mk-place { position: absolute; top: -4px; bottom: -4px; width: 10px; margin-left: -5px; border-radius: 2px;
  border: 2.5px solid var(--mk-accent); box-sizing: border-box; box-shadow: inset 0 0 0 2px var(--mk-page); z-index: 1; }
.mk-bar-texts { position: relative; font-family: var(--mk-code); white-space: nowrap; }
.mk-told-part > span { position: absolute; line-height: 1.35; }
.mk-pole { position: absolute; top: 1px; width: 1px; background: var(--mk-soft); }
.mk-no-pole { display: none; }
.mk-overlay .mk-bar-texts { font-family: inherit; }

/* The cursor: the part that is pointed at, and what it is, in words. */
.mk-drawn { position: relative; }
.mk-stage .mk-drawn:focus-visible { outline: 2px solid var(--mk-ink); outline-offset: 3px; }
.mk-cursor-box { position: absolute; pointer-events: none; border: 2px solid var(--mk-ink); border-radius: 3px; box-sizing: border-box; z-index: 2; }
.mk-cursor-box.mk-held { border-style: double; border-width: 4px; }
.mk-bubble { position: absolute; pointer-events: none; z-index: 3; max-width: min(420px, 100%); width: max-content; box-sizing: border-box;
  padding: 2px 8px; font-size: 14px; color: var(--mk-page); background: linear-gradient(var(--mk-ink) 0 0), var(--mk-page); border: 1px solid var(--mk-page); border-radius: 3px; }

/* A closer view stands in place of its floor. */
.mk-opened > .mk-floor-body { display: none; }
.mk-opened > .mk-grid { grid-column: 1 / -1; }
.mk-stage .mk-opened .mk-telling { font-size: 15px; }

.mk-words { margin-top: 2px; }
.mk-words summary { cursor: pointer; color: var(--mk-soft); width: max-content; padding: 0 4px; }
.mk-table { max-height: 320px; overflow: auto; }
.mk-table table { border-collapse: collapse; font-size: 14px; }
.mk-table th, .mk-table td { text-align: left; padding: 3px 14px 3px 4px; font-weight: 400;
  border-bottom: 1px solid var(--mk-line); vertical-align: top; color: var(--mk-ink); background: none; }
.mk-table th[scope="col"] { font-weight: 600; }
.mk-table td { font-family: var(--mk-code); font-size: 13px; }

@container (max-width: 1040px) {
  .mk-with-story .mk-floor { grid-template-columns: minmax(0, 1fr); gap: 4px; padding-block: 7px; }
  .mk-with-story .mk-head { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; }
  .mk-with-story .mk-count { margin-left: auto; }
}
@container (max-width: 820px) {
  .mk-floor { grid-template-columns: minmax(0, 1fr); gap: 6px; }
  .mk-head { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
}
@container (max-width: 640px) {
  .mk-body { grid-template-columns: minmax(0, 1fr) !important; }
  .mk-story ol { position: static; max-height: 130px; }
}

/* The microscope's forms: controls in a line that wraps, in the size of the pictures' text. */
.mk-microscope .mk-form { flex-wrap: wrap; gap: 4px 20px; align-items: center; padding: 0 0 8px; overflow: visible; }
.mk-microscope .widget-label, .mk-microscope .widget-label-basic { font-size: 14px; width: auto; }
.mk-microscope .widget-checkbox, .mk-table-size .widget-checkbox { width: auto; }
.mk-table-size .widget-label-basic { font-size: 14px; }
/* The thread of light goes behind the words. */
.mk-picture :is(.mk-label, .mk-caption:not(.mk-bar-texts), .mk-note, .mk-beside, .mk-count, .mk-title) { position: relative; z-index: 1; width: fit-content; max-width: 100%;
  background: color-mix(in srgb, var(--mk-tier) 8%, var(--mk-page)); }
.mk-walk .mk-floor[data-tier="table"] .mk-caption { color: var(--mk-ink); }
.mk-microscope .mk-address { width: 250px; }
.mk-microscope .mk-frame { width: 170px; }
.mk-microscope .mk-entry { width: 250px; }
.mk-walk .mk-floor { padding-block: 5px; }
.mk-microscope .mk-access { width: 150px; }
.mk-microscope .mk-level { width: 230px; }
.mk-microscope input[type="text"] { font-family: var(--mk-code); }
.mk-drag { flex: 1 1 200px; }
.mk-drag label { display: flex; align-items: center; gap: 8px; font-size: 14px; }
.mk-drag input { appearance: none; flex: 1; min-width: 100px; height: 24px; background: none; cursor: pointer; }
.mk-microscope :focus-visible { outline: 2px solid var(--mk-accent); outline-offset: 1px; }

.mk-predict { border-left: 5px solid var(--mk-line); padding: 4px 0 6px 14px; }
.mk-predict fieldset { border: 0; margin: 0 0 8px; padding: 0; min-width: 0; }
.mk-predict legend { font-size: 16px; font-weight: 600; padding: 0 0 6px; }
.mk-predict label { display: flex; align-items: center; gap: 8px; width: max-content; max-width: 100%;
  padding: 4px 8px; border: 1px solid transparent; border-radius: 3px; cursor: pointer; font-size: 15px; }
.mk-predict input[type="radio"] { width: 16px; height: 16px; margin: 0; accent-color: var(--mk-accent); }
.mk-predict .mk-right { border-color: var(--mk-ink); font-weight: 600; }
.mk-predict .mk-right::after { content: "\\2190\\00a0 the answer"; font-weight: 400; color: var(--mk-soft); }
.mk-verdict p { margin: 4px 0; font-size: 15px; }
.mk-verdict p:first-child { font-weight: 600; }

/* A title is one line, as long as it is. */
.mk-chart-box { container-type: inline-size; }
.mk-chart .mainheading { font-size: clamp(13px, 2.6cqw, 18px) !important; }
/* bqplot paints these orange in the dark theme, and orange means "touched". */
.mk-chart .mainheading, .mk-chart .axislabel { fill: var(--jp-ui-font-color1) !important; }

.mk-size-class .mk-chart { margin: 0; }
.mk-size-class .mk-form { flex-wrap: wrap; gap: 4px 24px; align-items: center; padding: 0 0 8px; overflow: visible; }
.mk-size-class .mk-request { width: 200px; }
.mk-size-class .widget-label, .mk-size-class .widget-label-basic { font-size: 14px; }

.mk-comparison .mk-label { padding-bottom: 3px; }
/* Two pictures below each other, and both shall be seen at once. */
.mk-comparison .mk-floor { padding-block: 5px; }
.mk-comparison .mk-code-lines li { padding-block: 0; }
.mk-comparison :is(.mk-panes, .mk-picture, .mk-floor-body) { gap: 4px; }

/* The arrow of a menu of ipywidgets is dark in every theme. */
[data-jp-theme-light="false"] :is(.mk-player, .mk-live, .mk-table-size) .widget-dropdown > select { --jp-widgets-dropdown-arrow: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E%3Cpath fill='none' stroke='white' stroke-width='1.6' d='M5 7l4 4 4-4'/%3E%3C/svg%3E");
  background-image: var(--jp-widgets-dropdown-arrow); }

/* Where the system gives the colours: ours are its own, and fills, hatches and marks stay what they are. */
@media (forced-colors: active) {
  body :is(.mk-stage, .mk-predict, .mk-player, .mk-live, .mk-progress) {
    --mk-ink: CanvasText !important; --mk-soft: CanvasText !important; --mk-line: CanvasText !important;
    --mk-page: Canvas !important; --mk-accent: Highlight !important; --mk-differs: LinkText !important; }
  body .mk-stage :is(.mk-floor, .mk-space, [data-tier]) { --mk-tier: CanvasText !important; }
  .mk-stage :is(svg, .mk-part-box, .mk-place, .mk-pole, .mk-cursor-box, .mk-bubble, .mk-story li, .mk-code-lines li,
    .mk-page-cell, .mk-area, .mk-share, .mk-share-in, .mk-meter-bar, .mk-meter-fill, .mk-floor), .mk-slider,
    .mk-progress .mk-box { forced-color-adjust: none; }
}
`;var ke=`/* TCMalloc's three floors: the locks are what one counts here. */
.mk-tcmalloc .mk-count { font: 600 15px/1.35 var(--jp-ui-font-family, system-ui, sans-serif); margin-top: 6px; }
.mk-tcmalloc .mk-note, .mk-tcmalloc .mk-caption, .mk-tcmalloc .mk-label, .mk-tcmalloc .mk-beside { font-size: 14px; }
`;var fe=`/* The tower: six floors below each other, so each is low; its text is read from the last row. */
.mk-tower .mk-grid { --mk-soft: color-mix(in srgb, var(--mk-ink) 76%, var(--mk-page)); }
.mk-tower .mk-note, .mk-tower .mk-count, .mk-tower .mk-label, .mk-tower .mk-caption, .mk-tower .mk-mark,
.mk-tower .mk-beside, .mk-tower .mk-table td, .mk-tower .mk-story .mk-number { font-size: 14px; }
.mk-tower .mk-title { font-size: 16px; }
.mk-tower .mk-telling { font-size: 18px; }
.mk-tower text.mk-letter { font-size: 14px; }
.mk-six .mk-floor { grid-template-columns: 208px minmax(0, 1fr); padding-block: 7px; }
.mk-six .mk-floor-body { gap: 4px; }
.mk-six .mk-beside-each-other { gap: 12px; }
.mk-six .mk-head { display: flex; flex-wrap: wrap; align-content: flex-start; align-items: baseline; gap: 0 8px; }
.mk-six .mk-open { order: 1; margin-left: auto; }
.mk-six .mk-note { order: 2; flex: 1 0 100%; }
.mk-six .mk-count { order: 3; }
.mk-six .mk-beside-each-other .mk-label { white-space: nowrap; }
.mk-open { font: inherit; font-size: 14px; color: var(--mk-ink); background: var(--mk-page); cursor: pointer;
  border: 1px solid var(--mk-line); border-radius: 3px; padding: 0 7px; white-space: nowrap; }
.mk-open:hover { border-color: var(--mk-ink); }
.mk-open::before { content: "\\25b8\\00a0"; }
.mk-open[aria-expanded="true"]::before { content: "\\25be\\00a0"; }
.mk-open[aria-expanded="true"] { border-color: var(--mk-ink); }

@container (min-width: 1300px) {
  .mk-six .mk-floor { grid-template-columns: 252px minmax(0, 1fr); }
  .mk-tower .mk-note, .mk-tower .mk-count, .mk-tower .mk-label, .mk-tower .mk-caption, .mk-tower .mk-mark,
  .mk-tower .mk-beside, .mk-tower .mk-open, .mk-tower .mk-story li, .mk-tower .mk-story .mk-number,
  .mk-tower .mk-table td { font-size: 16px; }
  .mk-tower .mk-title { font-size: 18px; }
  .mk-tower .mk-telling { font-size: 20px; }
}
@container (max-width: 1040px) {
  .mk-six .mk-floor { grid-template-columns: minmax(0, 1fr); }
  .mk-six .mk-note { flex: 0 1 auto; }
  .mk-six .mk-open { order: 4; margin-left: 0; }
}
`;var ge=`/* The ward (ward.js): the program on the left, the blocks' shadows on the right, the report below. */
.mk-ward-body { display: grid; grid-template-columns: minmax(0, 35fr) minmax(0, 65fr); gap: 8px 12px; }
.mk-code-lines { list-style: none; margin: 0; padding: 8px 6px; border: 1px solid var(--mk-line); border-radius: 3px;
  font: 14px/1.5 var(--mk-code); overflow-x: auto; }
.mk-code-lines li { display: flex; gap: 8px; padding: 2px 4px; border: 1px solid transparent; border-radius: 3px; margin: 0; }
.mk-code-lines .mk-later { color: var(--mk-soft); }
.mk-code-lines .mk-now { font-weight: 700; border-color: var(--mk-accent);
  background: color-mix(in srgb, var(--mk-accent) 14%, transparent); }
.mk-code-lines .mk-pointer { width: 1.2em; flex: none; }
.mk-code-lines .mk-number { width: 2ch; flex: none; text-align: right; color: var(--mk-soft); }
.mk-code-lines .mk-told { white-space: pre-wrap; min-width: 0; }
.mk-code-lines .mk-end { font-family: var(--jp-ui-font-family, system-ui, sans-serif); font-style: italic; }
.mk-code-lines .mk-sick { margin-left: auto; white-space: nowrap; font-weight: 700; }
.mk-floor.mk-shadows { display: block; min-width: 0; }
.mk-ward .mk-label, .mk-ward .mk-caption { font-size: 14px; color: var(--mk-ink); }
.mk-shadows > .mk-caption { padding-top: 8px; }
.mk-shadow { display: block; }
.mk-byte { stroke: var(--mk-tier); stroke-width: 1; fill: none; }
.mk-byte.mk-red-zone { stroke: var(--mk-line); fill: color-mix(in srgb, var(--mk-line) 22%, transparent); }
.mk-byte.mk-written { fill: color-mix(in srgb, var(--mk-tier) 40%, transparent); }
.mk-byte.mk-freed { stroke-dasharray: 3 2; }
.mk-byte-letter { font: 14px var(--mk-code); text-anchor: middle; fill: var(--mk-ink); }
.mk-report { grid-column: 1 / -1; margin: 0; padding: 8px 12px; border: 1px solid var(--mk-line); border-radius: 3px;
  font: 14px/1.45 var(--mk-code); color: var(--mk-ink); white-space: pre-wrap; overflow-wrap: anywhere; background: none; }
.mk-report.mk-waiting { border-style: dashed; font-family: var(--jp-ui-font-family, system-ui, sans-serif); }
.mk-report.mk-finding { border-left: 5px solid var(--mk-ink); }
.mk-ward > :is(.mk-report, .mk-score) { order: 1; margin-top: 6px; }
.mk-code-lines .mk-other, .mk-report.mk-other { outline: 2.5px dashed var(--mk-differs); outline-offset: -1px; }
.mk-score { grid-column: 1 / -1; font-weight: 600; }
.mk-ward .mk-predict fieldset { display: grid; grid-template-columns: max-content max-content; gap: 0 32px; }
.mk-ward .mk-form { padding: 0 0 6px; overflow: visible; }
.mk-ward .widget-label { font-size: 14px; width: auto; }
.mk-ward .mk-patient { width: 330px; }
.mk-ward :focus-visible { outline: 2px solid var(--mk-accent); outline-offset: 1px; }
@container (max-width: 760px) { .mk-ward-body { grid-template-columns: minmax(0, 1fr); } }
.mk-pointing { position: relative; min-width: 0; }
.mk-has-variables { display: grid; grid-template-columns: 96px minmax(0, 1fr); column-gap: 34px; }
.mk-has-variables .mk-shadow-block > .mk-label { padding-bottom: 8px; }
.mk-variables { display: flex; flex-direction: column; gap: 8px; padding-top: 20px; }
.mk-variable { display: flex; flex-wrap: wrap; max-width: 100%; box-sizing: border-box; gap: 0 6px; align-items: baseline; font: 14px/22px var(--mk-code); padding: 0 6px; border: 1px solid var(--mk-line);
  border-radius: 2px; background: var(--mk-page); align-self: flex-start; }
.mk-variable.mk-on { outline: 2.5px solid var(--mk-accent); box-shadow: inset 0 0 0 2px var(--mk-page); }
.mk-arrows { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; pointer-events: none; }
.mk-points { fill: none; stroke: var(--mk-ink); stroke-width: 1.75; }
.mk-points-now { stroke: var(--mk-accent); stroke-width: 2.5; }
.mk-points-head { fill: var(--mk-ink); stroke: none; }
`;var ot=[pe,me,ne,he,ae,le,ge,re,fe,ke,ce,de].join(`
`);function ue(a,t){a.replaceChildren(),t.forEach((e,s)=>{let i=l("tr",a);e.forEach((r,o)=>{let n=l(s===0||o===0?"th":"td",i,"",r);s===0?n.scope="col":o===0&&(n.scope="row")})})}function xe(a){return a.filter(Boolean).map(({sentence:t,error:e,empty:s,words:i=[]})=>[t||e||s||"",...i.map(r=>r.join("	"))].join(`
`)).join(`

`)}var Nt=10,vs=[4,9,14],mt=class{constructor(t,e,s){this.view=e,this.node=l("div",t,"mk-menu"),this.opener=Y(this.node,"mk-more","more: save this picture, copy its words or a link",()=>this.toggle()),this.opener.title="save this picture, copy its words or a link",this.opener.setAttribute("aria-haspopup","menu");let i=x("svg",this.opener,{viewBox:"0 0 18 18","aria-hidden":"true"});for(let r of vs)x("circle",i,{cx:r,cy:9,r:.8});this.list=l("div",this.node,"mk-choices"),this.list.setAttribute("role","menu"),this.said=l("span",this.node,"mk-copied"),this.said.setAttribute("role","status"),this.items=[["save this picture (SVG)",()=>this.save("svg")],["save this picture (PNG)",()=>this.save("png")],["copy words",()=>this.copy(xe(this.view.shown().map(r=>r.picture)))],["copy a link to this",()=>this.copy(this.address)]].map(([r,o])=>{let n=Y(this.list,"",r,()=>{this.toggle(!1),this.opener.focus(),o()});return n.textContent=r,n.setAttribute("role","menuitem"),n.tabIndex=-1,n}),this.toggle(!1),this.node.addEventListener("keydown",r=>this.onKey(r)),this.node.addEventListener("focusout",({relatedTarget:r})=>{this.node.contains(r)||this.toggle(!1)}),s.addEventListener("abort",()=>clearTimeout(this.timer))}toggle(t=this.list.hidden){this.list.hidden=!t,this.items.at(-1).hidden=!this.address,this.opener.setAttribute("aria-expanded",String(t)),t&&this.items[0].focus()}get address(){let{model:t,reel:e,at:s}=this.view,i=this.node.closest("[data-link]")?.dataset.link??t.get("address");return i&&e.total>1?`${i},step=${s+1}`:i}onKey(t){if(this.list.hidden)return;let e=this.items.filter(r=>!r.hidden),s=e.indexOf(document.activeElement),i={ArrowDown:s+1,ArrowUp:s-1,Home:0,End:-1}[t.key];if(i!==void 0)e.at(i%e.length).focus();else if(t.key==="Escape")this.toggle(!1),this.opener.focus();else if(t.key==="Tab"||t.key==="Enter"||t.key===" ")return;t.preventDefault(),t.stopPropagation()}tell(t){this.said.textContent=t,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.said.textContent=""},4e3)}async copy(t){try{await navigator.clipboard.writeText(t),this.tell("copied")}catch{this.tell("this page may not copy")}}async save(t){let e=ys(this.view.node),s=`picture-${this.view.at+1}.${t}`;if(t==="svg")return be(new Blob([e.text],{type:"image/svg+xml"}),s);try{be(await $s(e),s)}catch{this.tell("this browser saves SVG only")}}};function ys(a){let t=a.getBoundingClientRect(),[e,s]=[t.width+2*Nt,t.height+2*Nt],i=a.cloneNode(!0),r=i.querySelectorAll("canvas");a.querySelectorAll("canvas").forEach((c,f)=>{let p=l("img",null,c.className);p.src=c.toDataURL(),p.style.cssText=c.style.cssText,r[f].replaceWith(p)});for(let c of i.querySelectorAll("[hidden], .mk-words, .mk-open, .mk-cursor-box, .mk-bubble"))c.remove();let o=i;for(let c=a.parentElement;c&&c!==document.body;c=c.parentElement){let f=[...c.classList].filter(g=>g.startsWith("mk-"));if(!f.length)continue;let p=l("div",null,f.join(" "));p.style.cssText="padding: 0; margin: 0",p.append(o),o=p}let n=getComputedStyle(a),m=l("div");for(let c of ot.match(/--jp-[\w-]+/g))m.style.setProperty(c,n.getPropertyValue(c));m.style.cssText+=`; background: ${n.getPropertyValue("--mk-page")}; padding: ${Nt}px; width: ${t.width}px; height: ${t.height}px`;let h=l("style",m);h.textContent=ot,m.append(o),m.dataset.jpThemeLight=document.body.dataset.jpThemeLight??"",m.setAttribute("xmlns","http://www.w3.org/1999/xhtml");let d=new XMLSerializer().serializeToString(m);return{text:`<svg xmlns="http://www.w3.org/2000/svg" width="${e}" height="${s}"><foreignObject width="100%" height="100%">${d}</foreignObject></svg>`,width:e,height:s}}async function $s({text:a,width:t,height:e}){let s=new Image;s.src=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(a)}`,await s.decode();let i=l("canvas");i.width=2*t,i.height=2*e;let r=i.getContext("2d");return r.scale(2,2),r.drawImage(s,0,0,t,e),new Promise((o,n)=>{i.toBlob(m=>m?o(m):n(new Error("no picture")))})}function be(a,t){let e=l("a");e.href=URL.createObjectURL(a),e.download=t,e.click(),setTimeout(()=>URL.revokeObjectURL(e.href),1e4)}var Ms={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},ht=class{constructor(t){this.place=t}get all(){return[...this.place.querySelectorAll("[data-says]")]}any(){return this.place.querySelector("[data-says]")!==null}at({target:t}){let e=t.closest("[data-says]");return e?this.all.indexOf(e):null}first(){return this.all.length?0:null}next(t,[e,s]){let i=we(this.box(t)),r=t,o=Number.POSITIVE_INFINITY;return this.all.forEach((n,m)=>{let[h,d]=we(n.getBoundingClientRect()),[k,c]=[h-i[0],d-i[1]],f=k*e+c*s,p=Math.abs(k*s)+Math.abs(c*e);m!==t&&f>1&&f+3*p<o&&([r,o]=[m,f+3*p])}),r}box(t){return this.all[t]?.getBoundingClientRect()}says(t){return this.all[t]?.dataset.says}},we=a=>[a.x+a.width/2,a.y+a.height/2],dt=class{constructor(t,e){Object.assign(this,{place:t,parts:e,held:null,keyed:null}),this.frame=l("div",t,"mk-cursor-box"),this.bubble=l("div",t,"mk-bubble"),this.bubble.setAttribute("role","status"),t.setAttribute("role","group"),t.setAttribute("aria-label","the picture: arrow keys go through its parts"),this.show(null),this.ended=new AbortController;let s=(i,r)=>t.addEventListener(i,r,{signal:this.ended.signal});s("pointermove",i=>this.show(this.pointed(i))),s("pointerleave",()=>this.show(this.keyed??this.held)),s("click",i=>this.click(i)),s("keydown",i=>this.onKey(i)),s("focusout",()=>this.leave())}end(){this.ended.abort();for(let t of["role","aria-label","tabindex"])this.place.removeAttribute(t)}pointed(t){return t.target.closest("button, a, summary, [role=button]")?null:this.parts.at(t)}onKey(t){if(t.target!==this.place||t.ctrlKey||t.metaKey||t.altKey)return;let e=Ms[t.key];if(e)this.keyed=this.keyed===null?this.held??this.parts.first():this.parts.next(this.keyed,e);else if(t.key==="Enter"&&this.keyed!==null)this.hold(this.keyed);else if(t.key==="Escape"&&this.shown!==null)this.hold(null);else return;e&&this.show(this.keyed),t.preventDefault(),t.stopPropagation()}click(t){this.hold(this.pointed(t)),document.activeElement===this.place&&this.place.parentElement.closest("[tabindex]")?.focus({preventScroll:!0})}hold(t){let e=t!==null&&JSON.stringify(t)===JSON.stringify(this.held);this.held=e?null:t,t===null&&(this.keyed=null),this.show(this.held??this.keyed)}leave(){this.keyed=null,this.show(this.held)}follow(){this.parts.any()?this.place.tabIndex=0:this.place.removeAttribute("tabindex");let t=this.keyed??this.held;(t!==null||this.shown!==null)&&this.show(t)}show(t){let e=t===null?"":this.parts.says(t),s=e&&this.parts.box(t);if(this.shown=s?t:null,this.frame.hidden=this.bubble.hidden=!s,!s)return;let i=this.place.getBoundingClientRect(),[r,o]=[s.x-i.x,s.y-i.y];Object.assign(this.frame.style,{left:`${r-3}px`,top:`${o-3}px`,width:`${s.width+6}px`,height:`${s.height+6}px`}),this.frame.classList.toggle("mk-held",this.held!==null&&t===this.held),this.bubble.textContent!==e&&(this.bubble.textContent=e);let n=i.width-this.bubble.offsetWidth,m=o-this.bubble.offsetHeight-6;this.bubble.style.left=`${Math.max(0,Math.min(r,n))}px`,this.bubble.style.top=`${m>-40?m:o+s.height+6}px`}};var V=96,qt=46,T=34,ct={[V]:50,[qt]:54},ve={[V]:104,[qt]:92},ye=26,Es=34,pt=class{constructor(t){this.body=l("div",t,"mk-floor mk-collector"),this.body.dataset.tier="mheap",this.state=l("div",this.body,"mk-state"),this.queue=l("div",this.body,"mk-queue"),this.graph=l("div",this.body,"mk-graph"),this.graph.setAttribute("role","img"),this.graph.tabIndex=0,this.svg=x("svg",this.graph,{"aria-hidden":"true"});let e=x("defs",this.svg,{});this.key=R("gc"),G(e,`${this.key}-hatch`,6);for(let s of["plain","on"])U(e,`${this.key}-${s}`,`mk-head-${s}`,9);this.g=x("g",this.svg,{}),this.caption=l("div",this.body,"mk-caption"),this.legend=l("div",this.body,"mk-caption mk-legend"),this.spans=l("div",this.body,"mk-gc-spans")}draw(t,e){this.room=(q(this.body,e.width)||800)-30,this.drawState(t),$(this.caption,t.caption),$(this.legend,t.legend),this.graph.hidden=!t.nodes.length&&!t.roots.length,this.graph.setAttribute("aria-label",`${t.sentence}. ${t.caption}`),this.g.replaceChildren(),this.graph.hidden||this.drawGraph(t),this.drawSpans(t)}drawState(t){this.state.replaceChildren();let e=l("span",this.state,"mk-phases");l("span",e,"mk-said","phase");for(let i of["off","mark","sweep"]){let r=l("span",e,"mk-chip",i);i===t.phase&&(r.classList.add("mk-chip-now"),r.setAttribute("aria-current","true"))}let s=l("span",this.state,"mk-said","write barrier ");l("b",s,"",t.barrier),l("span",this.state,"mk-said",`marks ${t.unit} by ${t.unit}`),l("span",this.state,"mk-said",t.heap),this.queue.replaceChildren(),l("span",this.queue,"mk-said","queue"),t.queue.length||l("span",this.queue,"mk-said","empty"),t.queue.slice(0,12).forEach(i=>l("span",this.queue,"mk-chip",i)),t.queue.length>12&&l("span",this.queue,"mk-said",`${t.queue.length-12} more`)}text(t,e,s,i){x("text",this.g,{x:e,y:s,class:i}).textContent=t}drawGraph(t){let{room:e}=this,s=p=>(e-ve[p]-t.columns*p-8)/t.columns,i=s(V)<34?qt:V,r=ve[i],o=Math.max(18,Math.min(110,s(i))),n=p=>r+o+p*(i+o),m=4,h=[];for(let p of t.roots){let g=24+p.rows.length*ye+(p.said?20:0),u={x:2,y:m,width:r,height:g};x("rect",this.g,{...u,rx:3,class:"mk-root"}),p.touched&&E(this.g,u),this.text(p.title,10,m+18,"mk-root-title"),p.said&&this.text(p.said,10,m+38,"mk-root-said"),p.rows.forEach(([b,y],v)=>{let w=m+24+(p.said?20:0)+v*ye;this.text(b,12,w+17,"mk-root-row"),h.push([y,w+12])}),m+=g+10}let d=m,k={};for(let p of t.nodes)k[p.name]={x:n(p.column),y:10+p.row*ct[i]};let c=p=>`url(#${this.key}-${p?"on":"plain"})`,f=(p,g,u,b)=>{let y=[g?"mk-on":"",u?"mk-dangling":"",b?"mk-otherwise-line":""];x("path",this.g,{d:p,class:["mk-pointer-line",...y].filter(Boolean).join(" ")}).setAttribute("marker-end",c(g))};for(let[p,g]of h){let u=k[p];if(!u)continue;let b=u.y+T/2,y=r+2;f(`M${y} ${g} C${y+o*.6} ${g},${u.x-o*.6} ${b},${u.x-1} ${b}`,!1,!1)}for(let[p,g,u,b,y]of t.edges)k[p]&&k[g]&&f(As(k[p],k[g],o,i),u,b,y);for(let p of t.nodes)this.drawNode(p,k[p.name],i);this.svg.setAttribute("width",Math.max(n(t.columns-1)+i+10,200)),this.svg.setAttribute("height",Math.max(d,26+t.rows*ct[i]))}drawNode(t,{x:e,y:s},i){let r=i===V?22:18;if(x("rect",this.g,{x:e,y:s,width:i,height:T,rx:4,class:`mk-node mk-node-${t.look}`}),t.look==="grey"||t.look==="black"){let n=x("rect",this.g,{x:e+4,y:s+5,width:r,height:T-10,class:"mk-swatch"});n.style.fill=t.look==="black"?"var(--mk-tier)":`url(#${this.key}-hatch)`}else t.look==="white"&&x("rect",this.g,{x:e+4,y:s+5,width:r,height:T-10,class:"mk-swatch"});this.text(t.name,e+r+(i===V?9:7),s+23,"mk-node-name"),i===V?this.text(t.word,e+i-6,s+23,"mk-node-word"):t.lost&&this.text(t.word,e+i,s+T+17,"mk-node-word"),t.lost&&x("rect",this.g,{x:e-4,y:s-4,width:i+8,height:T+8,rx:6,class:"mk-lost"});let o={x:e,y:s,width:i,height:T};t.touched&&E(this.g,o),t.differs&&E(this.g,o,"mk-differs",t.touched||t.lost?5:0)}drawSpans(t){this.spans.replaceChildren();for(let e of t.spans){let s=l("div",this.spans,"mk-gc-span"),i=l("div",s,"mk-gc-span-head");l("b",i,"",e.title),l("span",i,"",` \xB7 ${e.note}`);let r=this.room,o=78,n=Math.min(Es,(r-o-30)/e.cells.length),m=x("svg",s,{width:r,height:32+e.bits.length*20,"aria-hidden":"true",class:"mk-gc-cells"}),h=(d,k,c,f)=>{x("text",m,{x:k,y:c,class:f}).textContent=d};h("slots",0,19,"mk-gc-label"),e.cells.forEach(([d,k,c,f],p)=>{let g=o+p*n,u=n-4;if(x("rect",m,{x:g,y:2,width:u,height:26,rx:2,class:`mk-node mk-node-${k==="free"?"freed":k}`}),k==="black"||k==="grey"){let y=x("rect",m,{x:g+2,y:21,width:u-4,height:6,class:"mk-strip"});y.style.fill=k==="black"?"var(--mk-tier)":`url(#${this.key}-hatch)`}h(d,g+u/2,17,"mk-gc-name");let b={x:g,y:2,width:u,height:26};c&&E(m,b),f&&E(m,b,"mk-differs",c?3.5:0)}),e.more&&h("\u2026",o+e.cells.length*n+4,19,"mk-gc-label"),e.touched&&E(m,{x:o-2,y:0,width:e.cells.length*n,height:30}),e.bits.forEach(([d,k],c)=>{h(d,0,48+c*20,"mk-gc-label"),[...k].forEach((f,p)=>{h(f,o+p*n+(n-4)/2,48+c*20,f==="1"?"mk-bit mk-bit-one":"mk-bit")})})}t.rest&&l("div",this.spans,"mk-caption",`and ${t.rest} more spans`)}};function As(a,t,e,s){let[i,r]=[a.y+T/2,t.y+T/2];if(a===t||a.x===t.x&&a.y===t.y)return`M${a.x+s} ${i-8} c26 -16,26 32,2 17`;if(t.x>a.x){let h=a.x+s;if(t.x-h<=e+1||i!==r)return`M${h} ${i} C${h+e*.5} ${i},${t.x-e*.5} ${r},${t.x-1} ${r}`;let d=a.y+ct[s]+1;return`M${h-12} ${a.y+T} C${h+10} ${d},${t.x-10} ${d},${t.x+12} ${t.y+T+1}`}if(t.x===a.x){if(Math.abs(a.y-t.y)<=ct[s]){let d=t.y>a.y,k=a.x+s/2+(d?-6:6);return`M${k} ${d?a.y+T:a.y} L${k} ${d?t.y-1:t.y+T+1}`}let h=a.x+s;return`M${h} ${i} C${h+30} ${i},${h+30} ${r},${h+1} ${r}`}let o=t.y>=a.y?1:-1,[n,m]=o>0?[a.y+T,t.y+T]:[a.y,t.y+T];return`M${a.x+20} ${n} C${a.x-6} ${n+o*20},${t.x+s+6} ${m+20},${t.x+s-20} ${m+1}`}var rt=10,Pt=5,Cs=2,zs=3,Ls=1.35;function Ss(a,t){let e=a.map(({from:o,to:n,wide:m})=>{if(!m)return null;if(m+rt<=n-o)return{wide:m,left:o+Cs,pole:null,at:o};let h=Math.min((o+n)/2,o+8),d=h+Pt+m<=t;return{wide:m,pole:h,at:h,left:d?h+Pt:$e(h,m)}}),s=e.filter(Boolean);for(let o=s.length-2;o>=0;o--){let n=s[o],m=s.slice(o+1).some(h=>h.left<h.pole&&Ht(n,h));n.left>n.pole&&m&&(n.left=$e(n.pole,n.wide))}let i=new Set(s),r=[];for(;i.size;){let o=[...i],n=o.find(h=>o.every(d=>d===h||!Ht(h,d)))??o[0];i.delete(n);let m=r.filter(h=>Ht(n,h)).map(h=>h.lane+1);for(n.lane=Math.max(0,...m);n.pole!==null&&r.some(h=>h.lane===n.lane&&Ts(n,h));)n.lane++;r.push(n)}return e.map(o=>{let n=o?.pole>o?.left&&o.pole<o.left+o.wide;return o&&{left:o.left,lane:o.lane,pole:o.pole,around:n}})}var $e=(a,t)=>Math.max(0,a-Pt-t),Ht=(a,t)=>a.pole===null?!1:t.pole===null?a.left<t.left+t.wide+rt&&a.left+a.wide+rt>t.at:a.left-1<t.pole+1&&a.left+a.wide+1>t.pole,Ts=(a,t)=>a.left<t.left+t.wide+rt&&t.left<a.left+a.wide+rt,Wt,Dt=new Map;function js(a,t){let e=`${t}
${a}`;return Dt.has(e)||(Wt??=document.createElement("canvas").getContext("2d"),Wt.font=t,Dt.set(e,Math.ceil(Wt.measureText(a).width)+1)),Dt.get(e)}var kt=class{constructor(t){this.boxes=l("div",t,"mk-boxes"),this.texts=l("div",t,"mk-bar-texts mk-caption")}draw(t,e,s){let i=t.reduce((k,c)=>k+c.share,0)||1;this.measure(e);let{font:r,strip:o}=this,n=0,m=t.map(k=>{let c=n;return n+=k.share,{from:e*c/i,to:e*n/i,wide:k.text?js(k.text,r):0}}),h=Ss(m,e);t.forEach((k,c)=>this.drawPart(c,k,m[c].from/e,k.share/i,s(k.state)));let d=0;t.forEach((k,c)=>{this.drawText(c,k.text,h[c],o),h[c]&&(d=Math.max(d,h[c].lane+1))}),this.texts.style.height=`${d&&d*o+3}px`}measure(t){if(this.width===t)return;this.width=t;let e=getComputedStyle(this.texts);this.font=`${e.fontWeight} ${e.fontSize} ${e.fontFamily}`,this.strip=Math.round(Ls*parseFloat(e.fontSize))}drawPart(t,e,s,i,r){let o=this.boxes.children[t]??l("div",this.boxes),n=typeof e.touched=="number",m=[e.touched&&!n?"mk-on":"",e.differs?"mk-other":""];i*this.width<zs&&m.push("mk-thin"),it(o,["mk-part-box",`mk-${r}`,...m].filter(Boolean).join(" ")),o.style.left=`${100*s}%`,o.style.width=`${100*i}%`,o.style.minWidth=i?"1px":"0",n&&!o.firstChild&&l("div",o,"mk-place"),n?o.firstChild.style.left=`${100*e.touched}%`:o.replaceChildren()}drawText(t,e,s,i){let r=this.texts.children[t]??l("div",this.texts,"mk-told-part");if(r.hidden=!s,!s)return r.replaceChildren();r.firstChild||(l("div",r,"mk-pole"),l("span",r));let[o,n]=r.children;o.style.left=`${s.pole??0}px`,o.style.height=`${(s.lane+(s.around?0:1))*i+(s.around?2:-2)}px`,it(o,s.pole===null?"mk-pole mk-no-pole":"mk-pole"),n.style.left=`${s.left}px`,n.style.top=`${s.lane*i+2}px`,$(n,e)}rect(t){return this.boxes.children[t].getBoundingClientRect()}};var Os=3.5;function Me(a,t){let e=a.tail.reduce((c,f)=>c+f.cells,0),s=a.cells.length,i=a.big?18:16,r=Math.max(1,Math.ceil(s+e)),o=a.per||Math.max(1,Math.floor(t/i)),n,m,h,d;for(;n=t/o,a.wide||(n=Math.min(n,i)),m=a.big?18:Math.min(a.per?10:22,Math.max(4,Math.round(n*1.4))),h=n>10?3:n>5?2:n>3?1:.5,d=Math.ceil(r/o),!(d*(m+3)<=a.high||n<=2.5);)o=a.per?o*2:Math.ceil(o*1.12);a.wide&&(o=Math.ceil(r/d),s+e<o&&(o=s+e),n=t/o,m=22>m&&d===1?22:m,o=Math.max(1,d===1?r:o));let k=m+3;return{per:o,pitch:n,high:m,step:k,gap:h,lines:d,width:Math.min(t,Math.min(o,r)*n+2),height:d*k+2,at:c=>[c%o*n+1.5,Math.floor(c/o)*k+1.5],wide:Math.max(1,n-h),cellAt:(c,f)=>{let p=Math.floor((c-1)/n);return p<0||p>=o||f<0?-1:Math.floor(f/k)*o+p}}}function Ee(a,t){let e=[];for(let i=0;i<a.cells.length;i++){let[r,o]=t.at(i);e.push({x:r,y:o,w:t.wide,h:t.high,state:a.cells[i],fill:a.fills?.[i]})}let s=a.cells.length;for(let i of a.tail){let r=i.cells;for(;r>.001;){let o=Math.floor(s/t.per+1e-9),n=Math.min(r,(o+1)*t.per-s),m=Math.max(1,n*t.pitch-t.gap),h=(s-o*t.per)*t.pitch+1.5;e.push({x:h,y:o*t.step+1.5,w:m,h:t.high,state:i.state,part:!0}),s+=n,r-=n}}return e}var Is={"#":"used",".":"free","-":"reserved","/":"third"," ":"none","%":"level",_:"absent"},W=a=>Is[a]||"letter",Ae=a=>a.state==="_"?1.5:a.fill&&Math.max(1,a.h*a.fill);function Kt(a,t){let e=[];for(let[s,i]of a||[])for(let r=s;r<i;){let o=Math.min(i,(Math.floor(r/t.per)+1)*t.per),[n,m]=t.at(r);e.push({x:n,y:m,width:Math.max(1,(o-r)*t.pitch-t.gap),height:t.high}),r=o}return e}var ft=class{constructor(t){this.node=x("g",t,{})}draw(t,e){this.node.replaceChildren();for(let{x:i,y:r,width:o,height:n}of Kt(t.boxes,e)){let m={x:i-1,y:r-1,width:o+2,height:n+2,rx:2};x("rect",this.node,{...m,class:"mk-box"})}let s=t.touched.map(([i,r])=>[i,Math.min(r,t.cells.length)]);for(let i of Kt(s,e))E(this.node,i);for(let[i,r]of t.differs||[]){let o=s.some(([n,m])=>n<r&&i<m);for(let n of Kt([[i,r]],e))E(this.node,n,"mk-differs",o?Os:0)}if(t.mark&&e.lines>1){let[i,r]=e.at(t.mark.at),o={x:i-e.gap/2-1.25,y:r-3,width:2.5,height:e.high+6};x("rect",this.node,{...o,class:"mk-mark-bar"})}}},gt=class{constructor(t){this.hatch=R("hatch"),this.node=x("svg",t,{"aria-hidden":"true"}),G(x("defs",this.node,{}),this.hatch),this.cells=x("g",this.node,{}),this.over=x("g",this.node,{}),this.marks=new ft(this.node),this.list=[]}paint(t,e){let s=`${e.width} ${e.height} ${e.per} ${e.pitch}`,i=Ee(t,e);if(s!==this.frame||i.length!==this.list.length){this.frame=s,this.node.setAttribute("width",e.width),this.node.setAttribute("height",e.height),this.cells.replaceChildren(),this.list=[];for(let r of i)x("rect",this.cells,{x:r.x,y:r.y,width:r.w,height:r.h,rx:Math.min(2,r.w/4)})}this.over.replaceChildren();for(let r=0;r<i.length;r++){let o=i[r];W(o.state)==="letter"&&e.wide<11&&(o.state="/");let n=this.list[r];if(!n||n.state!==o.state){let m=this.cells.children[r];m.setAttribute("class",`mk-cell mk-${W(o.state)}`),m.style.fill=W(o.state)==="third"?`url(#${this.hatch})`:""}if(W(o.state)==="level"||W(o.state)==="absent"){let m=Ae(o),h={x:o.x,y:o.y+o.h-m,width:o.w,height:m};x("rect",this.over,{...h,class:"mk-fill"})}W(o.state)==="letter"&&(x("text",this.over,{x:o.x+o.w/2,y:o.y+o.h/2+4.5,class:"mk-letter"}).textContent=o.state)}this.marks.draw(t,e),this.list=i}},ut=class{constructor(t){this.node=l("canvas",t),this.node.setAttribute("aria-hidden","true"),this.svg=x("svg",t,{class:"mk-over","aria-hidden":"true"}),this.marks=new ft(this.svg)}paint(t,e){let s=window.devicePixelRatio||1,r=getComputedStyle(this.node).getPropertyValue("--mk-tier").trim()||"#6b7f8f";this.node.width=Math.ceil(e.width*s),this.node.height=Math.ceil(e.height*s),this.node.style.width=`${e.width}px`,this.node.style.height=`${e.height}px`;let o=this.node.getContext("2d");o.scale(s,s);let n=Ee(t,e);for(let m of n){let h=W(m.state);if(h!=="none"){if(o.fillStyle=o.strokeStyle=r,o.lineWidth=1,o.setLineDash(h==="reserved"?[2,2]:[]),(h==="used"||h==="letter")&&o.fillRect(m.x,m.y,m.w,m.h),h==="level"||h==="absent"){let d=Ae(m);o.fillRect(m.x,m.y+m.h-d,m.w,d)}h!=="absent"&&(e.pitch>3?o.strokeRect(m.x,m.y,m.w,m.h):h!=="used"&&(o.globalAlpha=h==="free"?.2:.45,o.fillRect(m.x,m.y,m.w,m.h),o.globalAlpha=1),h==="third"&&(o.beginPath(),o.moveTo(m.x,m.y+m.h),o.lineTo(m.x+m.w,m.y),o.stroke()))}}this.svg.setAttribute("width",e.width),this.svg.setAttribute("height",e.height),this.marks.draw(t,e)}};var Rs=2e3,Bs=450,Ns=104,qs=2,ze={"#":"in use",".":"free","-":"reserved","/":"hatched"," ":""};function Hs({means:a,cells:t,fills:e},s,i){let r=t[s];return a&&r in a?a[r]:i&&(r==="/"||r==="%")?"":r==="%"?`filled to ${(100*e[s]).toFixed(1)} %`:ze[r]??r}function Le(a,t){if(a===t)return!0;if(typeof a!="object"||typeof t!="object"||!a||!t)return!1;let e=Object.keys(a);return e.length===Object.keys(t).length&&e.every(s=>Le(a[s],t[s]))}var xt=class a{constructor(t,e){this.node=l("div",t,"mk-row"),this.label=l("div",this.node,"mk-label"),this.line=l("div",this.node,"mk-line"),this.cells=l("div",this.line,e.bar?"mk-bar":"mk-cells"),this.bar=e.bar&&new kt(this.cells),this.beside=l("span",this.line,"mk-beside"),this.mark=l("div",this.node,"mk-mark"),this.caption=l("div",this.node,"mk-caption"),this.kind=a.kind(e)}static kind(t){return t.bar?`bar ${t.bar.length}`:"cells"}draw(t,e,s,i){if(!i&&e===this.width&&s===this.canvas&&Le(t,this.row))return;Object.assign(this,{row:t,width:e,canvas:s}),this.node.classList.toggle("mk-inline",!!t.inline),this.node.classList.toggle("mk-otherwise",!!t.differs),$(this.label,t.label),$(this.beside,t.beside),$(this.caption,t.caption),t.bar?this.bar.draw(t.bar,e,W):this.drawCells(t,e,s);let r=!!(t.mark&&this.g&&this.g.lines===1);if(this.mark.hidden=!r,r){let[o]=this.g.at(t.mark.at);$(this.mark,`\u25B4 ${t.mark.text}`);let n=Math.min(o+this.g.wide/2-6,Math.max(0,e-this.mark.textContent.length*8));this.mark.style.paddingLeft=`${Math.max(0,n)}px`}}drawCells(t,e,s){this.g=Me(t,e-qs-(t.inline?Ns:0));let i=s?ut:gt;this.painter instanceof i||(this.cells.replaceChildren(),this.painter=new i(this.cells)),this.painter.paint(t,this.g)}get count(){return(this.row.bar??this.row.cells).length}box(t){if(this.row.bar)return this.bar.rect(Math.floor(t));let e=this.painter.node.getBoundingClientRect(),[s,i]=this.g.at(Math.max(0,Math.min(t,this.row.cells.length-1)));return new DOMRect(e.x+s,e.y+i,this.g.wide,this.g.high)}at(t,e){if(this.row.bar)return this.row.bar.findIndex((r,o)=>{let n=this.bar.rect(o);return r.share>0&&t>=n.left&&t<n.right&&e>=n.top&&e<=n.bottom});let s=this.painter.node.getBoundingClientRect(),i=this.g.cellAt(t-s.x,e-s.y);return i<this.row.cells.length?i:-1}says(t){let{bar:e,cells:s,unit:i,tells:r=[]}=this.row;if(e)return e[t].says||e[t].text||ze[e[t].state]||"";let o=i?`${i.name} ${i.first+t}`:`${t+1} of ${s.length}`,n=i?.base===null||!i?"":` at 0x${(i.base+t*i.size).toString(16)}`,m=r.filter(([d,k])=>d<=t&&t<k).map(d=>d[2]),h=Hs(this.row,t,m.length);return[o+n,h,...m].filter(Boolean).join(", ")}place(t,e){let s=this.box(t),i=this.row.bar?s.width*(t%1||.04):s.width/2;return[s.left-e.left+i,s.top-e.top,s.bottom-e.top]}},bt=class a{constructor(t,e){this.node=l("div",null,"mk-floor"),this.node.dataset.tier=t.tier;let s=l("div",this.node,"mk-head");this.title=l("div",s,"mk-title"),this.note=l("div",s,"mk-note"),this.count=l("div",s,"mk-count"),this.open=l("button",s,"mk-open"),this.open.type="button",this.open.addEventListener("click",()=>e(t.tier)),this.body=l("div",this.node,"mk-floor-body"),this.kind=a.kind(t),this.rows=[];for(let i of t.rows){let r=i.length>1?l("div",this.body,"mk-beside-each-other"):this.body;for(let o of i)this.rows.push(new xt(r,o))}}static kind(t){let e=t.rows.map(s=>s.map(xt.kind).join(","));return`${t.tier}|${e.join(";")}`}draw(t,e,{opened:s,closer:i,fresh:r}){$(this.title,t.title),$(this.note,t.note),$(this.count,t.count),$(this.open,t.opens);let o=t.tier===s;this.open.title=`${o?"close":"open"} the closer view: ${t.opens}`,this.open.setAttribute("aria-expanded",String(o)),this.node.classList.toggle("mk-acting",t.acting),this.node.classList.toggle("mk-opened",o&&!!i),o&&i&&i.parentElement!==this.node&&this.node.append(i);let n=0;for(let m of t.rows){let h=(this.width-24*(m.length-1))/m.length;for(let d of m)this.rows[n++].draw(d,h,e,r)}}},wt=class{constructor(t,{open:e}){this.open=e,this.parts=this,this.body=l("div",t,"mk-body"),this.story=l("div",this.body,"mk-story"),l("div",this.story,"mk-story-title","The story so far"),this.list=l("ol",this.story),this.list.tabIndex=0,this.tower=l("div",this.body,"mk-picture"),this.thread=x("svg",this.tower,{class:"mk-thread","aria-hidden":"true"}),this.path=x("path",this.thread,{d:""}),this.drawn="",this.floors=[],this.travellers=[]}draw(t,e){let s=this.shown!==void 0&&t.step===this.shown+1;this.shown=t.step,this.tower.setAttribute("aria-label",t.sentence||""),this.drawStory(t.story),this.drawFloors(t.floors,e);let i=this.tower.querySelector(".mk-open:not([hidden])");this.tower.setAttribute("role",i?"group":"img"),this.scrollStory(),this.points=t.thread,this.settle();for(let r of this.travellers)r.remove();this.travellers=s&&!Ws()?this.travel(t.journeys||[]):[]}settle(){this.drawThread(this.points)}drawStory(t){for(this.story.hidden=!t.length,this.body.classList.toggle("mk-with-story",t.length>0),t.forEach(([e,s,i],r)=>{let o=this.list.children[r];o||(o=l("li",this.list),l("span",o,"mk-number"),l("span",o,"mk-told")),o.className!==`mk-${i}`&&(o.className=`mk-${i}`,i==="now"?o.setAttribute("aria-current","step"):o.removeAttribute("aria-current")),$(o.firstChild,String(e)),$(o.lastChild,s)});this.list.children.length>t.length;)this.list.lastChild.remove()}scrollStory(){let t=this.list.querySelector(".mk-now");if(t&&t!==this.scrolledTo){this.scrolledTo=t;let e=this.list,s=t.offsetTop-24,i=t.offsetTop+t.offsetHeight+24-e.clientHeight;i>e.scrollTop&&(e.scrollTop=i),s<e.scrollTop&&(e.scrollTop=s)}}drawFloors(t,e){let s=(r,o)=>r.reduce((n,m)=>n+o(m),0),i=s(t,r=>s(r.rows.flat(),o=>o.bar?0:o.cells.length));t.forEach((r,o)=>{let n=bt.kind(r);if(this.floors[o]?.kind===n)return;let m=new bt(r,this.open);this.floors[o]?this.floors[o].node.replaceWith(m.node):this.tower.insertBefore(m.node,this.thread),this.floors[o]=m,this.measured=""});for(let r of this.floors.splice(t.length))r.node.remove();this.measure(`${e.width} ${this.story.hidden}`),t.forEach((r,o)=>{this.floors[o].draw(r,i>Rs,e)})}measure(t){if(this.measured!==t){this.measured=t;for(let e of this.floors)e.width=Math.max(120,e.body.clientWidth||600)}}drawThread(t){if(!t.length&&!this.drawn)return;let e=this.tower.getBoundingClientRect(),s=t.filter(o=>!o||!this.floors[o[0]].node.matches(".mk-opened")),i="",r=null;for(let o of s){if(o||(r=null),!o)continue;let[n,m,h]=o,d=this.floors[n].rows[m].place(h,e);if(r&&d[1]<r[2])i+=`M${r[0]} ${(r[1]+r[2])/2} L${d[0]} ${(d[1]+d[2])/2} `;else if(r){let k=Math.max(12,(d[1]-r[2])/2);i+=`M${r[0]} ${r[2]} C${r[0]} ${r[2]+k},${d[0]} ${d[1]-k},${d[0]} ${d[1]} `}r=d}i!==this.drawn&&this.path.setAttribute("d",i),this.drawn=i}get rows(){return this.floors.flatMap(t=>t.rows).filter(t=>t.count&&t.cells.offsetParent)}any(){return this.floors.length>0}at({clientX:t,clientY:e}){let s=null;return this.rows.forEach((i,r)=>{let o=i.at(t,e);o>=0&&(s=[r,o])}),s}first(){let{rows:t}=this,e=t.findIndex(({row:s})=>s.touched?.length);return e>=0?[e,t[e].row.touched[0][0]]:t.length?[0,0]:null}next([t,e],[s,i]){let{rows:r}=this,o=r[t];if(s)return[t,Math.max(0,Math.min(o.count-1,e+s))];let n=o.g&&Math.round(o.g.per),m=e+i*n;if(n&&o.g.lines>1&&m>=0&&m<o.count)return[t,m];let h=o.box(e).x+o.box(e).width/2,d=r.findIndex((g,u)=>u>t&&Ce(g,o,i)),k=r.findLastIndex((g,u)=>u<t&&Ce(g,o,i)),c=i>0?d:k;if(c<0)return[t,e];let f=Array.from({length:r[c].count},(g,u)=>u),p=g=>{let u=r[c].box(g);return Math.abs(u.x+u.width/2-h)+.01*Math.abs(u.y-o.box(e).y)};return[c,f.reduce((g,u)=>p(u)<p(g)?u:g,0)]}box([t,e]){let s=this.rows[t];return s&&e<s.count?s.box(e):null}says([t,e]){let s=this.rows[t];return s&&e<s.count?s.says(e):""}travel(t){let e=this.tower.getBoundingClientRect(),s=([r,o,n])=>{let[m,h,d]=this.floors[r].rows[o].place(n,e);return`translate(${m-6}px, ${(h+d)/2-7}px)`},i=([r])=>!this.floors[r].node.matches(".mk-opened");return t.filter(r=>r.every(i)).map(([r,o])=>{let n=E(this.thread,{x:0,y:0,width:12,height:14}),m=n.animate([{transform:s(r)},{transform:s(o)}],{duration:Bs,easing:"ease-in-out"});return m.onfinish=()=>n.remove(),n})}},Ws=()=>window.matchMedia("(prefers-reduced-motion: reduce)").matches;function Ce(a,t,e){return(a.cells.getBoundingClientRect().y-t.cells.getBoundingClientRect().y)*e>2}var Ds=350,Ps=2100,j=[56,22],_=class a{static WIDE=236;static HIGH=148;constructor(t){this.node=x("g",t,{class:"mk-clock"}),this.head=R("hatch"),U(x("defs",t,{}),this.head,"mk-way-head",7)}draw(t,e,s,i){this.node.replaceChildren();let r=this.shown!==void 0&&i.step===this.shown+1;if(this.shown=i.step,!t)return;let o=t.frames.length,n=[e+a.WIDE/2,Math.max(s,a.HIGH)/2],m=[a.WIDE/2-j[0]/2-6,n[1]-j[1]/2-4],h=(p,g)=>x(p,this.node,g),d=(p,g,u,b)=>{h("text",{x:g,y:u,class:b}).textContent=p},k=p=>2*Math.PI*p/o-Math.PI/2,c=(p,g=1)=>[n[0]+Math.cos(k(p))*m[0]*g,n[1]+Math.sin(k(p))*m[1]*g];h("ellipse",{cx:n[0],cy:n[1],rx:m[0],ry:m[1],class:"mk-clock-line"});let f=Math.min(t.way,o-.12);if(f>0){let p=Array.from({length:25},(u,b)=>c(t.hand-f+f*b/24,.3));h("path",{d:`M${p.map(u=>u.join(" ")).join("L")}`,class:"mk-way"}).setAttribute("marker-end",`url(#${this.head})`)}t.frames.forEach(({page:p,kind:g,count:u},b)=>{let[y,v]=c(b),[w,A]=[y-j[0]/2,v-j[1]/2],C=(L,S,O=0)=>h("rect",{x:w+O,y:A+O,width:L-2*O,height:j[1]-2*O,rx:2,class:S});C(j[0],"mk-clock-page"),C(j[0],`mk-frame-cell mk-${g==="loaded"?"kept":g}`);let I=w+j[0]/2-2;h("line",{x1:I,x2:I,y1:A,y2:A+j[1],class:"mk-clock-line"}),d(p,(w+I)/2,v+5,"mk-page mk-in-loaded"),d(u,(I+w+j[0])/2,v+5,u.length>1?"mk-page mk-count-down":"mk-page"),i.rows[b].next&&C(j[0],"mk-goes",3);let{touched:P,only:et=[]}=i.rows[b],M={x:w,y:A,width:j[0],height:j[1]};et.includes(i.now)&&E(this.node,M,"mk-differs",P?3.5:0),P&&E(this.node,M);let z=Math.min((j[0]/2+8)/Math.abs(y-n[0]),(j[1]/2+10)/Math.abs(v-n[1]));d(String(b),y+(n[0]-y)*z,v+(n[1]-v)*z+5,"mk-clock-number")}),this.drawHand(t,n,c,k,m,o,r),d(i.kept==="bit"?"page, bit":`page, ${i.kept}`,e+2,13,"mk-clock-told")}drawHand(t,e,s,i,r,o,n){let m=x("line",this.node,{class:"mk-hand"}),h=f=>{let[p,g]=s(f,.42);for(let[u,b]of Object.entries({x1:e[0],y1:e[1],x2:p,y2:g}))m.setAttribute(u,b)};if(x("circle",this.node,{cx:e[0],cy:e[1],r:4.5,class:"mk-hand-nut"}),h(t.hand),cancelAnimationFrame(this.going),!n||!t.way||matchMedia("(prefers-reduced-motion: reduce)").matches)return;let d=Math.min(Ds,Ps/t.way),k=performance.now(),c=f=>{let p=Math.min(t.way,(f-k)/d),g=Math.floor(p),u=g+Math.min(1,(p-g)*2);h(t.hand-t.way+Math.min(t.way,u)),p<t.way&&(this.going=requestAnimationFrame(c))};c(k)}};var J=22,Ks=3,Z=70,Gs=9.2,Us=46,Fs=8.6,Vs=13,_s=[["marks",1],["out",2]],vt=class{constructor(t,e){this.node=x("g",t,{}),this.tag=e,this.known=[]}begin(){this.n=0}put(t,e=""){let s=this.n++,i=JSON.stringify([t,e]);if(this.known[s]===i)return;this.known[s]=i;let r=this.node.children[s]??x(this.tag,this.node,{});for(let[o,n]of Object.entries(t))r.setAttribute(o,n);r.textContent!==e&&(r.textContent=e)}end(){for(this.known.length=this.n;this.node.children.length>this.n;)this.node.lastChild.remove()}};function Js(a,t){let{refs:e,now:s,rows:i,marks:r,out:o,differs:n={}}=a;if(e.length<=t)return a;let m=Math.max(0,Math.min(e.length-t,s-t+1+Math.floor(t/Ks))),h=k=>k.slice(m,m+t),d=(k=[])=>k.map(([c,f])=>[Math.max(0,c-m),Math.min(t,f-m)]).filter(([c,f])=>c<f);return{...a,refs:h(e),now:s-m,rows:i.map(k=>({...k,cells:h(k.cells),only:(k.only??[]).map(c=>c-m).filter(c=>c>=0)})),marks:h(r),out:h(o),differs:{marks:d(n.marks),out:d(n.out)},caption:`${a.caption}${a.caption&&" \xB7 "}columns ${m+1} to ${m+t} of ${e.length}`}}var yt=class{constructor(t){this.body=l("div",t,"mk-floor"),this.body.dataset.tier="frames";let e=l("div",this.body,"mk-head");this.title=l("div",e,"mk-title"),this.note=l("div",e,"mk-note"),this.count=l("div",e,"mk-count"),this.place=l("div",this.body,"mk-floor-body"),this.place.setAttribute("role","img"),this.svg=x("svg",this.place,{"aria-hidden":"true",class:"mk-frames"}),this.boxes=new vt(this.svg,"rect"),this.texts=new vt(this.svg,"text"),this.marks=x("g",this.svg,{}),this.ring=new _(this.svg),this.caption=l("div",this.place,"mk-caption")}draw(t,e){let s=this.body.closest(".mk-grid")?.className,i=Math.max(240,q(this.place,`${e.width} ${s}`)||600),{room:r=Vs}=t,o=r==="clock"?_.WIDE:Fs*r+24,n=Math.max(...t.refs.map(M=>M.length),...t.rows.map(M=>M.cells[t.now][0].length)),m=Gs*n+6,h=Js(t,Math.max(2,Math.floor((i-Z-o)/m)));for(let M of["title","note","count","caption"])$(this[M],h[M]);this.place.setAttribute("aria-label",h.sentence);let{refs:d,rows:k,now:c,labels:f,clock:p}=h,g=(i-Z-o)/d.length,u=Math.max(m,Math.min(Us,g)),b=Z+d.length*u+12,y=k.length+1,v=_s.filter(([,M])=>f[M]),w=y+v.length,A=Math.max(i,b+o-12);this.svg.setAttribute("width",A),this.svg.setAttribute("height",Math.max(w*J+4,p?_.HIGH:0)),this.ring.draw(p,A-_.WIDE,w*J,h),this.boxes.begin(),this.texts.begin();let C=(M,z,L,S)=>this.texts.put({x:z,y:L*J+16,class:S},M),I=(M,z,L,S=2)=>this.boxes.put({x:Z+M*u+S,y:z*J+S,rx:2,class:L,width:u-2*S,height:J-2*S});this.marks.replaceChildren();let P=(M,z,L,S)=>{let O={x:Z+M*u+2,y:z*J+2};E(this.marks,{...O,width:u-4,height:J-4},L,S)},et=M=>Z+(M+.5)*u;C(f[0],0,0,"mk-said"),p||C(h.kept,b,0,"mk-said"),d.forEach((M,z)=>C(M,et(z),0,z>c?"mk-page mk-later":"mk-page")),k.forEach((M,z)=>{C(M.label,0,z+1,"mk-said"),p||C(M.note,b,z+1,"mk-noted"),M.cells.forEach(([L,S,O],B)=>{I(B,z+1,`mk-frame-cell mk-${S}`),C(L,et(B),z+1,`mk-page mk-in-${S}`),O&&P(B,z+1,"mk-differs",M.touched&&B===c?3.5:0)});for(let L of M.only??[])L<c?I(L,z+1,"mk-alone",3):P(L,z+1,"mk-differs",M.touched?3.5:0);M.next&&I(c,z+1,"mk-goes",5),M.touched&&P(c,z+1)}),v.forEach(([M,z],L)=>{C(f[z],0,y+L,"mk-said"),h[M].forEach((S,O)=>{let B=M==="marks"&&S==="F";B&&I(O,y+L,"mk-frame-cell mk-fault"),C(S,et(O),y+L,B||M==="out"?"mk-page":"mk-page mk-later")});for(let[S,O]of h.differs?.[M]??[])for(let B=S;B<O;B++)P(B,y+L,"mk-differs")}),P(c,0),this.boxes.end(),this.texts.end()}};var Se=46,Xs=38,N=34,$t=8.6,Mt=class{constructor(t){this.floor=l("div",t,"mk-floor mk-heap"),this.floor.dataset.tier="mheap";let e=l("div",this.floor,"mk-head");for(let i of["title","note","count"])this[i]=l("div",e,`mk-${i}`);this.inner=l("div",this.floor,"mk-floor-body"),this.inner.setAttribute("role","img"),this.svg=x("svg",this.inner,{"aria-hidden":"true",class:"mk-region"});let s=x("defs",this.svg,{});this.key=R("heap"),G(s,`${this.key}-hatch`),U(s,`${this.key}-head`,"mk-arrow-head"),this.g=x("g",this.svg,{}),this.caption=l("div",this.inner,"mk-caption"),this.meters=l("div",this.inner,"mk-meters")}draw(t,e){let s=Math.max(280,q(this.inner,e.width)||700);for(let f of["title","note","count","caption"])$(this[f],t[f]);this.inner.setAttribute("aria-label",`${t.sentence} ${t.caption}`);let i=t.listed?Se:2,r=t.listed?Xs:8,o=(s-i-4)/t.size,n=f=>i+f*o;this.svg.setAttribute("width",s),this.svg.setAttribute("height",r+N+44),this.g.replaceChildren();let m=(f,p,g,u)=>{x("text",this.g,{x:p,y:g,class:u}).textContent=f};for(let f of t.blocks)this.drawBlock(f,n,r,o,m);t.listed&&this.drawList(t,n,r,m);let h=-1e9,d=s-2,k=t.ticks.length-1,c=t.ticks[k][1].length*$t;t.ticks.forEach(([f,p],g)=>{let u=p.length*$t,b=g===k?d-u:n(f);b<h||g<k&&b+u+8>d-c||(x("line",this.g,{x1:n(f),x2:n(f),y1:r+N,y2:r+N+24,class:"mk-tick"}),m(p,b,r+N+38,"mk-address-tick"),h=b+u+8)}),this.drawMeters(t.meters)}drawBlock(t,e,s,i,r){let o=e(t.at)+1,n=Math.max(2,t.size*i-2),m=(f,p,g,u=0)=>x("rect",this.g,{x:f+u,y:s+u,width:Math.max(1,p-2*u),height:N-2*u,rx:2,class:g});m(o,n,t.live?"mk-block mk-live":"mk-block mk-free-block");let h=t.live?(t.size-t.asked)*i:0;h>1&&(m(o+n-h,h,"mk-waste").style.fill=`url(#${this.key}-hatch)`);let d=n-h-4,k=t.texts.find(f=>f.length*$t<=d);k?r(k,o+(n-h)/2,s+N/2+5,"mk-in-block"):$t*t.name.length<=n&&r(t.name,o+n/2,s+N/2+5,"mk-in-block");let c={x:o,y:s,width:n,height:N};if(t.touched&&E(this.g,c),t.differs&&E(this.g,c,"mk-differs",t.touched?3.5:0),t.number){let f=t.found?`\u25B2${t.number}`:String(t.number);r(f,o+n/2,s+N+17,t.found?"mk-cursor mk-found":"mk-cursor")}}drawList(t,e,s,i){i("list",2,s+N/2+5,"mk-said");let r=h=>e(t.blocks[h].at+t.blocks[h].size/2),o=h=>Math.min(9,(e(t.blocks[h].size)-e(0))/5),n=Se/2-6,m=s+N/2-10;t.chain.forEach((h,d)=>{let k=d>0&&r(h)<r(t.chain[d-1]),c=r(h)+(k?1:-1)*o(h);d>0&&(n=r(t.chain[d-1])+(k?-1:1)*o(t.chain[d-1]),m=s);let f=Math.min(s-6,14+Math.abs(c-n)*.07),p=`M${n} ${m} C${n} ${s-f*1.25},${c} ${s-f*1.25},${c} ${s-1}`;x("path",this.g,{d:p,class:k?"mk-link mk-backwards":"mk-link"}).setAttribute("marker-end",`url(#${this.key}-head)`)})}drawMeters(t){t.forEach((e,s)=>{let i=this.meters.children[s];if(!i){i=l("div",this.meters,"mk-meter");let n=l("div",i,"mk-meter-words");l("span",n,"mk-meter-name"),l("span",n,"mk-caption"),l("div",l("div",i,"mk-meter-bar"),"mk-meter-fill")}let[r,o]=i.children;$(r.firstChild,e.name),$(r.lastChild,e.text),o.firstChild.style.width=`${100*e.share}%`})}};var Q=58,Ys=176,D=132,tt=22,Et=7.8,At=class{constructor(t){this.floor=l("div",t,"mk-floor mk-lanes"),this.floor.dataset.tier="frames";let e=l("div",this.floor,"mk-head");for(let s of["title","note","count"])this[s]=l("div",e,`mk-${s}`);this.inner=l("div",this.floor,"mk-floor-body"),this.svg=x("svg",this.inner,{"aria-hidden":"true",class:"mk-timeline"}),this.hatch=R("hatch"),G(x("defs",this.svg,{}),this.hatch,6),this.g=x("g",this.svg,{})}draw(t,e,s){for(let v of["title","note","count"])$(this[v],t[v]);let i=Math.min(Ys,s*.24),r=Q+i+14,o=Math.min(48,(s-r-2)/e.columns),n=v=>2+D*(1-v/e.top);this.svg.setAttribute("width",s),this.svg.setAttribute("height",D+tt+4),this.g.replaceChildren();let m=(v,w)=>x(v,this.g,w),h=(v,w,A,C="mk-said")=>{m("text",{x:w,y:A,class:C}).textContent=v},d=r+o*e.columns,k=Number.POSITIVE_INFINITY;t.ticks.forEach(([v,w],A)=>{m("line",{x1:Q-4,x2:d,y1:n(v),y2:n(v),class:"mk-tick"});let C=Math.min(D+2,Math.max(12,n(v)+4));k-C<13||A<t.ticks.length-1&&C<25||(h(w,Q-8,C,"mk-address-tick"),k=C)});let c=i/Math.max(1,t.branches);for(let v of t.plan)this.block(e,v,Q+v.first*c,c-3,n);for(let v of t.blocks){let w=v.last-v.first+1;this.block(e,v,r+v.first*o,w*o-1.5,n)}(i>150?t.aside:[]).forEach((v,w)=>h(v,Q+2,D/2-14+18*w));let p=Math.ceil((Et+1)/o),g=v=>r+(v+.5)*o,u=e.runs[e.now],b=u?Math.max(o,u.length*Et)/2+2:0,y=Math.max(r,Math.min(d-2*b,g(e.now)-b));u&&(m("rect",{x:y,y:D+5,width:2*b,height:tt-4,rx:2,class:"mk-now-bar"}),h(u,y+b,D+tt-4,"mk-column mk-column-now")),e.runs.forEach((v,w)=>{let A=e.short[v],C=Math.abs(g(w)-y-b)-b-A.length*Et/2;w%p===0&&w!==e.now&&(!u||C>2)&&h(A,g(w),D+tt-4,"mk-column")}),t.plan.length&&h("the plan",Q,D+tt-4),h("runs",r-8,D+tt-4,"mk-address-tick")}block(t,e,s,i,r){let o=r(e.top),n={x:s,y:o+.5,width:Math.max(1,i),height:Math.max(1,r(e.bottom)-o-1.5),rx:1.5},m={"#":"used","-":"reserved","/":"third"}[e.state],h=x("rect",this.g,{...n,class:`mk-module mk-module-${m}`}),d=t.modules.indexOf(e.name)/Math.max(1,t.modules.length-1);if(m!=="reserved"&&h.style.setProperty("--mk-share",`${Math.round(14+36*d)}%`),e.over||m==="third"){let f=e.over?Math.min(n.width,16):n.width,p=x("rect",this.g,{...n,x:s+n.width-f,width:f});p.style.fill=`url(#${this.hatch})`,p.style.stroke="none"}let c=[e.name,t.short[e.name]].find(f=>f.length*Et+4<=n.width);c&&n.height>=13&&(x("text",this.g,{x:s+n.width/2,y:o+n.height/2+5,class:"mk-in-module"}).textContent=c),e.now&&x("rect",this.g,{...n,class:"mk-touched"}),e.differs&&E(this.g,n,"mk-differs",e.now?3.5:0)}},Ct=class{constructor(t){this.body=l("div",t,"mk-picture"),this.body.setAttribute("role","img"),this.panels=[new At(this.body),new At(this.body)],this.read=l("div",this.body,"mk-read"),this.legend=l("div",this.body,"mk-caption")}draw(t,e){this.body.setAttribute("aria-label",t.sentence),t.panels.forEach((s,i)=>{let r=Math.max(280,q(this.panels[i].inner,e.width)||700);this.panels[i].draw(s,t,r)}),this.read.replaceChildren(),l("span",this.read,"","read from disk");for(let[s,i,r]of t.read)l("span",this.read,"mk-read-name",s),l("span",l("span",this.read,"mk-read-bar")).style.width=`${100*i}%`,l("span",this.read,"",r);$(this.legend,t.legend)}};var Te=22,zt=class{constructor(t,e){this.node=l("div",t,"mk-fork"),this.pickable=e}draw(t,e,s){if(this.node.replaceChildren(),this.node.hidden=!t,!!t){this.marks=s,this.row((i,r)=>{r.className=`mk-numbers${e[i].acting?" mk-acting":""}`;for(let[o,n]of e[i].numbers)this.pickable(l("span",r,"mk-number-of",n),o)},i=>l("div",i,"mk-title","frames")),this.row((i,r)=>{let[o,n,m]=t.folded[i];r.className="mk-folded",this.pickable(r,o,`${n}, ${m}`),l("span",r,"",n),l("span",r,"mk-area-size",m)});for(let i of t.groups){this.row((r,o)=>{let n=i.heads[r];n&&(o.className=`mk-fork-head${s(n)}`,this.pickable(o,n.key,[n.name,n.prot,n.size,n.note].filter(Boolean).join(", ")),l("span",o,"mk-area-name",n.name),l("code",o,"mk-prot",n.prot),l("span",o,"mk-caption",n.note),l("span",o,"mk-area-size",n.size))});for(let r of i.lines)this.line(r)}}}row(t,e=()=>{},s=()=>{}){let i=l("div",this.node,"mk-fork-row"),r=o=>t(o,l("div",l("div",i,"mk-fork-side"),""));r(0),s(0,l("div",i)),e(l("div",i,"mk-between")),s(1,l("div",i)),r(1)}line(t){let e=Te*Math.max(1,t.frames.length),s=t.first===t.last?`page ${t.first}`:`pages ${t.first} to ${t.last}`;this.row((i,r)=>{let o=t.sides[i];r.className=`mk-page-cell mk-${o.state}${this.marks(o)}`,l("span",r,"",`${s} \xB7 ${o.text}`)},i=>{t.frames.forEach((r,o)=>{let n=l("div",l("div",i,"mk-fork-frame"),"");n.className=`mk-page-cell mk-${r.state}${this.marks(r)}`,l("span",n,"",r.who==="Z"?`${r.text}: zeros`:`${r.text}: ${r.who}`),this.pickable(n,r.key,`frame ${r.text}: ${r.who}`),t.copied&&o&&l("span",n.parentElement,"mk-copied-here",r.touched?"\u2193":"\u2191")})},(i,r)=>{let o=t.sides[i];if(o.frame===null)return;let n=(o.frame+.5)*Te,m=`M0 ${e/2} C50 ${e/2},50 ${n},100 ${n}`,h=x("svg",r,{viewBox:`0 0 100 ${e}`,preserveAspectRatio:"none","aria-hidden":"true",class:"mk-lane"}),d=x("path",h,{d:m,class:o.touched?"mk-lane-now":""});i&&d.setAttribute("transform","matrix(-1 0 0 1 100 0)")})}};var Gt=({touched:a,differs:t})=>(a?" mk-on":"")+(t?" mk-other":""),Lt="[data-key][role]",St=class{constructor(t,{pick:e}){this.pick=e,this.body=l("div",t,"mk-map"),this.columns=l("div",this.body,"mk-columns"),this.fork=new zt(this.body,(...s)=>this.pickable(...s)),this.beside=l("div",this.body,"mk-beside-map"),this.strips=l("div",this.beside,"mk-strips"),this.told=l("div",this.beside,"mk-told"),this.legend=l("div",this.body,"mk-caption"),this.told.setAttribute("aria-live","polite"),this.thread=x("svg",this.body,{class:"mk-thread","aria-hidden":"true"}),this.path=x("path",this.thread,{}),this.body.addEventListener("click",s=>{let i=s.target.closest(Lt);i&&this.choose(i)}),this.body.addEventListener("keydown",s=>this.onKey(s))}onKey(t){let e=t.target.closest(Lt);if(!e||t.ctrlKey||t.metaKey||t.altKey)return;let s=[...this.body.querySelectorAll(Lt)],i={ArrowDown:1,ArrowUp:-1,Enter:0}[t.key];i!==void 0&&(t.preventDefault(),t.stopPropagation(),this.choose(s[Math.max(0,Math.min(s.length-1,s.indexOf(e)+i))]))}choose(t){t.focus(),this.pick(t.dataset.key)}pickable(t,e,s){t.dataset.key=e,this.picture.holds&&(t.setAttribute("role","button"),s&&t.setAttribute("aria-label",s))}draw(t,{picked:e}){let s=this.body.contains(document.activeElement)&&document.activeElement.dataset.key;this.picture=t,this.fork.draw(t.fork,t.columns,Gt);let i=t.fork?[]:t.columns,r=t.fork?t.strips.slice(1):t.strips;this.columns.replaceChildren(...i.map(o=>this.column(o))),this.columns.hidden=!i.length,this.body.classList.toggle("mk-two",t.columns.length>1),$(this.legend,t.legend[0]),this.strips.replaceChildren(...r.map(o=>this.strip(o))),t.legend[1]&&r.length&&!t.fork&&$(l("div",this.strips.firstChild.lastChild,"mk-caption"),t.legend[1]),this.mark(e,s),this.drawThread(t.thread||[])}mark(t,e){let{holds:s,told:i}=this.picture,r=s?.[t],o=[...this.body.querySelectorAll(Lt)];for(let m of o){let h=!!r&&m.dataset.key===t;m.setAttribute("aria-pressed",String(h)),m.classList.toggle("mk-picked",h),m.tabIndex=-1}let n=o.find(m=>m.dataset.key===(e||t))||o[0];n&&(n.tabIndex=0),e&&n&&n.focus({preventScroll:!0}),r?this.drawTold(...r):this.drawTold(i?.title,i?.lines)}column(t){let e=document.createElement("div");e.className=`mk-column${t.acting?" mk-acting":""}`;let s=l("div",e,"mk-numbers");for(let[r,o]of t.numbers){let n=l("span",s,"mk-number-of",o);r&&this.pickable(n,r)}let i=l("div",e,"mk-space");i.style.setProperty("--mk-at",`${Math.max(...t.rows.map(r=>r.at.length))+2}ch`);for(let r of t.rows)this.row(i,r);return e}row(t,e){let s=l("div",t,`mk-space-row mk-is-${e.kind}${Gt(e)}`);s.dataset.tier="space";let i=l("div",s,"mk-area");s.classList.toggle("mk-among",!!e.among);let r=l("span",s,"mk-at",e.at),o=e.key.split(" ")[0];this.pickable(i,e.key,[e.name,e.prot,e.size,e.at,e.note].filter(Boolean).join(", ")),e.kind!=="group"&&this.pickable(r,`${o} at ${e.at}`,`lower edge ${e.at}`),l("span",i,"mk-area-name",e.name),e.prot&&l("code",i,"mk-prot",e.prot);let n=l("span",i,"mk-cells-of");for(let h of e.cells)this.cell(n,h,o);if(e.share!==null){let h=l("span",n,"mk-share");l("span",h,"mk-share-in").style.width=`${100*e.share}%`}let m=l("span",i,"mk-area-more");e.held!==void 0?l("span",m,"mk-held",e.held):e.note&&l("span",m,"mk-area-note",e.note),e.marks&&l("code",m,"mk-marks",`\u25C2 ${e.marks}`),l("span",i,"mk-area-size",e.size)}cell(t,e,s){let i=l("span",t,`mk-page-cell mk-${e.state}${Gt(e)}`);return e.text&&l("span",i,"",e.text),e.touched&&(i.dataset.touched=`${s} page`),i}strip(t){let e=document.createElement("div");e.className="mk-floor",e.dataset.tier="frames";let s=l("div",e,"mk-head");l("div",s,"mk-title",t.title),l("div",s,"mk-note",t.note);let i=l("div",e,"mk-floor-body"),r=l("div",i,"mk-frame-cells");for(let o of t.cells){let n=l("span",r,"mk-frame");o.label&&l("span",n,"mk-frame-number",o.label),this.cell(n,o,"").removeAttribute("data-touched"),o.key&&this.pickable(n,o.key,`${o.key}: ${o.text||"free"}`)}return e}drawTold(t,e){if(this.told.replaceChildren(),this.told.hidden=!t&&!this.picture.hint,!t){l("p",this.told,"mk-caption",this.picture.hint);return}l("div",this.told,"mk-title",t);let s=l("div",this.told,"mk-fields");for(let[i,r,o]of e){let n=l("div",s);l("div",n,"mk-field",[i,r].filter(Boolean).join(" = ")),l("div",n,"mk-meaning",o)}}drawThread([t,e]){let s=this.body.getBoundingClientRect(),i=t&&this.body.querySelector(`[data-touched="${t}"]`),r=e&&this.strips.querySelector(`[data-key="${e}"]`);if(this.path.setAttribute("d",""),!i||!r)return;let[o,n]=[i,r.querySelector(".mk-page-cell")].map(f=>f.getBoundingClientRect()),m=i.closest(".mk-column").getBoundingClientRect().right-s.left+8,h=i.closest(".mk-area").getBoundingClientRect().bottom-s.top,d=o.left+o.width/2-s.left,k=r.getBoundingClientRect().top-s.top-2,c=n.left-s.left-3;this.path.setAttribute("d",`M${d} ${o.bottom-s.top} V${h} H${m} V${k} H${c} V${(n.top+n.bottom)/2-s.top} h3`)}};var Zs={r:"mk-red-zone",u:"mk-unwritten",i:"mk-written",f:"mk-freed","-":"mk-red-zone"},X=26,je=7,Oe=24,Tt=class{constructor(t){this.body=l("div",t,"mk-ward-body"),this.code=l("ol",this.body,"mk-code-lines"),this.code.setAttribute("aria-label","the program"),this.floor=l("div",this.body,"mk-floor mk-shadows"),this.floor.dataset.tier="mheap",this.inner=l("div",this.floor,"mk-pointing"),this.variables=l("div",this.inner,"mk-variables"),this.blocks=l("div",this.inner,"mk-floor-body"),this.arrows=x("svg",this.inner,{class:"mk-arrows","aria-hidden":"true"}),this.head=R("hatch"),U(x("defs",this.arrows,{}),this.head,"mk-points-head"),this.lines=x("g",this.arrows,{}),this.note=l("div",this.floor,"mk-caption"),this.report=l("div",this.body,"mk-report"),this.report.setAttribute("aria-live","polite"),this.score=l("div",this.body,"mk-score")}draw(t,e){let s=t.variables??[];this.inner.classList.toggle("mk-has-variables",s.length>0);let i=`${e.width} ${s.length>0}`,r=t.pointers?.length?Oe:0,o=Math.max(200,(q(this.blocks,i)||500)-r);this.code.replaceChildren(),t.code.forEach((m,h)=>{let d=l("li",this.code,m.ran?"":"mk-later");d.classList.toggle("mk-now",m.now),d.classList.toggle("mk-other",!!m.differs),m.now&&d.setAttribute("aria-current","step"),l("span",d,"mk-pointer",m.now?"\u25B6":"").setAttribute("aria-hidden","true"),l("span",d,"mk-number",String(h+t.first)),l("span",d,"mk-told",m.text),m.sick&&l("span",d,"mk-sick","\u25C0 here")});let n=l("li",this.code,t.ended?"mk-now":"mk-later");l("span",n,"mk-pointer",t.ended?"\u25B6":""),l("span",n,"mk-number",""),l("span",n,"mk-told mk-end","the end"),this.drawBlocks(t,o),this.drawVariables(s,t.per,o),this.drawPointers(t.pointers??[],t.per),$(this.note,t.note),this.report.classList.toggle("mk-waiting",!t.told),this.report.classList.toggle("mk-finding",t.found),this.report.classList.toggle("mk-other",!!t.differs),this.report.textContent!==t.report&&(this.report.textContent=t.report),$(this.score,t.score),this.placeReport()}drawVariables(t,e,s){this.lines.replaceChildren(),this.variables.replaceChildren(...t.map(m=>{let h=l("div",null,`mk-variable${m.new?" mk-on":""}`);return l("span",h,"",m.name),m.text&&l("span",h,"",m.text==="nowhere"?"?":m.text),h}));let i=this.inner.getBoundingClientRect(),r=[...this.blocks.querySelectorAll(".mk-shadow")].map(m=>m.getBoundingClientRect()),o=Math.min(20,(s-4)/e),n=new Map;t.forEach((m,h)=>{let d=this.variables.children[h].getBoundingClientRect(),k=d.right-i.left,c=(d.top+d.bottom)/2-i.top,f=m.new?"mk-points mk-points-now":"mk-points",p=`M${k} ${c} h14`;if(m.text==="NULL"&&(p=`M${k} ${c} h8 m0 -6 v12`),!m.text){let u=r[m.block],b=Math.floor(m.at/e),y=n.get(`${m.block} ${b}`)??0;n.set(`${m.block} ${b}`,y+1);let v=u.left-i.left-6-je*(t.length-1-h),w=u.top-i.top+2+b*X,A=b?w-2:w-4-3*Math.min(y,3);p=`M${k} ${c} H${v} V${A} H${u.left-i.left+2+m.at%e*o+3} V${w+3}`}let g=x("path",this.lines,{d:p,class:f});m.text!=="NULL"&&g.setAttribute("marker-end",`url(#${this.head})`)})}drawPointers(t,e){let s=this.inner.getBoundingClientRect(),i=[...this.blocks.querySelectorAll(".mk-shadow")].map(r=>r.getBoundingClientRect());t.forEach((r,o)=>{let n=(y,v)=>{let{left:w,top:A,width:C}=i[y],I=(C-4)/e;return[w-s.left+2+v%e*I,A-s.top+2+Math.floor(v/e)*X,I]},[m,h,d]=n(r.block,r.at),[k,c]=n(r.to,r.there),f=h+X-4,p=i[r.block].right-s.left+4+je*o%(Oe-6),g=Math.min(e-r.at%e,8)*d,u=`M${m+1} ${f+1} h${g-2} m${2-g/2-1} 0 v1.5 H${p} V${c-4} H${k+d/2+2} V${c+3}`;x("path",this.lines,{d:u,class:r.new?"mk-points mk-points-now":"mk-points"}).setAttribute("marker-end",`url(#${this.head})`)})}placeReport(){let t=this.body.closest(".mk-probe")?null:this.body.closest(".mk-ward");t&&this.report.parentElement!==t&&t.append(this.report,this.score)}drawBlocks(t,e){this.blocks.replaceChildren(),t.blocks.length||l("div",this.blocks,"mk-caption","No block has been allocated yet.");let s=Math.min(20,(e-4)/t.per);for(let i of t.blocks){let r=l("div",this.blocks,"mk-shadow-block");l("div",r,"mk-label",i.label);let o=Math.ceil(i.letters.length/t.per),n=x("svg",r,{width:s*t.per+4,height:o*X+2,"aria-hidden":"true",class:"mk-shadow"}),m=new Set(i.touched),h=c=>[2+c%t.per*s,2+Math.floor(c/t.per)*X];[...i.letters].forEach((c,f)=>{let[p,g]=h(f);x("rect",n,{x:p+.5,y:g,width:s-1,height:X-4,class:`mk-byte ${Zs[c]}`}),x("text",n,{x:p+s/2,y:g+16,class:"mk-byte-letter"}).textContent=c});let d=(c,f,p)=>{for(let g=0;g<i.letters.length;g++){if(!c(g))continue;let u=g;for(;c(g+1)&&(g+1)%t.per;)g++;let[b,y]=h(u);E(n,{x:b,y,width:(g-u+1)*s,height:X-4},f,p)}};d(c=>m.has(c),"mk-touched"),d(c=>(i.differs||[]).some(([f,p])=>f<=c&&c<p),"mk-differs",m.size?3.5:0)}}};var Ut={collector:pt,floors:wt,frames:yt,heap:Mt,overlays:Ct,process:St,ward:Tt};var Ie={step:"empty"},nt=class{name="";kind="";drawer=null;drawn=[];constructor(t,e){this.asks=e,this.node=l("div",t,"mk-grid"),this.telling=l("div",this.node,"mk-telling"),this.sentence=l("p",this.telling,"mk-sentence"),this.sentence.setAttribute("aria-live","polite"),this.refusal=l("p",this.telling,"mk-refusal mk-error"),this.refusal.setAttribute("role","alert"),this.empty=l("p",this.node,"mk-empty"),this.place=l("div",this.node,"mk-drawn"),this.words=l("details",this.node,"mk-words"),l("summary",this.words,"","in words"),this.table=l("table",l("div",this.words,"mk-table")),this.words.addEventListener("toggle",()=>this.drawWords()),this.refuse("")}reserve(t){this.telling.dataset.longest!==t&&(this.telling.dataset.longest=t)}draw(t,e){let{kind:s,step:i,look:r}=t??Ie,{sentence:o,error:n,empty:m}=t??Ie;it(this.node,["mk-grid",this.name,r].filter(Boolean).join(" ")),this.node.dataset.step=i??"";let h=[t,e.opened,e.picked,e.width];if(!e.fresh&&h.every((k,c)=>k===this.drawn[c]))return;this.drawn=h;let d=s in Ut?s:"";d!==this.kind&&this.begin(d);try{this.drawer?.draw(t,e),this.cursor?.follow()}catch(k){console.warn(k),this.begin(""),o="",n=`Step ${i} cannot be drawn: ${k.message}.`}$(this.sentence,o),this.telling.hidden=!o&&this.refusal.hidden,$(this.empty,n||m),this.empty.classList.toggle("mk-error",!!n),n?this.empty.setAttribute("role","alert"):this.empty.removeAttribute("role"),this.words.hidden=!d||!!n,this.drawWords()}begin(t){if(this.kind=t,this.place.replaceChildren(),this.cursor?.end(),this.drawer=this.cursor=null,!t)return;let e=l("div",this.place);this.drawer=new Ut[t](e,this.asks),this.cursor=new dt(this.place,this.drawer.parts??new ht(e))}refuse(t){$(this.refusal,t),this.sentence.classList.toggle("mk-unsaid",!!t),this.telling.hidden=this.sentence.hidden&&!t}get picture(){return this.drawn[0]}drawWords(){this.words.open&&ue(this.table,this.picture?.words??[])}};var Re={"\xBC/s":.25,"\xBD/s":.5,"1/s":1,"2/s":2,"4/s":4,"8/s":8},Be="1/s",Ne="all",qe=30,Qs=60,ti={first:"M4 3v12M14 4L8 9l6 5",back:"M12 4L6 9l6 5",play:"M5 4v10l8-5z",pause:"M5 4h2v10H5zM11 4h2v10h-2z",next:"M6 4l6 5-6 5",last:"M14 3v12M4 4l6 5-6 5"},ei=new Set(["play","pause"]),He=a=>`<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${ti[a]}"${ei.has(a)?"":' fill="none"'}/></svg>`;function si(a,t,e){let s=a+Math.min(t*e/1e3,1+e/4);return[Math.floor(s),s%1]}var jt=class{constructor(t,e){this.reel=e,this.node=l("div",t,"mk-controls"),this.timer=0,this.held=0;let s=r=>()=>this.move(this.reel.at+r);this.keys={Home:()=>this.move(0),ArrowLeft:s(-1)," ":()=>this.toggle(),ArrowRight:s(1),End:()=>this.move(this.reel.total-1),n:()=>this.jumpOn()};let i=(r,o,n,m,h)=>{let d=Y(this.node,`mk-${r}`,o,h);return d.title=`${o} (${n})`,d.innerHTML=He(m),d};this.first=i("first","first step","Home","first",this.keys.Home),this.back=i("back","step back","\u2190","back",this.keys.ArrowLeft),this.play=i("play","play","space","play",this.keys[" "]),this.next=i("next","next step","\u2192","next",this.keys.ArrowRight),this.last=i("last","last step","End","last",this.keys.End),this.slider=l("input",this.node,"mk-slider"),this.slider.type="range",this.slider.min=0,this.slider.setAttribute("aria-label","step"),this.slider.addEventListener("input",()=>this.move(Number(this.slider.value))),this.where=l("span",this.node,"mk-where"),this.jump=Y(this.node,"mk-jump","next",this.keys.n),this.jump.textContent="next",this.kind=l("select",this.node,"mk-kind"),this.kind.setAttribute("aria-label","kind of step to jump to"),this.kind.addEventListener("change",()=>{this.chosen=this.kind.value,this.draw()}),this.speed=l("select",this.node,"mk-speed"),this.speed.setAttribute("aria-label","speed, steps a second");for(let r of Object.keys(Re))this.speed.add(new Option(r,r));this.all=new Option(`all in ${qe} s`,Ne),this.speed.add(this.all),this.speed.value=Be,this.speed.addEventListener("change",()=>{this.owed=0}),this.kinds=[]}get rate(){return this.speed.value===Ne?this.reel.total/qe:Re[this.speed.value]}move(t){this.stop(),this.reel.move(t)}jumpOn(){let t=this.reel.film.next(this.kind.value,this.reel.at);t>=0&&this.move(t)}stop(){clearTimeout(this.timer),this.timer=0,this.drawPlay()}toggle(){if(this.timer)return this.stop();let t=this.reel.total-1;if(t<1)return;this.reel.at>=t&&this.reel.move(0),this.owed=0;let e=performance.now(),s=()=>{let i=performance.now(),[r,o]=si(this.owed,i-e,this.rate);e=i,this.owed=o,r&&this.reel.move(this.reel.at+r),this.reel.at>=this.reel.total-1?this.stop():this.timer=setTimeout(s,1e3*(1-this.owed)/this.rate)};this.timer=setTimeout(s,1e3/this.rate),this.drawPlay()}press({key:t,repeat:e}){if(this.reel.total<2||!Object.hasOwn(this.keys,t))return!1;if(!e||t==="n")this.keys[t]();else if(t.startsWith("Arrow")&&!this.held){let s=()=>{this.keys[t](),this.held=requestAnimationFrame(s)};this.held=requestAnimationFrame(s)}return!0}letGo(){cancelAnimationFrame(this.held),this.held=0}drawPlay(){let t=this.timer?"pause":"play";this.play.getAttribute("aria-label")!==t&&(this.play.innerHTML=He(t),this.play.setAttribute("aria-label",t),this.play.title=`${t} (space)`)}draw(){let{at:t,total:e,film:s,first:i}=this.reel,r=e-1;this.node.classList.toggle("mk-single",e<2);let o=e<1?"no steps":`step ${t+1} of ${e}`;this.slider.max=Math.max(0,r),this.slider.value=t,this.slider.setAttribute("aria-valuetext",o),this.where.textContent=o,this.where.style.minWidth=`${`step ${e} of ${e}`.length}ch`,this.first.disabled=this.back.disabled=t<=0,this.next.disabled=this.last.disabled=t>=r,this.slider.disabled=this.play.disabled=e<2,this.all.hidden=this.all.disabled=e<Qs,this.all.selected&&this.all.disabled&&(this.speed.value=Be),this.drawKinds(s.kinds(i));let n=this.chosen&&this.kinds.includes(this.chosen)?this.chosen:s.telling(this.kinds,t);n&&(this.kind.value=n);let m=this.kind.value;this.jump.title=`next ${m} (n)`,this.jump.setAttribute("aria-label",`next ${m}`),this.jump.disabled=s.next(m,t)<0;let h=document.activeElement;h?.disabled&&this.node.contains(h)&&this.slider.focus({preventScroll:!0})}drawKinds(t){t.join(`
`)!==this.kinds.join(`
`)&&(this.kinds=t,this.kind.replaceChildren(...t.map(e=>new Option(e,e))))}};async function ii(a){let t=new Blob([a]).stream().pipeThrough(new DecompressionStream("deflate"));return new Response(t).json()}var at=class{events=[];panes=[];said=[];taken=0;reading=Promise.resolve();take(t){for(;t[this.taken];){let e=ii(t[this.taken]);e.catch(()=>{}),this.taken+=1,this.reading=this.reading.then(async()=>this.append(await e))}return this.reading}append({events:t,panes:e,shared:s}){for(let i of t)this.events.push(i);e.forEach((i,r)=>{this.panes[r]??=[];for(let o of i){s&&o?.words&&(o.words=o.words.map(m=>s[m]));let n=s&&o?.holds;for(let m in n)n[m]=s[n[m]];this.panes[r].push(o),(o?.sentence??"").length>this.longest(r).length&&(this.said[r]=o.sentence)}})}longest(t){return this.said[t]??""}get length(){return this.events.length}has(t){return t>=0&&t<this.length}kinds(t=[]){let e=new Set(this.events);return[...new Set([...t.filter(s=>e.has(s)),...this.events])]}next(t,e){return this.events.indexOf(t,e+1)}telling(t,e){return t.find(s=>this.next(s,e)>=0)??""}};var oi=100,ri=500,ni=["total","names","closer","opened","heading","first","picked","refusal"],Ot=class{film=new at;views=new Set;constructor(t,e){this.model=t,this.life=new K(t,e),t.on("change:film",()=>this.restart()),t.on("change:index",()=>this.stand(t.get("index"))),t.on(ni.map(s=>`change:${s}`).join(" "),()=>this.changed()),t.on("msg:custom",(s,i)=>this.receive(s,i)),e?.addEventListener("abort",()=>clearTimeout(this.timer)),this.begin()}get total(){return Math.max(this.model.get("total"),this.film.length)}get first(){return this.model.get("first")}restart(){this.begin(this.model.get("start")),this.keep("index",this.at)}begin(t=this.model.get("index")){let e=new at;this.coming=e,this.at=t,clearTimeout(this.timer),this.timer=0,this.read(e);let s=this.model.get("pieces").length,i=()=>e.length<this.model.get("total")&&e===this.coming&&!this.life.trouble;e.reading.then(()=>i()&&this.model.send({want:s})).catch(()=>{})}async read(t){try{await t.take(this.model.get("pieces"))}catch(s){let i=`This film cannot be read: ${s.message}.`;t.panes=[Array(Math.max(1,this.model.get("total"))).fill({step:"error",error:i})]}if(t!==this.coming||!t.panes.length)return;let e=t!==this.film;this.film=t;for(let s of this.views)s.draw({fresh:e})}receive({film:t,piece:e},[s]){t!==this.model.get("film")||!s||(this.model.get("pieces")[e]=s,this.read(this.coming))}changed(){this.due??=Promise.resolve().then(()=>{if(this.due=void 0,this.film===this.coming)for(let t of this.views)t.draw()})}stand(t){t!==this.at&&(this.at=t,this.changed())}move(t){let e=Math.max(0,Math.min(this.total-1,t));if(e===this.at)return;this.at=e,this.model.get("refusal")&&this.model.set("refusal","");for(let i of this.views)i.draw({moved:!0});let s=performance.now();this.timer||(this.silent=s),clearTimeout(this.timer),this.timer=setTimeout(()=>this.tell(),Math.min(oi,this.silent+ri-s))}tell(){this.timer=0,this.keep("index",this.at)}keep(t,e){this.model.set(t,e),this.life.trouble||this.model.save_changes()}};var ai=globalThis.requestIdleCallback??(a=>setTimeout(a,200)),li=globalThis.cancelIdleCallback??clearTimeout,It=class{constructor(t,e,{measure:s,steps:i},r){Object.assign(this,{node:t,inner:e,measure:s,steps:i}),this.begin();let o=new ResizeObserver(()=>this.grow(e.offsetHeight));o.observe(e);let n=new IntersectionObserver(m=>{this.seen=m.at(-1).isIntersecting,this.look()});n.observe(t),r.addEventListener("abort",()=>{o.disconnect(),n.disconnect(),li(this.waits)})}begin(){this.most=0,this.node.style.minHeight="",this.samples=null,this.look()}grow(t){t<=this.most||this.inner.querySelector("details[open], .mk-closer:not([hidden])")||(this.most=t,this.node.style.minHeight=`${Math.ceil(t)}px`)}look(){this.waits||!this.seen||(this.waits=ai(()=>{this.waits=0,this.samples??=mi(this.steps()),this.samples.length&&(this.grow(this.measure(this.samples.pop())),this.look())}))}};function mi(a){let t=Math.min(a-1,16);return Array.from({length:Math.max(0,t)},(e,s)=>Math.round((s+1)*(a-1)/t))}var hi=".mk-player, .mk-live",Ft=class{width=0;panes=[];refused="";constructor(t,e,s){this.reel=t,this.model=t.model,this.el=e,this.signal=s,e.classList.add("mk-stage"),this.heading=l("p",e,"mk-heading"),this.player=new jt(e,t),this.menu=new mt(this.player.node,this,s),this.room=l("div",e,"mk-room"),this.inner=l("div",this.room,"mk-panes"),this.asks={open:i=>this.open(i),pick:i=>this.pick(i)},this.space=new It(this.room,this.inner,{measure:i=>this.measure(i),steps:()=>t.film.length},s),this.node=this.inner,this.listen(),this.draw()}get at(){return this.reel.at}draw({moved:t=!1,fresh:e=!1}={}){let{reel:s,model:i}=this;e&&this.space.begin(),t&&(this.refused=""),$(this.heading,i.get("heading")),this.player.draw();let r=s.film.panes,o=Object.entries(i.get("closer")),n=i.get("opened");r.forEach((k,c)=>{this.panes[c]??=new nt(this.inner,this.asks),this.panes[c].node.classList.toggle("mk-side",i.get("names")[c]==="mk-side")});let m=this.panes[i.get("closer")[n]]?.node;for(let{node:k}of this.panes)k!==m&&k.parentElement!==this.inner&&this.inner.append(k);let h={opened:n,closer:m,picked:i.get("picked"),width:this.width,fresh:e},d={...h,opened:"",closer:null};r.forEach((k,c)=>{let f=this.panes[c];f.reserve(s.film.longest(c));let p=o.filter(([,g])=>g===c).map(([g])=>g);f.name=[i.get("names")[c],p.length?"mk-closer":""].filter(Boolean).join(" "),f.isCloser=p.length>0,f.node.hidden=f.isCloser&&!p.includes(n),f.node.hidden?f.node.dataset.step="closed":s.at<k.length&&f.draw(k[s.at],f.isCloser?d:h)}),m&&this.panes[0].drawer?.settle?.();for(let k of this.panes.splice(r.length))k.node.remove();this.say(i.get("refusal")||this.refused)}measure(t){let{film:e}=this.reel,s=this.inner.clientWidth;if(!s||!e.has(t))return 0;this.probe??={node:l("div",null,"mk-panes mk-probe"),panes:[]};let{node:i,panes:r}=this.probe;i.style.width=`${s}px`,this.room.append(i),e.panes.forEach((n,m)=>{this.panes[m]?.isCloser||!n[t]||(r[m]??=Object.assign(new nt(i,this.asks),{name:this.model.get("names")[m]||""}),r[m].reserve(e.longest(m)),r[m].draw(n[t],{opened:"",picked:"",width:s}))});let o=i.offsetHeight;return i.remove(),o}shown(){return this.panes.filter(t=>!t.node.hidden)}refuse(t){this.refused=t,this.say(t)}say(t){let e=di(this.root,t);this.panes[0]?.refuse(e?"":t),this.inner.classList.toggle("mk-stale",!!e),!(e===this.field&&t===this.alert?.textContent)&&(this.field?.removeAttribute("aria-invalid"),this.alert?.remove(),this.field=e,e&&(this.alert=l("p",e.closest(".mk-form"),"mk-at-field mk-error",t),this.alert.setAttribute("role","alert"),e.setAttribute("aria-invalid","true")))}open(t){this.reel.keep("opened",this.model.get("opened")===t?"":t)}pick(t){this.reel.keep("picked",t)}act({key:t}){let e=this.model.get("letters")[t];if(!e)return!1;let{trouble:s}=this.reel.life;return s?this.refuse(s):this.model.send({act:e}),!0}listen(){let{el:t,signal:e}=this;Jt(t,hi,r=>{let o=r??t;this.root=o,ci(t),Vt(o,n=>this.player.press(n)||this.act(n),e),o.matches(".mk-live:not(.mk-player)")?o.tabIndex=-1:(o.setAttribute("role","group"),o.setAttribute("aria-label","player: arrow keys step, space plays, n jumps")),oe(o,this.reel.life,n=>this.refuse(n),e)},e),document.addEventListener("keyup",()=>this.player.letGo(),{capture:!0,signal:e}),window.addEventListener("blur",()=>this.player.letGo(),{signal:e});let s=new ResizeObserver(()=>{Math.abs(t.clientWidth-this.width)<1||(this.width=t.clientWidth,this.space.begin(),this.draw(),this.space.grow(this.inner.offsetHeight))});s.observe(t);let i=new MutationObserver(()=>this.draw({fresh:!0}));i.observe(document.body,{attributes:!0,attributeFilter:["data-jp-theme-name"]}),e.addEventListener("abort",()=>{s.disconnect(),i.disconnect(),this.player.stop(),this.player.letGo()})}};function We(){let a;return{initialize({model:t,signal:e}){a=new Ot(t,e)},render({el:t,signal:e}){let s=new Ft(a,t,e);a.views.add(s),e.addEventListener("abort",()=>a.views.delete(s))}}}function di(a,t){let e=({textContent:i})=>{let r=i.split(",")[0].trim().toLowerCase(),[o]=/^the [a-z ]+/.exec(t.toLowerCase())??[""];return r&&[r,r.split(" ").at(-1)].some(n=>`${o} `.startsWith(`the ${n} `))};return(t?[...a?.querySelectorAll(".mk-form .widget-text label")??[]]:[]).find(e)?.closest(".widget-text").querySelector("input")??null}function ci(a){let t=a.closest(".jp-Cell, .cell");for(let e=a;t?.contains(e);e=e.parentElement)e.classList.add("mk-unclipped")}var De={predict:ee,progress:se,slider:ie,stage:We};function pi(a){let t=document.getElementById(a)??document.createElement("style");t.id=a,t.textContent=ot,document.head.append(t)}var xr={initialize({model:a}){let t=a.get("name");globalThis[t]??={};let e=globalThis[t];e.listens||(_t(),Yt()),e.listens=!0,pi(t),e.resolve?.(De),e.ready=Promise.resolve(De)}};export{xr as default};
