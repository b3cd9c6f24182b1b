var De="http://www.w3.org/2000/svg",Ke=0;function l(a,t,e,s){let i=document.createElement(a);return e&&(i.className=e),s!==void 0&&(i.textContent=s),t&&t.append(i),i}function x(a,t,e){let s=document.createElementNS(De,a);for(let[i,r]of Object.entries(e))s.setAttribute(i,r);return t&&t.append(s),s}var Vt=new WeakMap;function y(a,t){Vt.get(a)!==(t||"")&&(Vt.set(a,t||""),a.textContent=t||"",a.hidden=!t)}function Z(a,t){a.className!==t&&(a.className=t)}var _t=new WeakMap;function N(a,t){let e=_t.get(a);if(e?.stage===t&&e.width)return e.width;let s=a.clientWidth;return _t.set(a,{stage:t,width:s}),s}var O=a=>`mk-${a}-${Math.random().toString(36).slice(2,8)}-${Ke++}`;function J(a,t,e,s){let i=l("button",a,t);return i.type="button",i.setAttribute("aria-label",e),i.addEventListener("click",s),i}function P(a,t,e=5){let s=x("pattern",a,{id:t,width:e,height:e,patternUnits:"userSpaceOnUse",patternTransform:"rotate(45)"});x("line",s,{x1:0,y1:0,x2:0,y2:e,class:"mk-hatch"})}function D(a,t,e,s=8){let i=x("marker",a,{id:t,viewBox:"0 0 8 8",refX:7,refY:4,markerWidth:s,markerHeight:s,orient:"auto",markerUnits:"userSpaceOnUse"});x("path",i,{d:"M0 0L8 4L0 8z",class:e})}var Ge=9;function A(a,{x:t,y:e,width:s,height:i},r="mk-touched",o=0){let n=x("g",a,{class:r}),m=o+(Math.min(s,i)<Ge?2.25:0),h=(d,f)=>x("rect",n,{x:t-d,y:e-d,width:Math.max(1,s+2*d),height:Math.max(1,i+2*d),rx:2,class:f});return h(m-1.25,"mk-ring-in"),h(m+1,"mk-ring"),n}var Ue="Answer the question above first: then the answer shows itself here.",Jt=new Map,It=new Set;function Xt(a,t){if(a){Jt.set(a,t);for(let e of It)e()}}function Yt(){return{render({model:a,el:t,signal:e}){let s=l("p",t,"mk-first",Ue),i=t.closest(".mk-after")??t;function r(){let o=a.get("opened")||Jt.get(a.get("question"))===!0;s.hidden=o,i.classList.toggle("mk-closed",!o)}r(),It.add(r),a.on("change:opened",r),e.addEventListener("abort",()=>{It.delete(r),a.off("change:opened",r)})}}}var Q="data-lm-suppress-shortcuts",Fe=".jp-OutputArea select, .jp-OutputArea input[type=text]",B=a=>a.setAttribute(Q,"true"),Ve=a=>a.matches("select, textarea, input:not([type=range], [type=checkbox], [type=radio])"),_e=a=>a.matches("button, summary, a, input[type=checkbox], input[type=radio]"),Je=a=>a.matches("input[type=radio], [role=slider], .mk-drag input"),Rt=(a,t)=>Ve(a)||t===" "&&_e(a)||/^(Arrow|Home|End)/.test(t)&&Je(a);function Zt(a,t,e){a.tabIndex=0,B(a),a.addEventListener("focusin",({target:s})=>B(s),{signal:e}),a.addEventListener("keydown",s=>{s.defaultPrevented||s.ctrlKey||s.metaKey||s.altKey||Rt(s.target,s.key)||!t(s)||(s.preventDefault(),s.stopPropagation())},{signal:e})}function Qt(){document.addEventListener("focusin",({target:a})=>{a.matches?.(Fe)&&B(a)})}function te(a,t,e,s){let i=()=>{s.aborted||(a.isConnected?e(a.closest(t)):requestAnimationFrame(i))};i()}var Xe=/^(Arrow(Left|Right)|Home|End| |n)$/,Ye=".jp-deck-mod-visible :is(.mk-player, .mk-live)",Ze=()=>document.body.dataset.jpDeckMode==="presenting";function se(){window.addEventListener("keydown",a=>Ze()&&Qe(a),!0),globalThis.jupyterapp?.restored.then(()=>new Nt(globalThis.jupyterapp.shell))}function Qe(a){let{key:t,target:e}=a;if(!(a.ctrlKey||a.metaKey||a.altKey))if(/^Page(Up|Down)$/.test(t))ts(e);else{if(e.closest?.(".mk-player, .mk-live, .cm-editor")||Rt(e,t))return;if(Xe.test(t)){let s=document.querySelector(Ye);if(!s?.querySelector(".mk-slider:enabled"))return;s.focus({preventScroll:!0}),s.dispatchEvent(new KeyboardEvent("keydown",{key:t,bubbles:!0,cancelable:!0})),ee(a)}else t==="c"&&(document.body.classList.toggle("mk-no-code"),ee(a))}}function ee(a){a.preventDefault(),a.stopImmediatePropagation()}function ts(a){for(let t=a.closest?.(`[${Q}]`);t;t=t.parentElement.closest(`[${Q}]`))t.removeAttribute(Q),setTimeout(()=>B(t))}var Nt=class{constructor(t){this.shell=t,this.node=document.createElement("span"),this.node.className="mk-slide-number",this.node.setAttribute("aria-label","slide"),t.currentChanged?.connect(()=>this.follow()),this.follow()}follow(){let t=this.shell.currentWidget?.content;t===this.notebook||!t?.activeCellChanged||(this.notebook=t,t.activeCellChanged.connect(()=>this.draw()),this.draw())}draw(){let t=[...this.notebook.model.cells].map(i=>i.getMetadata("slideshow")?.slide_type==="slide"),e=i=>i.filter(Boolean).length,s=e(t.slice(0,this.notebook.activeCellIndex+1));this.node.textContent=`${s} / ${e(t)}`,document.querySelector(".jp-Deck-Remote")?.append(this.node)}};var es="The kernel that made this has ended: run the cell again.",ss="This needs Python: open the notebook to use it.",ie=new Set(["restarting","autorestarting","terminating","dead"]),K=class{constructor(t,e){this.layout=t.get("layout"),this.manager=t.widget_manager,this.kernel=this.manager?.kernel,this.over=!1;let s=(i,r)=>{this.over||=ie.has(r)};this.kernel?.statusChanged?.connect(s),e?.addEventListener("abort",()=>this.kernel?.statusChanged?.disconnect(s))}get trouble(){let{kernel:t,manager:e,layout:s}=this;return!e||!("kernel"in e)?s?.comm_live?"":ss:(this.over||=!t||t.isDisposed||e.kernel!==t||ie.has(t.status),this.over||s?.comm_live===!1?es:"")}};function is({options:a,explanations:t,answer:e,chosen:s}){return s<0?[]:s===e?["Right.",t[s]]:["Not so.",t[s],`The answer: ${a[e]}.`,t[e]]}function oe(){let a;return{initialize({model:t,signal:e}){a=new K(t,e);let s=()=>Xt(t.get("name"),t.get("chosen")>=0);s(),t.on("change:chosen",s),e?.addEventListener("abort",()=>t.off("change:chosen",s))},render({model:t,el:e,signal:s}){let i=`mk-predict-${Math.random().toString(36).slice(2)}`,r=l("p",e,"mk-empty mk-error");r.setAttribute("role","alert");let o=l("form",e),n=l("fieldset",o);l("legend",n,"",t.get("question"));let m=t.get("options").map((c,g)=>{let p=l("label",n),k=l("input",p);return Object.assign(k,{type:"radio",name:i,value:g}),k.addEventListener("change",()=>{h.disabled=!1}),l("span",p,"",c),p}),h=l("button",o,"mk-commit","That is my answer");h.type="submit",h.disabled=!0;let d=l("div",o,"mk-verdict");d.setAttribute("aria-live","polite"),B(e),o.addEventListener("submit",c=>{c.preventDefault();let g=o.querySelector("input:checked");!g||t.get("chosen")>=0||(t.set("chosen",Number(g.value)),a.trouble||t.save_changes())});function f(){r.textContent=t.get("error"),r.hidden=!t.get("error"),o.hidden=!r.hidden;let[c,g,p,k]=["options","explanations","answer","chosen"].map(b=>t.get(b)),u=k>=0;n.disabled=h.hidden=u,m.forEach((b,v)=>{v===k&&(b.firstChild.checked=!0),b.className=u&&v===p?"mk-right":""}),d.replaceChildren();for(let b of is({options:c,explanations:g,answer:p,chosen:k}))l("p",d,"",b);e.dataset.answered=u}f(),t.on("change:chosen",f),s.addEventListener("abort",()=>t.off("change:chosen",f))}}}function U(a,t,e,s){let i=l(t,a,"",e);return s&&(i.scope=s),i}var at=([a,t])=>`${a} of ${t}`;function os(a,{number:t,title:e,questions:s,exercises:i}){let r=l("tr",a),o=U(r,"th","","row");l("span",o,"mk-number",t),o.append(` ${e}`),U(r,"td",at(s));let n=U(r,"td",i.length?"":"none");if(i.length){l("span",n,"mk-tally",at([i.filter(([,m])=>m).length,i.length]));for(let[m,h]of i){let d=l("span",n,h?"mk-box mk-done":"mk-box");d.setAttribute("role","img"),d.title=`${m}: ${h?"right":"open"}`,d.setAttribute("aria-label",d.title)}}}function rs(a,{rows:t,sums:e}){a.replaceChildren(),l("caption",a,"","What you have answered and solved");let s=l("tr",l("thead",a));for(let o of["chapter","questions answered","exercises right"])U(s,"th",o,"col");let i=l("tbody",a);t.forEach(o=>os(i,o));let r=l("tr",l("tfoot",a));U(r,"th","all chapters","row"),U(r,"td",at(e.questions)),U(r,"td",at(e.exercises))}function ns({model:a,el:t,signal:e},s){let i=l("p",t,"mk-sentence");i.setAttribute("aria-live","polite"),i.tabIndex=-1;let r=l("p",t,"mk-empty mk-error");r.setAttribute("role","alert");let o=l("table",l("div",t,"mk-table")),n=l("div",t,"mk-controls"),m=w=>{let L=l("button",n,"",w);return L.type="button",L},h=m("start over"),d=l("span",n,"","Delete the file, and with it all of this?"),f=m("yes, delete"),c=m("no, keep"),g=l("p",t,"mk-note");g.append("Kept in your own file "),l("code",g,"",a.get("place")),B(t);function p(w){s.trouble?w!=="read"&&(r.textContent=s.trouble,r.hidden=!1):a.send(w)}function k(w){h.hidden=w;for(let L of[d,f,c])L.hidden=!w}function u(w){w&&p("start over"),k(!1),(w?i:h).focus()}h.addEventListener("click",()=>{k(!0),c.focus()}),f.addEventListener("click",()=>u(!0)),c.addEventListener("click",()=>u(!1)),n.addEventListener("keydown",w=>{w.key==="Escape"&&h.hidden&&u(!1)});function b(){let w=a.get("table");i.textContent!==w.sentence&&(i.textContent=w.sentence),r.textContent=a.get("trouble"),r.hidden=!a.get("trouble"),g.hidden=!r.hidden,h.disabled=!w.sums.questions[0]&&!w.sums.exercises[0],rs(o,w)}k(!1),b(),a.on("change:table change:trouble",b);let v=()=>{document.hidden||p("read")},M=new IntersectionObserver(w=>{w.at(-1).isIntersecting&&v()});M.observe(t),document.addEventListener("visibilitychange",v),window.addEventListener("focus",v),t.addEventListener("pointerenter",v),e.addEventListener("abort",()=>{a.off("change:table change:trouble",b),M.disconnect(),document.removeEventListener("visibilitychange",v),window.removeEventListener("focus",v)})}function re(){let a;return{initialize({model:t,signal:e}){a=new K(t,e)},render:t=>ns(t,a)}}var as=["name","last","at","means"];function ne(){return{render({model:a,el:t,signal:e}){let s=l("label",t),i=l("span",s),r=l("input",s,"mk-slider");r.type="range";function o(){i.textContent=a.get("name"),r.max=a.get("last"),r.value=a.get("at"),r.setAttribute("aria-valuetext",a.get("means")),r.disabled=a.get("last")===0}r.addEventListener("input",()=>{a.set("at",Number(r.value)),a.save_changes()}),o();let n=as.map(m=>`change:${m}`).join(" ");a.on(n,o),e.addEventListener("abort",()=>a.off(n,o))}}}var ls={click:"button",change:"input, select, textarea",input:"input[type=range], .noUi-handle"},ms=".mk-stage, .mk-predict";function ae(a,t,e,s){for(let[i,r]of Object.entries(ls))a.addEventListener(i,({target:o})=>{if(!o.closest(r)||o.closest(ms))return;let{trouble:n}=t;n&&e(n)},{capture:!0,signal:s})}var le=`/* The collector (collector.js): state, queue, graph, spans. */
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
`;var me=`/* Frames over time (frames.js), and the form above them (replacement.py). */
.mk-frames { display: block; overflow: visible; }
.mk-floor-body:has(> .mk-frames) { overflow-x: auto; padding-bottom: 2px; }
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
`;var he=`/* A heap to scale (heap.js), and the form above it (heap.py). */
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
`;var de=`/* Overlays and demand paging over time (overlays.js). */
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
`;var ce=`/* The stage: controls above, each pane's sentence and picture below, and room for the tallest. */
.mk-stage { width: auto; overflow: visible; position: relative; }
.mk-heading { margin: 0; font-size: 14px; line-height: 1.2; color: var(--mk-soft); }
/* Where a picture is taller than the window its controls stay at the edge. */
.mk-controls { display: flex; align-items: center; gap: 5px; padding: 4px 0; flex-wrap: wrap; overflow: visible;
  position: sticky; top: 0; z-index: 4; background: var(--mk-page); }
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
`;var pe=`/* The map of a process (process.js), and the form above it (process_map.py). */
.mk-map { position: relative; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); gap: 8px 20px; }
.mk-map > * { grid-column: 1 / -1; min-width: 0; }
.mk-map > .mk-columns { grid-column: 1; }
.mk-map > .mk-beside-map { grid-column: 2; display: flex; flex-direction: column; gap: 8px; }
.mk-map.mk-two > .mk-columns, .mk-map.mk-two > .mk-beside-map { grid-column: 1 / -1; }
.mk-map.mk-two > .mk-beside-map { order: 1; }
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
.mk-frame { display: inline-flex; flex-direction: column; align-items: center; width: 31px; }
.mk-frame .mk-page-cell { width: 100%; height: 24px; }
.mk-frame-number { font: 14px/16px var(--mk-code); color: var(--mk-soft); }
.mk-map [role="button"] { cursor: pointer; }
.mk-map .mk-picked { outline: 2px solid var(--mk-ink); outline-offset: -2px; }
.mk-map [data-key]:focus-visible { outline: 3px solid var(--mk-ink); outline-offset: -2px; }
.mk-strips { display: flex; flex-direction: column; gap: 6px; }
.mk-strips > .mk-floor { grid-template-columns: minmax(0, 1fr); gap: 4px; }
.mk-strips > .mk-floor > .mk-head { display: flex; gap: 10px; align-items: baseline; }
.mk-map .mk-told { border-left: 5px solid var(--mk-line); padding: 4px 0 4px 12px; min-height: 48px; }
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
.mk-process-map .mk-who { width: 180px; }
.mk-process-map .mk-size { width: 150px; }
.mk-process-map .mk-address { width: 230px; }
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
  font-family: var(--jp-ui-font-family, system-ui, sans-serif); height: 22px; overflow: hidden; text-overflow: ellipsis; }
.mk-fork-frame { --mk-tier: #6b7f8f; height: 24px; display: flex; align-items: center; position: relative; }
.mk-fork-frame > .mk-page-cell { flex: 1; justify-content: center; font: 600 14px/1 var(--mk-code); }
.mk-fork .mk-between { background: color-mix(in srgb, #6b7f8f 8%, transparent); padding: 0 16px; }
.mk-fork .mk-numbers { font-size: 13px; }
.mk-lane { display: block; width: 100%; height: 100%; overflow: visible; }
.mk-lane path { fill: none; stroke: #6b7f8f; stroke-width: 1.75; vector-effect: non-scaling-stroke; }
.mk-lane path.mk-lane-now { stroke: var(--mk-accent); stroke-width: 3; }
.mk-copied-here { position: absolute; left: -14px; top: -11px; font: 700 16px/20px var(--mk-code); color: var(--mk-ink); }
@container (max-width: 640px) { .mk-fork-row { grid-template-columns: minmax(0, 1fr) 18px 76px 18px minmax(0, 1fr); } }
/* Where there is little room a row says less; what a mark means is told when one picks the row. */
@container (max-width: 760px) {
  .mk-area-more > .mk-marks { display: none; }
  .mk-is-area .mk-area-name { min-width: 0; }
  .mk-area { gap: 6px; padding: 0 6px; }
}
`;var ke=`/* Progress (progress.js): a row a chapter, a box an exercise, filled when it is right. */
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
`;var fe=`/* The scoreboard: bars to scale, and the form above them (scoreboard.py). */
.mk-scoreboard .mk-label, .mk-scoreboard .mk-note, .mk-scoreboard .mk-count { font-size: 14px; }
.mk-scoreboard .mk-label { font-variant-numeric: tabular-nums; }
.mk-scoreboard .mk-bar { --mk-bar-high: 16px; }
.mk-scoreboard .mk-form { flex-wrap: wrap; gap: 4px 16px; padding: 0 0 8px; overflow: visible; }
.mk-scoreboard .widget-label { font-size: 14px; width: auto; }
.mk-scoreboard .mk-pattern, .mk-scoreboard .mk-threads, .mk-scoreboard .mk-gogc { width: auto; }
.mk-scoreboard .mk-sizes { width: 220px; }
.mk-scoreboard :focus-visible { outline: 2px solid var(--mk-accent); outline-offset: 1px; }
`;var ge=`/* The look of every memkit widget: tiers by hue, one accent, the theme's own ink. */
.mk-stage, .mk-predict, .mk-after, .mk-player, .mk-live, .mk-progress {
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
[data-jp-theme-light="false"] :is(.mk-stage, .mk-predict, .mk-after, .mk-player, .mk-live, .mk-progress) {
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
.mk-caption, .mk-mark { font-variant-numeric: tabular-nums; }
.mk-mark { font-family: var(--mk-code); color: var(--mk-ink); white-space: nowrap; line-height: 1.2; }
.mk-line { display: flex; align-items: center; gap: 10px; min-height: 8px; }
.mk-cells svg, .mk-cells canvas { display: block; overflow: visible; }

.mk-cell { stroke: var(--mk-tier); stroke-width: 1; fill: none; }
.mk-used, .mk-letter-cell { fill: var(--mk-tier); }
.mk-cell.mk-letter { fill: none; }
.mk-reserved { stroke-dasharray: 3 2; }
.mk-none { stroke: none; }
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
/* The lines of a walk go behind its words. */
.mk-walk :is(.mk-label, .mk-caption, .mk-note, .mk-count, .mk-title) { position: relative; z-index: 1; width: fit-content; max-width: 100%;
  background: color-mix(in srgb, var(--mk-tier) 8%, var(--mk-page)); }
.mk-walk .mk-floor[data-tier="table"] .mk-caption { color: var(--mk-ink); }
.mk-microscope .mk-address { width: 250px; }
.mk-microscope .mk-frame { width: 170px; }
.mk-microscope .mk-entry { width: 290px; }
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

/* What answers a question, until it is answered: the rest of the cell's output keeps its width, since a
   chart that has none cannot be drawn; and the text below, up to its heading. On slides the text is a
   slide of its own. Printed, all is shown. */
.mk-first { margin: 0; padding: 8px 16px; border: 1px dashed var(--mk-line); border-radius: 3px; width: fit-content; }
@media not print {
  :is(.jp-OutputArea-child, .cell_output > *):has(.mk-closed) ~ * {
    display: flex; height: 0 !important; min-height: 0; margin: 0; padding: 0; border: 0; overflow: hidden; visibility: hidden; }
  :is(.jp-OutputArea-child, .cell_output > *):has(.mk-closed) ~ * > * { flex: 1; min-width: 0; }
  :is(.jp-OutputArea-child, .cell_output > *):has(.mk-closed) ~ * * { visibility: hidden !important; }
  body:not([data-jp-deck-mode="presenting"]) .jp-Cell:has(.mk-closed) + .jp-MarkdownCell .jp-RenderedMarkdown > :not(h2, h2 ~ *) {
    display: none; }
}

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
  body :is(.mk-stage, .mk-predict, .mk-after, .mk-player, .mk-live, .mk-progress) {
    --mk-ink: CanvasText !important; --mk-soft: CanvasText !important; --mk-line: CanvasText !important;
    --mk-page: Canvas !important; --mk-accent: Highlight !important; --mk-differs: LinkText !important; }
  body .mk-stage :is(.mk-floor, .mk-space, [data-tier]) { --mk-tier: CanvasText !important; }
  .mk-stage :is(svg, .mk-part-box, .mk-place, .mk-pole, .mk-cursor-box, .mk-bubble, .mk-story li, .mk-code-lines li,
    .mk-page-cell, .mk-area, .mk-share, .mk-share-in, .mk-meter-bar, .mk-meter-fill, .mk-floor), .mk-slider,
    .mk-progress .mk-box { forced-color-adjust: none; }
}
`;var ue=`/* TCMalloc's three floors: the locks are what one counts here. */
.mk-tcmalloc .mk-count { font: 600 15px/1.35 var(--jp-ui-font-family, system-ui, sans-serif); margin-top: 6px; }
.mk-tcmalloc .mk-note, .mk-tcmalloc .mk-caption, .mk-tcmalloc .mk-label, .mk-tcmalloc .mk-beside { font-size: 14px; }
`;var xe=`/* The tower: six floors below each other, so each is low; its text is read from the last row. */
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
/* The thread runs before the words, not through them, where it can. */
.mk-six .mk-label, .mk-six .mk-caption { padding-left: 34px; }
.mk-six .mk-bar-texts { padding-left: 0; }
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
`;var be=`/* The ward (ward.js): the program on the left, the blocks' shadows on the right, the report below. */
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
`;var tt=[ge,ce,me,pe,he,de,be,le,xe,ue,fe,ke].join(`
`);function we(a,t){a.replaceChildren(),t.forEach((e,s)=>{let i=l("tr",a);e.forEach((r,o)=>{let n=l(s===0||o===0?"th":"td",i,"",r);s===0?n.scope="col":o===0&&(n.scope="row")})})}function ve(a){return a.filter(Boolean).map(({sentence:t,error:e,empty:s,words:i=[]})=>[t||e||s||"",...i.map(r=>r.join("	"))].join(`
`)).join(`

`)}var qt=10,ys=[4,9,14],lt=class{constructor(t,e,s){this.view=e,this.node=l("div",t,"mk-menu"),this.opener=J(this.node,"mk-more","more: save this picture, copy its words or a link",()=>this.toggle()),this.opener.title="save this picture, copy its words or a link",this.opener.setAttribute("aria-haspopup","menu");let i=x("svg",this.opener,{viewBox:"0 0 18 18","aria-hidden":"true"});for(let r of ys)x("circle",i,{cx:r,cy:9,r:.8});this.list=l("div",this.node,"mk-choices"),this.list.setAttribute("role","menu"),this.said=l("span",this.node,"mk-copied"),this.said.setAttribute("role","status"),this.items=[["save this picture (SVG)",()=>this.save("svg")],["save this picture (PNG)",()=>this.save("png")],["copy words",()=>this.copy(ve(this.view.shown().map(r=>r.picture)))],["copy a link to this",()=>this.copy(this.address)]].map(([r,o])=>{let n=J(this.list,"",r,()=>{this.toggle(!1),this.opener.focus(),o()});return n.textContent=r,n.setAttribute("role","menuitem"),n.tabIndex=-1,n}),this.toggle(!1),this.node.addEventListener("keydown",r=>this.onKey(r)),this.node.addEventListener("focusout",({relatedTarget:r})=>{this.node.contains(r)||this.toggle(!1)}),s.addEventListener("abort",()=>clearTimeout(this.timer))}toggle(t=this.list.hidden){this.list.hidden=!t,this.items.at(-1).hidden=!this.address,this.opener.setAttribute("aria-expanded",String(t)),t&&this.items[0].focus()}get address(){let{model:t,reel:e,at:s}=this.view,i=this.node.closest("[data-link]")?.dataset.link??t.get("address");return i&&e.total>1?`${i},step=${s+1}`:i}onKey(t){if(this.list.hidden)return;let e=this.items.filter(r=>!r.hidden),s=e.indexOf(document.activeElement),i={ArrowDown:s+1,ArrowUp:s-1,Home:0,End:-1}[t.key];if(i!==void 0)e.at(i%e.length).focus();else if(t.key==="Escape")this.toggle(!1),this.opener.focus();else if(t.key==="Tab"||t.key==="Enter"||t.key===" ")return;t.preventDefault(),t.stopPropagation()}tell(t){this.said.textContent=t,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.said.textContent=""},4e3)}async copy(t){try{await navigator.clipboard.writeText(t),this.tell("copied")}catch{this.tell("this page may not copy")}}async save(t){let e=$s(this.view.node),s=`picture-${this.view.at+1}.${t}`;if(t==="svg")return ye(new Blob([e.text],{type:"image/svg+xml"}),s);try{ye(await Ms(e),s)}catch{this.tell("this browser saves SVG only")}}};function $s(a){let t=a.getBoundingClientRect(),[e,s]=[t.width+2*qt,t.height+2*qt],i=a.cloneNode(!0),r=i.querySelectorAll("canvas");a.querySelectorAll("canvas").forEach((c,g)=>{let p=l("img",null,c.className);p.src=c.toDataURL(),p.style.cssText=c.style.cssText,r[g].replaceWith(p)});for(let c of i.querySelectorAll("[hidden], .mk-words, .mk-open, .mk-cursor-box, .mk-bubble"))c.remove();let o=i;for(let c=a.parentElement;c&&c!==document.body;c=c.parentElement){let g=[...c.classList].filter(k=>k.startsWith("mk-"));if(!g.length)continue;let p=l("div",null,g.join(" "));p.style.cssText="padding: 0; margin: 0",p.append(o),o=p}let n=getComputedStyle(a),m=l("div");for(let c of tt.match(/--jp-[\w-]+/g))m.style.setProperty(c,n.getPropertyValue(c));m.style.cssText+=`; background: ${n.getPropertyValue("--mk-page")}; padding: ${qt}px; width: ${t.width}px; height: ${t.height}px`;let h=l("style",m);h.textContent=tt,m.append(o),m.dataset.jpThemeLight=document.body.dataset.jpThemeLight??"",m.setAttribute("xmlns","http://www.w3.org/1999/xhtml");let d=new XMLSerializer().serializeToString(m);return{text:`<svg xmlns="http://www.w3.org/2000/svg" width="${e}" height="${s}"><foreignObject width="100%" height="100%">${d}</foreignObject></svg>`,width:e,height:s}}async function Ms({text:a,width:t,height:e}){let s=new Image;s.src=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(a)}`,await s.decode();let i=l("canvas");i.width=2*t,i.height=2*e;let r=i.getContext("2d");return r.scale(2,2),r.drawImage(s,0,0,t,e),new Promise((o,n)=>{i.toBlob(m=>m?o(m):n(new Error("no picture")))})}function ye(a,t){let e=l("a");e.href=URL.createObjectURL(a),e.download=t,e.click(),setTimeout(()=>URL.revokeObjectURL(e.href),1e4)}var Es={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},mt=class{constructor(t){this.place=t}get all(){return[...this.place.querySelectorAll("[data-says]")]}any(){return this.place.querySelector("[data-says]")!==null}at({target:t}){let e=t.closest("[data-says]");return e?this.all.indexOf(e):null}first(){return this.all.length?0:null}next(t,[e,s]){let i=$e(this.box(t)),r=t,o=Number.POSITIVE_INFINITY;return this.all.forEach((n,m)=>{let[h,d]=$e(n.getBoundingClientRect()),[f,c]=[h-i[0],d-i[1]],g=f*e+c*s,p=Math.abs(f*s)+Math.abs(c*e);m!==t&&g>1&&g+3*p<o&&([r,o]=[m,g+3*p])}),r}box(t){return this.all[t]?.getBoundingClientRect()}says(t){return this.all[t]?.dataset.says}},$e=a=>[a.x+a.width/2,a.y+a.height/2],ht=class{constructor(t,e){Object.assign(this,{place:t,parts:e,held:null,keyed:null}),this.frame=l("div",t,"mk-cursor-box"),this.bubble=l("div",t,"mk-bubble"),this.bubble.setAttribute("role","status"),t.setAttribute("role","group"),t.setAttribute("aria-label","the picture: arrow keys go through its parts"),this.show(null),this.ended=new AbortController;let s=(i,r)=>t.addEventListener(i,r,{signal:this.ended.signal});s("pointermove",i=>this.show(this.pointed(i))),s("pointerleave",()=>this.show(this.keyed??this.held)),s("click",i=>this.click(i)),s("keydown",i=>this.onKey(i)),s("focusout",()=>this.leave())}end(){this.ended.abort();for(let t of["role","aria-label","tabindex"])this.place.removeAttribute(t)}pointed(t){return t.target.closest("button, a, summary, [role=button]")?null:this.parts.at(t)}onKey(t){if(t.target!==this.place||t.ctrlKey||t.metaKey||t.altKey)return;let e=Es[t.key];if(e)this.keyed=this.keyed===null?this.held??this.parts.first():this.parts.next(this.keyed,e);else if(t.key==="Enter"&&this.keyed!==null)this.hold(this.keyed);else if(t.key==="Escape"&&this.shown!==null)this.hold(null);else return;e&&this.show(this.keyed),t.preventDefault(),t.stopPropagation()}click(t){this.hold(this.pointed(t)),document.activeElement===this.place&&this.place.parentElement.closest("[tabindex]")?.focus({preventScroll:!0})}hold(t){let e=t!==null&&JSON.stringify(t)===JSON.stringify(this.held);this.held=e?null:t,t===null&&(this.keyed=null),this.show(this.held??this.keyed)}leave(){this.keyed=null,this.show(this.held)}follow(){this.parts.any()?this.place.tabIndex=0:this.place.removeAttribute("tabindex");let t=this.keyed??this.held;(t!==null||this.shown!==null)&&this.show(t)}show(t){let e=t===null?"":this.parts.says(t),s=e&&this.parts.box(t);if(this.shown=s?t:null,this.frame.hidden=this.bubble.hidden=!s,!s)return;let i=this.place.getBoundingClientRect(),[r,o]=[s.x-i.x,s.y-i.y];Object.assign(this.frame.style,{left:`${r-3}px`,top:`${o-3}px`,width:`${s.width+6}px`,height:`${s.height+6}px`}),this.frame.classList.toggle("mk-held",this.held!==null&&t===this.held),this.bubble.textContent!==e&&(this.bubble.textContent=e);let n=i.width-this.bubble.offsetWidth,m=o-this.bubble.offsetHeight-6;this.bubble.style.left=`${Math.max(0,Math.min(r,n))}px`,this.bubble.style.top=`${m>-40?m:o+s.height+6}px`}};var F=96,Bt=46,T=34,dt={[F]:50,[Bt]:54},Me={[F]:104,[Bt]:92},Ee=26,As=34,ct=class{constructor(t){this.body=l("div",t,"mk-floor mk-collector"),this.body.dataset.tier="mheap",this.state=l("div",this.body,"mk-state"),this.queue=l("div",this.body,"mk-queue"),this.graph=l("div",this.body,"mk-graph"),this.graph.setAttribute("role","img"),this.graph.tabIndex=0,this.svg=x("svg",this.graph,{"aria-hidden":"true"});let e=x("defs",this.svg,{});this.key=O("gc"),P(e,`${this.key}-hatch`,6);for(let s of["plain","on"])D(e,`${this.key}-${s}`,`mk-head-${s}`,9);this.g=x("g",this.svg,{}),this.caption=l("div",this.body,"mk-caption"),this.legend=l("div",this.body,"mk-caption mk-legend"),this.spans=l("div",this.body,"mk-gc-spans")}draw(t,e){this.room=(N(this.body,e.width)||800)-30,this.drawState(t),y(this.caption,t.caption),y(this.legend,t.legend),this.graph.hidden=!t.nodes.length&&!t.roots.length,this.graph.setAttribute("aria-label",`${t.sentence}. ${t.caption}`),this.g.replaceChildren(),this.graph.hidden||this.drawGraph(t),this.drawSpans(t)}drawState(t){this.state.replaceChildren();let e=l("span",this.state,"mk-phases");l("span",e,"mk-said","phase");for(let i of["off","mark","sweep"]){let r=l("span",e,"mk-chip",i);i===t.phase&&(r.classList.add("mk-chip-now"),r.setAttribute("aria-current","true"))}let s=l("span",this.state,"mk-said","write barrier ");l("b",s,"",t.barrier),l("span",this.state,"mk-said",`marks ${t.unit} by ${t.unit}`),l("span",this.state,"mk-said",t.heap),this.queue.replaceChildren(),l("span",this.queue,"mk-said","queue"),t.queue.length||l("span",this.queue,"mk-said","empty"),t.queue.slice(0,12).forEach(i=>l("span",this.queue,"mk-chip",i)),t.queue.length>12&&l("span",this.queue,"mk-said",`${t.queue.length-12} more`)}text(t,e,s,i){x("text",this.g,{x:e,y:s,class:i}).textContent=t}drawGraph(t){let{room:e}=this,s=p=>(e-Me[p]-t.columns*p-8)/t.columns,i=s(F)<34?Bt:F,r=Me[i],o=Math.max(18,Math.min(110,s(i))),n=p=>r+o+p*(i+o),m=4,h=[];for(let p of t.roots){let k=24+p.rows.length*Ee+(p.said?20:0),u={x:2,y:m,width:r,height:k};x("rect",this.g,{...u,rx:3,class:"mk-root"}),p.touched&&A(this.g,u),this.text(p.title,10,m+18,"mk-root-title"),p.said&&this.text(p.said,10,m+38,"mk-root-said"),p.rows.forEach(([b,v],M)=>{let w=m+24+(p.said?20:0)+M*Ee;this.text(b,12,w+17,"mk-root-row"),h.push([v,w+12])}),m+=k+10}let d=m,f={};for(let p of t.nodes)f[p.name]={x:n(p.column),y:10+p.row*dt[i]};let c=p=>`url(#${this.key}-${p?"on":"plain"})`,g=(p,k,u,b)=>{let v=[k?"mk-on":"",u?"mk-dangling":"",b?"mk-otherwise-line":""];x("path",this.g,{d:p,class:["mk-pointer-line",...v].filter(Boolean).join(" ")}).setAttribute("marker-end",c(k))};for(let[p,k]of h){let u=f[p];if(!u)continue;let b=u.y+T/2,v=r+2;g(`M${v} ${k} C${v+o*.6} ${k},${u.x-o*.6} ${b},${u.x-1} ${b}`,!1,!1)}for(let[p,k,u,b,v]of t.edges)f[p]&&f[k]&&g(Cs(f[p],f[k],o,i),u,b,v);for(let p of t.nodes)this.drawNode(p,f[p.name],i);this.svg.setAttribute("width",Math.max(n(t.columns-1)+i+10,200)),this.svg.setAttribute("height",Math.max(d,26+t.rows*dt[i]))}drawNode(t,{x:e,y:s},i){let r=i===F?22:18;if(x("rect",this.g,{x:e,y:s,width:i,height:T,rx:4,class:`mk-node mk-node-${t.look}`}),t.look==="grey"||t.look==="black"){let n=x("rect",this.g,{x:e+4,y:s+5,width:r,height:T-10,class:"mk-swatch"});n.style.fill=t.look==="black"?"var(--mk-tier)":`url(#${this.key}-hatch)`}else t.look==="white"&&x("rect",this.g,{x:e+4,y:s+5,width:r,height:T-10,class:"mk-swatch"});this.text(t.name,e+r+(i===F?9:7),s+23,"mk-node-name"),i===F?this.text(t.word,e+i-6,s+23,"mk-node-word"):t.lost&&this.text(t.word,e+i,s+T+17,"mk-node-word"),t.lost&&x("rect",this.g,{x:e-4,y:s-4,width:i+8,height:T+8,rx:6,class:"mk-lost"});let o={x:e,y:s,width:i,height:T};t.touched&&A(this.g,o),t.differs&&A(this.g,o,"mk-differs",t.touched||t.lost?5:0)}drawSpans(t){this.spans.replaceChildren();for(let e of t.spans){let s=l("div",this.spans,"mk-gc-span"),i=l("div",s,"mk-gc-span-head");l("b",i,"",e.title),l("span",i,"",` \xB7 ${e.note}`);let r=this.room,o=78,n=Math.min(As,(r-o-30)/e.cells.length),m=x("svg",s,{width:r,height:32+e.bits.length*20,"aria-hidden":"true",class:"mk-gc-cells"}),h=(d,f,c,g)=>{x("text",m,{x:f,y:c,class:g}).textContent=d};h("slots",0,19,"mk-gc-label"),e.cells.forEach(([d,f,c,g],p)=>{let k=o+p*n,u=n-4;if(x("rect",m,{x:k,y:2,width:u,height:26,rx:2,class:`mk-node mk-node-${f==="free"?"freed":f}`}),f==="black"||f==="grey"){let v=x("rect",m,{x:k+2,y:21,width:u-4,height:6,class:"mk-strip"});v.style.fill=f==="black"?"var(--mk-tier)":`url(#${this.key}-hatch)`}h(d,k+u/2,17,"mk-gc-name");let b={x:k,y:2,width:u,height:26};c&&A(m,b),g&&A(m,b,"mk-differs",c?3.5:0)}),e.more&&h("\u2026",o+e.cells.length*n+4,19,"mk-gc-label"),e.touched&&A(m,{x:o-2,y:0,width:e.cells.length*n,height:30}),e.bits.forEach(([d,f],c)=>{h(d,0,48+c*20,"mk-gc-label"),[...f].forEach((g,p)=>{h(g,o+p*n+(n-4)/2,48+c*20,g==="1"?"mk-bit mk-bit-one":"mk-bit")})})}t.rest&&l("div",this.spans,"mk-caption",`and ${t.rest} more spans`)}};function Cs(a,t,e,s){let[i,r]=[a.y+T/2,t.y+T/2];if(a===t||a.x===t.x&&a.y===t.y)return`M${a.x+s} ${i-8} c26 -16,26 32,2 17`;if(t.x>a.x){let h=a.x+s;if(t.x-h<=e+1||i!==r)return`M${h} ${i} C${h+e*.5} ${i},${t.x-e*.5} ${r},${t.x-1} ${r}`;let d=a.y+dt[s]+1;return`M${h-12} ${a.y+T} C${h+10} ${d},${t.x-10} ${d},${t.x+12} ${t.y+T+1}`}if(t.x===a.x){if(Math.abs(a.y-t.y)<=dt[s]){let d=t.y>a.y,f=a.x+s/2+(d?-6:6);return`M${f} ${d?a.y+T:a.y} L${f} ${d?t.y-1:t.y+T+1}`}let h=a.x+s;return`M${h} ${i} C${h+30} ${i},${h+30} ${r},${h+1} ${r}`}let o=t.y>=a.y?1:-1,[n,m]=o>0?[a.y+T,t.y+T]:[a.y,t.y+T];return`M${a.x+20} ${n} C${a.x-6} ${n+o*20},${t.x+s+6} ${m+20},${t.x+s-20} ${m+1}`}var et=10,Dt=5,zs=2,Ls=3,Ts=1.35;function Ss(a,t){let e=a.map(({from:o,to:n,wide:m})=>{if(!m)return null;if(m+et<=n-o)return{wide:m,left:o+zs,pole:null,at:o};let h=Math.min((o+n)/2,o+8),d=h+Dt+m<=t;return{wide:m,pole:h,at:h,left:d?h+Dt:Ae(h,m)}}),s=e.filter(Boolean);for(let o=s.length-2;o>=0;o--){let n=s[o],m=s.slice(o+1).some(h=>h.left<h.pole&&Ht(n,h));n.left>n.pole&&m&&(n.left=Ae(n.pole,n.wide))}let i=new Set(s),r=[];for(;i.size;){let o=[...i],n=o.find(h=>o.every(d=>d===h||!Ht(h,d)))??o[0];i.delete(n);let m=r.filter(h=>Ht(n,h)).map(h=>h.lane+1);for(n.lane=Math.max(0,...m);n.pole!==null&&r.some(h=>h.lane===n.lane&&js(n,h));)n.lane++;r.push(n)}return e.map(o=>{let n=o?.pole>o?.left&&o.pole<o.left+o.wide;return o&&{left:o.left,lane:o.lane,pole:o.pole,around:n}})}var Ae=(a,t)=>Math.max(0,a-Dt-t),Ht=(a,t)=>a.pole===null?!1:t.pole===null?a.left<t.left+t.wide+et&&a.left+a.wide+et>t.at:a.left-1<t.pole+1&&a.left+a.wide+1>t.pole,js=(a,t)=>a.left<t.left+t.wide+et&&t.left<a.left+a.wide+et,Wt,Pt=new Map;function Os(a,t){let e=`${t}
${a}`;return Pt.has(e)||(Wt??=document.createElement("canvas").getContext("2d"),Wt.font=t,Pt.set(e,Math.ceil(Wt.measureText(a).width)+1)),Pt.get(e)}var pt=class{constructor(t){this.boxes=l("div",t,"mk-boxes"),this.texts=l("div",t,"mk-bar-texts mk-caption")}draw(t,e,s){let i=t.reduce((f,c)=>f+c.share,0)||1;this.measure(e);let{font:r,strip:o}=this,n=0,m=t.map(f=>{let c=n;return n+=f.share,{from:e*c/i,to:e*n/i,wide:f.text?Os(f.text,r):0}}),h=Ss(m,e);t.forEach((f,c)=>this.drawPart(c,f,m[c].from/e,f.share/i,s(f.state)));let d=0;t.forEach((f,c)=>{this.drawText(c,f.text,h[c],o),h[c]&&(d=Math.max(d,h[c].lane+1))}),this.texts.style.height=`${d&&d*o+3}px`}measure(t){if(this.width===t)return;this.width=t;let e=getComputedStyle(this.texts);this.font=`${e.fontWeight} ${e.fontSize} ${e.fontFamily}`,this.strip=Math.round(Ts*parseFloat(e.fontSize))}drawPart(t,e,s,i,r){let o=this.boxes.children[t]??l("div",this.boxes),n=typeof e.touched=="number",m=[e.touched&&!n?"mk-on":"",e.differs?"mk-other":""];i*this.width<Ls&&m.push("mk-thin"),Z(o,["mk-part-box",`mk-${r}`,...m].filter(Boolean).join(" ")),o.style.left=`${100*s}%`,o.style.width=`${100*i}%`,o.style.minWidth=i?"1px":"0",n&&!o.firstChild&&l("div",o,"mk-place"),n?o.firstChild.style.left=`${100*e.touched}%`:o.replaceChildren()}drawText(t,e,s,i){let r=this.texts.children[t]??l("div",this.texts,"mk-told-part");if(r.hidden=!s,!s)return r.replaceChildren();r.firstChild||(l("div",r,"mk-pole"),l("span",r));let[o,n]=r.children;o.style.left=`${s.pole??0}px`,o.style.height=`${(s.lane+(s.around?0:1))*i+(s.around?2:-2)}px`,Z(o,s.pole===null?"mk-pole mk-no-pole":"mk-pole"),n.style.left=`${s.left}px`,n.style.top=`${s.lane*i+2}px`,y(n,e)}rect(t){return this.boxes.children[t].getBoundingClientRect()}};var Is=3.5;function Ce(a,t){let e=a.tail.reduce((c,g)=>c+g.cells,0),s=a.cells.length,i=a.big?18:16,r=Math.max(1,Math.ceil(s+e)),o=a.per||Math.max(1,Math.floor(t/i)),n,m,h,d;for(;n=t/o,a.wide||(n=Math.min(n,i)),m=a.big?18:Math.min(a.per?10:22,Math.max(4,Math.round(n*1.4))),h=n>10?3:n>5?2:n>3?1:.5,d=Math.ceil(r/o),!(d*(m+3)<=a.high||n<=2.5);)o=a.per?o*2:Math.ceil(o*1.12);a.wide&&(o=Math.ceil(r/d),s+e<o&&(o=s+e),n=t/o,m=22>m&&d===1?22:m,o=Math.max(1,d===1?r:o));let f=m+3;return{per:o,pitch:n,high:m,step:f,gap:h,lines:d,width:Math.min(t,Math.min(o,r)*n+2),height:d*f+2,at:c=>[c%o*n+1.5,Math.floor(c/o)*f+1.5],wide:Math.max(1,n-h),cellAt:(c,g)=>{let p=Math.floor((c-1)/n);return p<0||p>=o||g<0?-1:Math.floor(g/f)*o+p}}}function ze(a,t){let e=[];for(let i=0;i<a.cells.length;i++){let[r,o]=t.at(i);e.push({x:r,y:o,w:t.wide,h:t.high,state:a.cells[i]})}let s=a.cells.length;for(let i of a.tail){let r=i.cells;for(;r>.001;){let o=Math.floor(s/t.per+1e-9),n=Math.min(r,(o+1)*t.per-s),m=Math.max(1,n*t.pitch-t.gap),h=(s-o*t.per)*t.pitch+1.5;e.push({x:h,y:o*t.step+1.5,w:m,h:t.high,state:i.state,part:!0}),s+=n,r-=n}}return e}var Rs={"#":"used",".":"free","-":"reserved","/":"third"," ":"none"},G=a=>Rs[a]||(a>="0"&&a<="9"?"level":"letter");function Kt(a,t){let e=[];for(let[s,i]of a||[])for(let r=s;r<i;){let o=Math.min(i,(Math.floor(r/t.per)+1)*t.per),[n,m]=t.at(r);e.push({x:n,y:m,width:Math.max(1,(o-r)*t.pitch-t.gap),height:t.high}),r=o}return e}var kt=class{constructor(t){this.node=x("g",t,{})}draw(t,e){this.node.replaceChildren();for(let{x:i,y:r,width:o,height:n}of Kt(t.boxes,e)){let m={x:i-1,y:r-1,width:o+2,height:n+2,rx:2};x("rect",this.node,{...m,class:"mk-box"})}let s=t.touched.map(([i,r])=>[i,Math.min(r,t.cells.length)]);for(let i of Kt(s,e))A(this.node,i);for(let[i,r]of t.differs||[]){let o=s.some(([n,m])=>n<r&&i<m);for(let n of Kt([[i,r]],e))A(this.node,n,"mk-differs",o?Is:0)}if(t.mark&&e.lines>1){let[i,r]=e.at(t.mark.at),o={x:i-e.gap/2-1.25,y:r-3,width:2.5,height:e.high+6};x("rect",this.node,{...o,class:"mk-mark-bar"})}}},ft=class{constructor(t){this.hatch=O("hatch"),this.node=x("svg",t,{"aria-hidden":"true"}),P(x("defs",this.node,{}),this.hatch),this.cells=x("g",this.node,{}),this.over=x("g",this.node,{}),this.marks=new kt(this.node),this.list=[]}paint(t,e){let s=`${e.width} ${e.height} ${e.per} ${e.pitch}`,i=ze(t,e);if(s!==this.frame||i.length!==this.list.length){this.frame=s,this.node.setAttribute("width",e.width),this.node.setAttribute("height",e.height),this.cells.replaceChildren(),this.list=[];for(let r of i)x("rect",this.cells,{x:r.x,y:r.y,width:r.w,height:r.h,rx:Math.min(2,r.w/4)})}this.over.replaceChildren();for(let r=0;r<i.length;r++){let o=i[r];G(o.state)==="letter"&&e.wide<11&&(o.state="/");let n=this.list[r];if(!n||n.state!==o.state){let m=this.cells.children[r];m.setAttribute("class",`mk-cell mk-${G(o.state)}`),m.style.fill=G(o.state)==="third"?`url(#${this.hatch})`:""}if(G(o.state)==="level"){let m=(o.h-2)*(Number(o.state)/9);x("rect",this.over,{x:o.x+1,y:o.y+1+o.h-2-m,width:o.w-2,height:m,class:"mk-fill"})}G(o.state)==="letter"&&(x("text",this.over,{x:o.x+o.w/2,y:o.y+o.h/2+4.5,class:"mk-letter"}).textContent=o.state)}this.marks.draw(t,e),this.list=i}},gt=class{constructor(t){this.node=l("canvas",t),this.node.setAttribute("aria-hidden","true"),this.svg=x("svg",t,{class:"mk-over","aria-hidden":"true"}),this.marks=new kt(this.svg)}paint(t,e){let s=window.devicePixelRatio||1,r=getComputedStyle(this.node).getPropertyValue("--mk-tier").trim()||"#6b7f8f";this.node.width=Math.ceil(e.width*s),this.node.height=Math.ceil(e.height*s),this.node.style.width=`${e.width}px`,this.node.style.height=`${e.height}px`;let o=this.node.getContext("2d");o.scale(s,s);let n=ze(t,e);for(let m of n){let h=G(m.state);if(h!=="none"){if(o.fillStyle=o.strokeStyle=r,o.lineWidth=1,o.setLineDash(h==="reserved"?[2,2]:[]),(h==="used"||h==="letter")&&o.fillRect(m.x,m.y,m.w,m.h),h==="level"){let d=m.h*(Number(m.state)/9);o.fillRect(m.x,m.y+m.h-d,m.w,d)}e.pitch>3?o.strokeRect(m.x,m.y,m.w,m.h):h!=="used"&&(o.globalAlpha=h==="free"?.2:.45,o.fillRect(m.x,m.y,m.w,m.h),o.globalAlpha=1),h==="third"&&(o.beginPath(),o.moveTo(m.x,m.y+m.h),o.lineTo(m.x+m.w,m.y),o.stroke())}}this.svg.setAttribute("width",e.width),this.svg.setAttribute("height",e.height),this.marks.draw(t,e)}};var Ns=2e3,qs=450,Bs=2,Te={"#":"in use",".":"free","-":"reserved","/":"hatched"," ":""};function Hs(a,t){return a>="0"&&a<="9"?`filled to ${a} ninths`:a==="/"&&t?"":Te[a]??a}function Se(a,t){if(a===t)return!0;if(typeof a!="object"||typeof t!="object"||!a||!t)return!1;let e=Object.keys(a);return e.length===Object.keys(t).length&&e.every(s=>Se(a[s],t[s]))}var ut=class a{constructor(t,e){this.node=l("div",t,"mk-row"),this.label=l("div",this.node,"mk-label"),this.line=l("div",this.node,"mk-line"),this.cells=l("div",this.line,e.bar?"mk-bar":"mk-cells"),this.bar=e.bar&&new pt(this.cells),this.beside=l("span",this.line,"mk-beside"),this.mark=l("div",this.node,"mk-mark"),this.caption=l("div",this.node,"mk-caption"),this.kind=a.kind(e)}static kind(t){return t.bar?`bar ${t.bar.length}`:"cells"}draw(t,e,s,i){if(!i&&e===this.width&&s===this.canvas&&Se(t,this.row))return;Object.assign(this,{row:t,width:e,canvas:s}),this.node.classList.toggle("mk-otherwise",!!t.differs),y(this.label,t.label),y(this.beside,t.beside),y(this.caption,t.caption),t.bar?this.bar.draw(t.bar,e,G):this.drawCells(t,e,s);let r=!!(t.mark&&this.g&&this.g.lines===1);if(this.mark.hidden=!r,r){let[o]=this.g.at(t.mark.at);y(this.mark,`\u25B4 ${t.mark.text}`);let n=Math.min(o+this.g.wide/2-6,Math.max(0,e-this.mark.textContent.length*8));this.mark.style.paddingLeft=`${Math.max(0,n)}px`}}drawCells(t,e,s){this.g=Ce(t,e-Bs);let i=s?gt:ft;this.painter instanceof i||(this.cells.replaceChildren(),this.painter=new i(this.cells)),this.painter.paint(t,this.g)}get count(){return(this.row.bar??this.row.cells).length}box(t){if(this.row.bar)return this.bar.rect(Math.floor(t));let e=this.painter.node.getBoundingClientRect(),[s,i]=this.g.at(Math.max(0,Math.min(t,this.row.cells.length-1)));return new DOMRect(e.x+s,e.y+i,this.g.wide,this.g.high)}at(t,e){if(this.row.bar)return this.row.bar.findIndex((r,o)=>{let n=this.bar.rect(o);return r.share>0&&t>=n.left&&t<n.right&&e>=n.top&&e<=n.bottom});let s=this.painter.node.getBoundingClientRect(),i=this.g.cellAt(t-s.x,e-s.y);return i<this.row.cells.length?i:-1}says(t){let{bar:e,cells:s,unit:i,tells:r=[]}=this.row;if(e)return e[t].says||e[t].text||Te[e[t].state]||"";let o=i?`${i.name} ${i.first+t}`:`${t+1} of ${s.length}`,n=i?.base===null||!i?"":` at 0x${(i.base+t*i.size).toString(16)}`,m=r.filter(([d,f])=>d<=t&&t<f).map(d=>d[2]),h=Hs(s[t],m.length);return[o+n,h,...m].filter(Boolean).join(", ")}place(t,e){let s=this.box(t),i=this.row.bar?s.width*(t%1||.04):s.width/2;return[s.left-e.left+i,s.top-e.top,s.bottom-e.top]}},xt=class a{constructor(t,e){this.node=l("div",null,"mk-floor"),this.node.dataset.tier=t.tier;let s=l("div",this.node,"mk-head");this.title=l("div",s,"mk-title"),this.note=l("div",s,"mk-note"),this.count=l("div",s,"mk-count"),this.open=l("button",s,"mk-open"),this.open.type="button",this.open.addEventListener("click",()=>e(t.tier)),this.body=l("div",this.node,"mk-floor-body"),this.kind=a.kind(t),this.rows=[];for(let i of t.rows){let r=i.length>1?l("div",this.body,"mk-beside-each-other"):this.body;for(let o of i)this.rows.push(new ut(r,o))}}static kind(t){let e=t.rows.map(s=>s.map(ut.kind).join(","));return`${t.tier}|${e.join(";")}`}draw(t,e,{opened:s,closer:i,fresh:r}){y(this.title,t.title),y(this.note,t.note),y(this.count,t.count),y(this.open,t.opens);let o=t.tier===s;this.open.title=`${o?"close":"open"} the closer view: ${t.opens}`,this.open.setAttribute("aria-expanded",String(o)),this.node.classList.toggle("mk-acting",t.acting),this.node.classList.toggle("mk-opened",o&&!!i),o&&i&&i.parentElement!==this.node&&this.node.append(i);let n=0;for(let m of t.rows){let h=(this.width-24*(m.length-1))/m.length;for(let d of m)this.rows[n++].draw(d,h,e,r)}}},bt=class{constructor(t,{open:e}){this.open=e,this.parts=this,this.body=l("div",t,"mk-body"),this.story=l("div",this.body,"mk-story"),l("div",this.story,"mk-story-title","The story so far"),this.list=l("ol",this.story),this.list.tabIndex=0,this.tower=l("div",this.body,"mk-picture"),this.thread=x("svg",this.tower,{class:"mk-thread","aria-hidden":"true"}),this.path=x("path",this.thread,{d:""}),this.drawn="",this.floors=[],this.travellers=[]}draw(t,e){let s=this.shown!==void 0&&t.step===this.shown+1;this.shown=t.step,this.tower.setAttribute("aria-label",t.sentence||""),this.drawStory(t.story),this.drawFloors(t.floors,e);let i=this.tower.querySelector(".mk-open:not([hidden])");this.tower.setAttribute("role",i?"group":"img"),this.scrollStory(),this.points=t.thread,this.settle();for(let r of this.travellers)r.remove();this.travellers=s&&!Ws()?this.travel(t.journeys||[]):[]}settle(){this.drawThread(this.points)}drawStory(t){for(this.story.hidden=!t.length,this.body.classList.toggle("mk-with-story",t.length>0),t.forEach(([e,s,i],r)=>{let o=this.list.children[r];o||(o=l("li",this.list),l("span",o,"mk-number"),l("span",o,"mk-told")),o.className!==`mk-${i}`&&(o.className=`mk-${i}`,i==="now"?o.setAttribute("aria-current","step"):o.removeAttribute("aria-current")),y(o.firstChild,String(e)),y(o.lastChild,s)});this.list.children.length>t.length;)this.list.lastChild.remove()}scrollStory(){let t=this.list.querySelector(".mk-now");if(t&&t!==this.scrolledTo){this.scrolledTo=t;let e=this.list,s=t.offsetTop-24,i=t.offsetTop+t.offsetHeight+24-e.clientHeight;i>e.scrollTop&&(e.scrollTop=i),s<e.scrollTop&&(e.scrollTop=s)}}drawFloors(t,e){let s=(r,o)=>r.reduce((n,m)=>n+o(m),0),i=s(t,r=>s(r.rows.flat(),o=>o.bar?0:o.cells.length));t.forEach((r,o)=>{let n=xt.kind(r);if(this.floors[o]?.kind===n)return;let m=new xt(r,this.open);this.floors[o]?this.floors[o].node.replaceWith(m.node):this.tower.insertBefore(m.node,this.thread),this.floors[o]=m,this.measured=""});for(let r of this.floors.splice(t.length))r.node.remove();this.measure(`${e.width} ${this.story.hidden}`),t.forEach((r,o)=>{this.floors[o].draw(r,i>Ns,e)})}measure(t){if(this.measured!==t){this.measured=t;for(let e of this.floors)e.width=Math.max(120,e.body.clientWidth||600)}}drawThread(t){if(!t.length&&!this.drawn)return;let e=this.tower.getBoundingClientRect(),s=t.filter(o=>!o||!this.floors[o[0]].node.matches(".mk-opened")),i="",r=null;for(let o of s){if(o||(r=null),!o)continue;let[n,m,h]=o,d=this.floors[n].rows[m].place(h,e);if(r&&d[1]<r[2])i+=`M${r[0]} ${(r[1]+r[2])/2} L${d[0]} ${(d[1]+d[2])/2} `;else if(r){let f=Math.max(12,(d[1]-r[2])/2);i+=`M${r[0]} ${r[2]} C${r[0]} ${r[2]+f},${d[0]} ${d[1]-f},${d[0]} ${d[1]} `}r=d}i!==this.drawn&&this.path.setAttribute("d",i),this.drawn=i}get rows(){return this.floors.flatMap(t=>t.rows).filter(t=>t.count&&t.cells.offsetParent)}any(){return this.floors.length>0}at({clientX:t,clientY:e}){let s=null;return this.rows.forEach((i,r)=>{let o=i.at(t,e);o>=0&&(s=[r,o])}),s}first(){let{rows:t}=this,e=t.findIndex(({row:s})=>s.touched?.length);return e>=0?[e,t[e].row.touched[0][0]]:t.length?[0,0]:null}next([t,e],[s,i]){let{rows:r}=this,o=r[t];if(s)return[t,Math.max(0,Math.min(o.count-1,e+s))];let n=o.g&&Math.round(o.g.per),m=e+i*n;if(n&&o.g.lines>1&&m>=0&&m<o.count)return[t,m];let h=o.box(e).x+o.box(e).width/2,d=r.findIndex((k,u)=>u>t&&Le(k,o,i)),f=r.findLastIndex((k,u)=>u<t&&Le(k,o,i)),c=i>0?d:f;if(c<0)return[t,e];let g=Array.from({length:r[c].count},(k,u)=>u),p=k=>{let u=r[c].box(k);return Math.abs(u.x+u.width/2-h)+.01*Math.abs(u.y-o.box(e).y)};return[c,g.reduce((k,u)=>p(u)<p(k)?u:k,0)]}box([t,e]){let s=this.rows[t];return s&&e<s.count?s.box(e):null}says([t,e]){let s=this.rows[t];return s&&e<s.count?s.says(e):""}travel(t){let e=this.tower.getBoundingClientRect(),s=([r,o,n])=>{let[m,h,d]=this.floors[r].rows[o].place(n,e);return`translate(${m-6}px, ${(h+d)/2-7}px)`},i=([r])=>!this.floors[r].node.matches(".mk-opened");return t.filter(r=>r.every(i)).map(([r,o])=>{let n=A(this.thread,{x:0,y:0,width:12,height:14}),m=n.animate([{transform:s(r)},{transform:s(o)}],{duration:qs,easing:"ease-in-out"});return m.onfinish=()=>n.remove(),n})}},Ws=()=>window.matchMedia("(prefers-reduced-motion: reduce)").matches;function Le(a,t,e){return(a.cells.getBoundingClientRect().y-t.cells.getBoundingClientRect().y)*e>2}var Ps=350,Ds=2100,S=[56,22],V=class a{static WIDE=236;static HIGH=172;constructor(t){this.node=x("g",t,{class:"mk-clock"}),this.head=O("hatch"),D(x("defs",t,{}),this.head,"mk-way-head",7)}draw(t,e,s,i){this.node.replaceChildren();let r=this.shown!==void 0&&i.step===this.shown+1;if(this.shown=i.step,!t)return;let o=t.frames.length,n=[e+a.WIDE/2,Math.max(s,a.HIGH)/2],m=[a.WIDE/2-S[0]/2-6,n[1]-S[1]/2-4],h=(p,k)=>x(p,this.node,k),d=(p,k,u,b)=>{h("text",{x:k,y:u,class:b}).textContent=p},f=p=>2*Math.PI*p/o-Math.PI/2,c=(p,k=1)=>[n[0]+Math.cos(f(p))*m[0]*k,n[1]+Math.sin(f(p))*m[1]*k];h("ellipse",{cx:n[0],cy:n[1],rx:m[0],ry:m[1],class:"mk-clock-line"});let g=Math.min(t.way,o-.12);if(g>0){let p=Array.from({length:25},(u,b)=>c(t.hand-g+g*b/24,.3));h("path",{d:`M${p.map(u=>u.join(" ")).join("L")}`,class:"mk-way"}).setAttribute("marker-end",`url(#${this.head})`)}t.frames.forEach(({page:p,kind:k,count:u},b)=>{let[v,M]=c(b),[w,L]=[v-S[0]/2,M-S[1]/2],q=(R,j,nt=0)=>h("rect",{x:w+nt,y:L+nt,width:R-2*nt,height:S[1]-2*nt,rx:2,class:j});q(S[0],"mk-clock-page"),q(S[0],`mk-frame-cell mk-${k==="loaded"?"kept":k}`);let W=w+S[0]/2-2;h("line",{x1:W,x2:W,y1:L,y2:L+S[1],class:"mk-clock-line"}),d(p,(w+W)/2,M+5,"mk-page mk-in-loaded"),d(u,(W+w+S[0])/2,M+5,u.length>1?"mk-page mk-count-down":"mk-page"),i.rows[b].next&&q(S[0],"mk-goes",3);let{touched:$,only:E=[]}=i.rows[b],C={x:w,y:L,width:S[0],height:S[1]};E.includes(i.now)&&A(this.node,C,"mk-differs",$?3.5:0),$&&A(this.node,C);let z=Math.min((S[0]/2+8)/Math.abs(v-n[0]),(S[1]/2+10)/Math.abs(M-n[1]));d(String(b),v+(n[0]-v)*z,M+(n[1]-M)*z+5,"mk-clock-number")}),this.drawHand(t,n,c,f,m,o,r),d(i.kept==="bit"?"page, bit":`page, ${i.kept}`,e+2,13,"mk-clock-told")}drawHand(t,e,s,i,r,o,n){let m=x("line",this.node,{class:"mk-hand"}),h=g=>{let[p,k]=s(g,.42);for(let[u,b]of Object.entries({x1:e[0],y1:e[1],x2:p,y2:k}))m.setAttribute(u,b)};if(x("circle",this.node,{cx:e[0],cy:e[1],r:4.5,class:"mk-hand-nut"}),h(t.hand),cancelAnimationFrame(this.going),!n||!t.way||matchMedia("(prefers-reduced-motion: reduce)").matches)return;let d=Math.min(Ps,Ds/t.way),f=performance.now(),c=g=>{let p=Math.min(t.way,(g-f)/d),k=Math.floor(p),u=k+Math.min(1,(p-k)*2);h(t.hand-t.way+Math.min(t.way,u)),p<t.way&&(this.going=requestAnimationFrame(c))};c(f)}};var _=24,st=70,Ks=9.2,Gs=46,Us=8.6,Fs=13,Vs=[["marks",1],["out",2]],wt=class{constructor(t,e){this.node=x("g",t,{}),this.tag=e,this.known=[]}begin(){this.n=0}put(t,e=""){let s=this.n++,i=JSON.stringify([t,e]);if(this.known[s]===i)return;this.known[s]=i;let r=this.node.children[s]??x(this.tag,this.node,{});for(let[o,n]of Object.entries(t))r.setAttribute(o,n);r.textContent!==e&&(r.textContent=e)}end(){for(this.known.length=this.n;this.node.children.length>this.n;)this.node.lastChild.remove()}},vt=class{constructor(t){this.body=l("div",t,"mk-floor"),this.body.dataset.tier="frames";let e=l("div",this.body,"mk-head");this.title=l("div",e,"mk-title"),this.note=l("div",e,"mk-note"),this.count=l("div",e,"mk-count"),this.place=l("div",this.body,"mk-floor-body"),this.place.setAttribute("role","img"),this.svg=x("svg",this.place,{"aria-hidden":"true",class:"mk-frames"}),this.boxes=new wt(this.svg,"rect"),this.texts=new wt(this.svg,"text"),this.marks=x("g",this.svg,{}),this.ring=new V(this.svg),this.caption=l("div",this.place,"mk-caption")}draw(t,e){let s=this.body.closest(".mk-grid")?.className,i=Math.max(240,N(this.place,`${e.width} ${s}`)||600);for(let $ of["title","note","count","caption"])y(this[$],t[$]);this.place.setAttribute("aria-label",t.sentence);let{refs:r,rows:o,now:n,labels:m}=t,{clock:h}=t,{room:d=Fs}=t,f=d==="clock"?V.WIDE:Us*d+24,c=Math.max(...r.map($=>$.length),...o.map($=>$.cells[n][0].length)),g=(i-st-f)/r.length,p=Math.max(Ks*c+6,Math.min(Gs,g)),k=st+r.length*p+12,u=o.length+1,b=Vs.filter(([,$])=>m[$]),v=u+b.length,M=Math.max(i,k+f-12);this.svg.setAttribute("width",M),this.place.tabIndex=M>i?0:-1,this.svg.setAttribute("height",Math.max(v*_+4,h?V.HIGH:0)),this.ring.draw(h,M-V.WIDE,v*_,t),this.boxes.begin(),this.texts.begin();let w=($,E,C,z)=>this.texts.put({x:E,y:C*_+17,class:z},$),L=($,E,C,z=2)=>this.boxes.put({x:st+$*p+z,y:E*_+z,rx:2,class:C,width:p-2*z,height:_-2*z});this.marks.replaceChildren();let q=($,E,C,z)=>{let R={x:st+$*p+2,y:E*_+2};A(this.marks,{...R,width:p-4,height:_-4},C,z)},W=$=>st+($+.5)*p;w(m[0],0,0,"mk-said"),h||w(t.kept,k,0,"mk-said"),r.forEach(($,E)=>w($,W(E),0,E>n?"mk-page mk-later":"mk-page")),o.forEach(($,E)=>{w($.label,0,E+1,"mk-said"),h||w($.note,k,E+1,"mk-noted"),$.cells.forEach(([C,z,R],j)=>{L(j,E+1,`mk-frame-cell mk-${z}`),w(C,W(j),E+1,`mk-page mk-in-${z}`),R&&q(j,E+1,"mk-differs",$.touched&&j===n?3.5:0)});for(let C of $.only??[])C<n?L(C,E+1,"mk-alone",3):q(C,E+1,"mk-differs",$.touched?3.5:0);$.next&&L(n,E+1,"mk-goes",5),$.touched&&q(n,E+1)}),b.forEach(([$,E],C)=>{w(m[E],0,u+C,"mk-said"),t[$].forEach((z,R)=>{let j=$==="marks"&&z==="F";j&&L(R,u+C,"mk-frame-cell mk-fault"),w(z,W(R),u+C,j||$==="out"?"mk-page":"mk-page mk-later")});for(let[z,R]of t.differs?.[$]??[])for(let j=z;j<R;j++)q(j,u+C,"mk-differs")}),q(n,0),this.boxes.end(),this.texts.end()}};var je=46,_s=46,I=40,yt=8.6,$t=class{constructor(t){this.floor=l("div",t,"mk-floor mk-heap"),this.floor.dataset.tier="mheap";let e=l("div",this.floor,"mk-head");for(let i of["title","note","count"])this[i]=l("div",e,`mk-${i}`);this.inner=l("div",this.floor,"mk-floor-body"),this.inner.setAttribute("role","img"),this.svg=x("svg",this.inner,{"aria-hidden":"true",class:"mk-region"});let s=x("defs",this.svg,{});this.key=O("heap"),P(s,`${this.key}-hatch`),D(s,`${this.key}-head`,"mk-arrow-head"),this.g=x("g",this.svg,{}),this.caption=l("div",this.inner,"mk-caption"),this.meters=l("div",this.inner,"mk-meters")}draw(t,e){let s=Math.max(280,N(this.inner,e.width)||700);for(let g of["title","note","count","caption"])y(this[g],t[g]);this.inner.setAttribute("aria-label",`${t.sentence} ${t.caption}`);let i=t.listed?je:2,r=t.listed?_s:8,o=(s-i-4)/t.size,n=g=>i+g*o;this.svg.setAttribute("width",s),this.svg.setAttribute("height",r+I+44),this.g.replaceChildren();let m=(g,p,k,u)=>{x("text",this.g,{x:p,y:k,class:u}).textContent=g};for(let g of t.blocks)this.drawBlock(g,n,r,o,m);t.listed&&this.drawList(t,n,r,m);let h=-1e9,d=s-2,f=t.ticks.length-1,c=t.ticks[f][1].length*yt;t.ticks.forEach(([g,p],k)=>{let u=p.length*yt,b=k===f?d-u:n(g);b<h||k<f&&b+u+8>d-c||(x("line",this.g,{x1:n(g),x2:n(g),y1:r+I,y2:r+I+24,class:"mk-tick"}),m(p,b,r+I+38,"mk-address-tick"),h=b+u+8)}),this.drawMeters(t.meters)}drawBlock(t,e,s,i,r){let o=e(t.at)+1,n=Math.max(2,t.size*i-2),m=(g,p,k,u=0)=>x("rect",this.g,{x:g+u,y:s+u,width:Math.max(1,p-2*u),height:I-2*u,rx:2,class:k});m(o,n,t.live?"mk-block mk-live":"mk-block mk-free-block");let h=t.live?(t.size-t.asked)*i:0;h>1&&(m(o+n-h,h,"mk-waste").style.fill=`url(#${this.key}-hatch)`);let d=n-h-4,f=t.texts.find(g=>g.length*yt<=d);f?r(f,o+(n-h)/2,s+I/2+5,"mk-in-block"):yt*t.name.length<=n&&r(t.name,o+n/2,s+I/2+5,"mk-in-block");let c={x:o,y:s,width:n,height:I};if(t.touched&&A(this.g,c),t.differs&&A(this.g,c,"mk-differs",t.touched?3.5:0),t.number){let g=t.found?`\u25B2${t.number}`:String(t.number);r(g,o+n/2,s+I+17,t.found?"mk-cursor mk-found":"mk-cursor")}}drawList(t,e,s,i){i("list",2,s+I/2+5,"mk-said");let r=h=>e(t.blocks[h].at+t.blocks[h].size/2),o=h=>Math.min(9,(e(t.blocks[h].size)-e(0))/5),n=je/2-6,m=s+I/2-10;t.chain.forEach((h,d)=>{let f=d>0&&r(h)<r(t.chain[d-1]),c=r(h)+(f?1:-1)*o(h);d>0&&(n=r(t.chain[d-1])+(f?-1:1)*o(t.chain[d-1]),m=s);let g=Math.min(s-6,14+Math.abs(c-n)*.07),p=`M${n} ${m} C${n} ${s-g*1.25},${c} ${s-g*1.25},${c} ${s-1}`;x("path",this.g,{d:p,class:f?"mk-link mk-backwards":"mk-link"}).setAttribute("marker-end",`url(#${this.key}-head)`)})}drawMeters(t){t.forEach((e,s)=>{let i=this.meters.children[s];i||(i=l("div",this.meters,"mk-meter"),l("div",i,"mk-meter-name"),l("div",l("div",i,"mk-meter-bar"),"mk-meter-fill"),l("div",i,"mk-caption")),y(i.children[0],e.name),i.children[1].firstChild.style.width=`${100*e.share}%`,y(i.children[2],e.text)})}};var X=58,Js=176,H=132,Y=22,Mt=7.8,Et=class{constructor(t){this.floor=l("div",t,"mk-floor mk-lanes"),this.floor.dataset.tier="frames";let e=l("div",this.floor,"mk-head");for(let s of["title","note","count"])this[s]=l("div",e,`mk-${s}`);this.inner=l("div",this.floor,"mk-floor-body"),this.svg=x("svg",this.inner,{"aria-hidden":"true",class:"mk-timeline"}),this.hatch=O("hatch"),P(x("defs",this.svg,{}),this.hatch,6),this.g=x("g",this.svg,{})}draw(t,e,s){for(let k of["title","note","count"])y(this[k],t[k]);let i=Math.min(Js,s*.24),r=X+i+14,o=Math.min(30,(s-r-2)/e.columns),n=k=>2+H*(1-k/e.top);this.svg.setAttribute("width",s),this.svg.setAttribute("height",H+Y+4),this.g.replaceChildren();let m=(k,u)=>x(k,this.g,u),h=(k,u,b,v="mk-said")=>{m("text",{x:u,y:b,class:v}).textContent=k},d=r+o*e.columns,f=Number.POSITIVE_INFINITY;t.ticks.forEach(([k,u],b)=>{m("line",{x1:X-4,x2:d,y1:n(k),y2:n(k),class:"mk-tick"});let v=Math.min(H+2,Math.max(12,n(k)+4));f-v<13||b<t.ticks.length-1&&v<25||(h(u,X-8,v,"mk-address-tick"),f=v)});let c=i/Math.max(1,t.branches);for(let k of t.plan)this.block(e,k,X+k.first*c,c-3,n);for(let k of t.blocks){let u=k.last-k.first+1;this.block(e,k,r+k.first*o,u*o-1.5,n)}(i>150?t.aside:[]).forEach((k,u)=>h(k,X+2,H/2-14+18*u));let p=Math.ceil((Mt+1)/o);e.runs.forEach((k,u)=>{let b=u===e.now;if(u%p&&!b)return;let v=r+(u+.5)*o;if(b){let M=Math.max(o,k.length*Mt)/2+2,w=Math.max(r,Math.min(d-2*M,v-M));m("rect",{x:w,y:H+5,width:2*M,height:Y-4,rx:2,class:"mk-now-bar"}),h(k,w+M,H+Y-4,"mk-column mk-column-now")}else Math.abs(u-e.now)*o>e.runs.at(-1).length*Mt*.6+6&&h(e.short[k],v,H+Y-4,"mk-column")}),t.plan.length&&h("the plan",X,H+Y-4),h("runs",r-8,H+Y-4,"mk-address-tick")}block(t,e,s,i,r){let o=r(e.top),n={x:s,y:o+.5,width:Math.max(1,i),height:Math.max(1,r(e.bottom)-o-1.5),rx:1.5},m={"#":"used","-":"reserved","/":"third"}[e.state],h=x("rect",this.g,{...n,class:`mk-module mk-module-${m}`}),d=t.modules.indexOf(e.name)/Math.max(1,t.modules.length-1);if(m!=="reserved"&&h.style.setProperty("--mk-share",`${Math.round(14+36*d)}%`),e.over||m==="third"){let g=e.over?Math.min(n.width,16):n.width,p=x("rect",this.g,{...n,x:s+n.width-g,width:g});p.style.fill=`url(#${this.hatch})`,p.style.stroke="none"}let c=[e.name,t.short[e.name]].find(g=>g.length*Mt+4<=n.width);c&&n.height>=13&&(x("text",this.g,{x:s+n.width/2,y:o+n.height/2+5,class:"mk-in-module"}).textContent=c),e.now&&x("rect",this.g,{...n,class:"mk-touched"})}},At=class{constructor(t){this.body=l("div",t,"mk-picture"),this.body.setAttribute("role","img"),this.panels=[new Et(this.body),new Et(this.body)],this.read=l("div",this.body,"mk-read"),this.legend=l("div",this.body,"mk-caption")}draw(t,e){this.body.setAttribute("aria-label",t.sentence),t.panels.forEach((s,i)=>{let r=Math.max(280,N(this.panels[i].inner,e.width)||700);this.panels[i].draw(s,t,r)}),this.read.replaceChildren(),l("span",this.read,"","read from disk");for(let[s,i,r]of t.read)l("span",this.read,"mk-read-name",s),l("span",l("span",this.read,"mk-read-bar")).style.width=`${100*i}%`,l("span",this.read,"",r);y(this.legend,t.legend)}};var Oe=24,Ct=class{constructor(t,e){this.node=l("div",t,"mk-fork"),this.pickable=e}draw(t,e,s){if(this.node.replaceChildren(),this.node.hidden=!t,!!t){this.marks=s,this.row((i,r)=>{r.className=`mk-numbers${e[i].acting?" mk-acting":""}`;for(let[o,n]of e[i].numbers)this.pickable(l("span",r,"mk-number-of",n),o)},i=>l("div",i,"mk-title","frames")),this.row((i,r)=>{let[o,n,m]=t.folded[i];r.className="mk-folded",this.pickable(r,o,`${n}, ${m}`),l("span",r,"",n),l("span",r,"mk-area-size",m)});for(let i of t.groups){this.row((r,o)=>{let n=i.heads[r];n&&(o.className=`mk-fork-head${s(n)}`,this.pickable(o,n.key,[n.name,n.prot,n.size,n.note].filter(Boolean).join(", ")),l("span",o,"mk-area-name",n.name),l("code",o,"mk-prot",n.prot),l("span",o,"mk-caption",n.note),l("span",o,"mk-area-size",n.size))});for(let r of i.lines)this.line(r)}}}row(t,e=()=>{},s=()=>{}){let i=l("div",this.node,"mk-fork-row"),r=o=>t(o,l("div",l("div",i,"mk-fork-side"),""));r(0),s(0,l("div",i)),e(l("div",i,"mk-between")),s(1,l("div",i)),r(1)}line(t){let e=Oe*Math.max(1,t.frames.length),s=t.first===t.last?`page ${t.first}`:`pages ${t.first} to ${t.last}`;this.row((i,r)=>{let o=t.sides[i];r.className=`mk-page-cell mk-${o.state}${this.marks(o)}`,l("span",r,"",`${s} \xB7 ${o.text}`)},i=>{t.frames.forEach((r,o)=>{let n=l("div",l("div",i,"mk-fork-frame"),"");n.className=`mk-page-cell mk-${r.state}${this.marks(r)}`,l("span",n,"",r.who==="Z"?`${r.text}: zeros`:`${r.text}: ${r.who}`),this.pickable(n,r.key,`frame ${r.text}: ${r.who}`),t.copied&&o&&l("span",n.parentElement,"mk-copied-here",r.touched?"\u2193":"\u2191")})},(i,r)=>{let o=t.sides[i];if(o.frame===null)return;let n=(o.frame+.5)*Oe,m=`M0 ${e/2} C50 ${e/2},50 ${n},100 ${n}`,h=x("svg",r,{viewBox:`0 0 100 ${e}`,preserveAspectRatio:"none","aria-hidden":"true",class:"mk-lane"}),d=x("path",h,{d:m,class:o.touched?"mk-lane-now":""});i&&d.setAttribute("transform","matrix(-1 0 0 1 100 0)")})}};var Gt=({touched:a,differs:t})=>(a?" mk-on":"")+(t?" mk-other":""),zt="[data-key][role]",Lt=class{constructor(t,{pick:e}){this.pick=e,this.body=l("div",t,"mk-map"),this.columns=l("div",this.body,"mk-columns"),this.fork=new Ct(this.body,(...s)=>this.pickable(...s)),this.beside=l("div",this.body,"mk-beside-map"),this.strips=l("div",this.beside,"mk-strips"),this.told=l("div",this.beside,"mk-told"),this.legend=l("div",this.body,"mk-caption"),this.told.setAttribute("aria-live","polite"),this.thread=x("svg",this.body,{class:"mk-thread","aria-hidden":"true"}),this.path=x("path",this.thread,{}),this.body.addEventListener("click",s=>{let i=s.target.closest(zt);i&&this.choose(i)}),this.body.addEventListener("keydown",s=>this.onKey(s))}onKey(t){let e=t.target.closest(zt);if(!e||t.ctrlKey||t.metaKey||t.altKey)return;let s=[...this.body.querySelectorAll(zt)],i={ArrowDown:1,ArrowUp:-1,Enter:0}[t.key];i!==void 0&&(t.preventDefault(),t.stopPropagation(),this.choose(s[Math.max(0,Math.min(s.length-1,s.indexOf(e)+i))]))}choose(t){t.focus(),this.pick(t.dataset.key)}pickable(t,e,s){t.dataset.key=e,this.picture.holds&&(t.setAttribute("role","button"),s&&t.setAttribute("aria-label",s))}draw(t,{picked:e}){let s=this.body.contains(document.activeElement)&&document.activeElement.dataset.key;this.picture=t,this.fork.draw(t.fork,t.columns,Gt);let i=t.fork?[]:t.columns,r=t.fork?t.strips.slice(1):t.strips;this.columns.replaceChildren(...i.map(n=>this.column(n))),this.columns.hidden=!i.length;let o=i.length===1&&r.length?this.body:this.beside;this.told.parentElement!==o&&o.append(this.told),this.body.classList.toggle("mk-two",t.columns.length>1),y(this.legend,t.legend[0]),this.strips.replaceChildren(...r.map(n=>this.strip(n))),t.legend[1]&&r.length&&!t.fork&&y(l("div",this.strips.firstChild.lastChild,"mk-caption"),t.legend[1]),this.mark(e,s),this.drawThread(t.thread||[])}mark(t,e){let{holds:s,told:i}=this.picture,r=s?.[t],o=[...this.body.querySelectorAll(zt)];for(let m of o){let h=!!r&&m.dataset.key===t;m.setAttribute("aria-pressed",String(h)),m.classList.toggle("mk-picked",h),m.tabIndex=-1}let n=o.find(m=>m.dataset.key===(e||t))||o[0];n&&(n.tabIndex=0),e&&n&&n.focus({preventScroll:!0}),r?this.drawTold(...r):this.drawTold(i?.title,i?.lines)}column(t){let e=document.createElement("div");e.className=`mk-column${t.acting?" mk-acting":""}`;let s=l("div",e,"mk-numbers");for(let[r,o]of t.numbers){let n=l("span",s,"mk-number-of",o);r&&this.pickable(n,r)}let i=l("div",e,"mk-space");i.style.setProperty("--mk-at",`${Math.max(...t.rows.map(r=>r.at.length))+2}ch`);for(let r of t.rows)this.row(i,r);return e}row(t,e){let s=l("div",t,`mk-space-row mk-is-${e.kind}${Gt(e)}`);s.dataset.tier="space";let i=l("div",s,"mk-area");s.classList.toggle("mk-among",!!e.among);let r=l("span",s,"mk-at",e.at),o=e.key.split(" ")[0];this.pickable(i,e.key,[e.name,e.prot,e.size,e.at,e.note].filter(Boolean).join(", ")),e.kind!=="group"&&this.pickable(r,`${o} at ${e.at}`,`lower edge ${e.at}`),l("span",i,"mk-area-name",e.name),e.prot&&l("code",i,"mk-prot",e.prot);let n=l("span",i,"mk-cells-of");for(let h of e.cells)this.cell(n,h,o);if(e.share!==null){let h=l("span",n,"mk-share");l("span",h,"mk-share-in").style.width=`${100*e.share}%`}let m=l("span",i,"mk-area-more");e.held!==void 0?l("span",m,"mk-held",e.held):e.note&&l("span",m,"mk-area-note",e.note),e.marks&&l("code",m,"mk-marks",`\u25C2 ${e.marks}`),l("span",i,"mk-area-size",e.size)}cell(t,e,s){let i=l("span",t,`mk-page-cell mk-${e.state}${Gt(e)}`);return e.text&&l("span",i,"",e.text),e.touched&&(i.dataset.touched=`${s} page`),i}strip(t){let e=document.createElement("div");e.className="mk-floor",e.dataset.tier="frames";let s=l("div",e,"mk-head");l("div",s,"mk-title",t.title),l("div",s,"mk-note",t.note);let i=l("div",e,"mk-floor-body"),r=l("div",i,"mk-frame-cells");for(let o of t.cells){let n=l("span",r,"mk-frame");o.label&&l("span",n,"mk-frame-number",o.label),this.cell(n,o,"").removeAttribute("data-touched"),o.key&&this.pickable(n,o.key,`${o.key}: ${o.text||"free"}`)}return e}drawTold(t,e){if(this.told.replaceChildren(),this.told.hidden=!t&&!this.picture.hint,!t){l("p",this.told,"mk-caption",this.picture.hint);return}l("div",this.told,"mk-title",t);let s=l("div",this.told,"mk-fields");for(let[i,r,o]of e){let n=l("div",s);l("div",n,"mk-field",[i,r].filter(Boolean).join(" = ")),l("div",n,"mk-meaning",o)}}drawThread([t,e]){let s=this.body.getBoundingClientRect(),i=t&&this.body.querySelector(`[data-touched="${t}"]`),r=e&&this.strips.querySelector(`[data-key="${e}"]`);if(this.path.setAttribute("d",""),!i||!r)return;let[o,n]=[i,r.querySelector(".mk-page-cell")].map(g=>g.getBoundingClientRect()),m=i.closest(".mk-column").getBoundingClientRect().right-s.left+8,h=i.closest(".mk-area").getBoundingClientRect().bottom-s.top,d=o.left+o.width/2-s.left,f=r.getBoundingClientRect().top-s.top-2,c=n.left-s.left-3;this.path.setAttribute("d",`M${d} ${o.bottom-s.top} V${h} H${m} V${f} H${c} V${(n.top+n.bottom)/2-s.top} h3`)}};var Xs={r:"mk-red-zone",u:"mk-unwritten",i:"mk-written",f:"mk-freed","-":"mk-red-zone"},it=26,Ys=7,Tt=class{constructor(t){this.body=l("div",t,"mk-ward-body"),this.code=l("ol",this.body,"mk-code-lines"),this.code.setAttribute("aria-label","the program"),this.floor=l("div",this.body,"mk-floor mk-shadows"),this.floor.dataset.tier="mheap",this.inner=l("div",this.floor,"mk-pointing"),this.variables=l("div",this.inner,"mk-variables"),this.blocks=l("div",this.inner,"mk-floor-body"),this.arrows=x("svg",this.inner,{class:"mk-arrows","aria-hidden":"true"}),this.head=O("hatch"),D(x("defs",this.arrows,{}),this.head,"mk-points-head"),this.lines=x("g",this.arrows,{}),this.note=l("div",this.floor,"mk-caption"),this.report=l("div",this.body,"mk-report"),this.report.setAttribute("aria-live","polite"),this.score=l("div",this.body,"mk-score")}draw(t,e){let s=t.variables??[];this.inner.classList.toggle("mk-has-variables",s.length>0);let i=`${e.width} ${s.length>0}`,r=Math.max(200,N(this.blocks,i)||500);this.code.replaceChildren(),t.code.forEach((n,m)=>{let h=l("li",this.code,n.ran?"":"mk-later");h.classList.toggle("mk-now",n.now),h.classList.toggle("mk-other",!!n.differs),n.now&&h.setAttribute("aria-current","step"),l("span",h,"mk-pointer",n.now?"\u25B6":"").setAttribute("aria-hidden","true"),l("span",h,"mk-number",String(m+t.first)),l("span",h,"mk-told",n.text),n.sick&&l("span",h,"mk-sick","\u25C0 here")});let o=l("li",this.code,t.ended?"mk-now":"mk-later");l("span",o,"mk-pointer",t.ended?"\u25B6":""),l("span",o,"mk-number",""),l("span",o,"mk-told mk-end","the end"),this.drawBlocks(t,r),this.drawVariables(s,t.per,r),y(this.note,t.note),this.report.classList.toggle("mk-waiting",!t.told),this.report.classList.toggle("mk-finding",t.found),this.report.classList.toggle("mk-other",!!t.differs),this.report.textContent!==t.report&&(this.report.textContent=t.report),y(this.score,t.score),this.placeReport()}drawVariables(t,e,s){this.lines.replaceChildren(),this.variables.replaceChildren(...t.map(m=>{let h=l("div",null,`mk-variable${m.new?" mk-on":""}`);return l("span",h,"",m.name),m.text&&l("span",h,"",m.text==="nowhere"?"?":m.text),h}));let i=this.inner.getBoundingClientRect(),r=[...this.blocks.querySelectorAll(".mk-shadow")].map(m=>m.getBoundingClientRect()),o=Math.min(20,(s-4)/e),n=new Map;t.forEach((m,h)=>{let d=this.variables.children[h].getBoundingClientRect(),f=d.right-i.left,c=(d.top+d.bottom)/2-i.top,g=m.new?"mk-points mk-points-now":"mk-points",p=`M${f} ${c} h14`;if(m.text==="NULL"&&(p=`M${f} ${c} h8 m0 -6 v12`),!m.text){let u=r[m.block],b=Math.floor(m.at/e),v=n.get(`${m.block} ${b}`)??0;n.set(`${m.block} ${b}`,v+1);let M=u.left-i.left-6-Ys*(t.length-1-h),w=u.top-i.top+2+b*it,L=b?w-2:w-4-3*Math.min(v,3);p=`M${f} ${c} H${M} V${L} H${u.left-i.left+2+m.at%e*o+3} V${w+3}`}let k=x("path",this.lines,{d:p,class:g});m.text!=="NULL"&&k.setAttribute("marker-end",`url(#${this.head})`)})}placeReport(){let t=this.body.closest(".mk-probe")?null:this.body.closest(".mk-ward");t&&this.report.parentElement!==t&&t.append(this.report,this.score)}drawBlocks(t,e){this.blocks.replaceChildren(),t.blocks.length||l("div",this.blocks,"mk-caption","No block has been allocated yet.");let s=Math.min(20,(e-4)/t.per);for(let i of t.blocks){let r=l("div",this.blocks,"mk-shadow-block");l("div",r,"mk-label",i.label);let o=Math.ceil(i.letters.length/t.per),n=x("svg",r,{width:s*t.per+4,height:o*it+2,"aria-hidden":"true",class:"mk-shadow"}),m=new Set(i.touched),h=c=>[2+c%t.per*s,2+Math.floor(c/t.per)*it];[...i.letters].forEach((c,g)=>{let[p,k]=h(g);x("rect",n,{x:p+.5,y:k,width:s-1,height:it-4,class:`mk-byte ${Xs[c]}`}),x("text",n,{x:p+s/2,y:k+16,class:"mk-byte-letter"}).textContent=c});let d=(c,g,p)=>{for(let k=0;k<i.letters.length;k++){if(!c(k))continue;let u=k;for(;c(k+1)&&(k+1)%t.per;)k++;let[b,v]=h(u);A(n,{x:b,y:v,width:(k-u+1)*s,height:it-4},g,p)}};d(c=>m.has(c),"mk-touched"),d(c=>(i.differs||[]).some(([g,p])=>g<=c&&c<p),"mk-differs",m.size?3.5:0)}}};var Ut={collector:ct,floors:bt,frames:vt,heap:$t,overlays:At,process:Lt,ward:Tt};var Ie={step:"empty"},ot=class{name="";kind="";drawer=null;drawn=[];constructor(t,e){this.asks=e,this.node=l("div",t,"mk-grid"),this.telling=l("div",this.node,"mk-telling"),this.sentence=l("p",this.telling,"mk-sentence"),this.sentence.setAttribute("aria-live","polite"),this.refusal=l("p",this.telling,"mk-refusal mk-error"),this.refusal.setAttribute("role","alert"),this.empty=l("p",this.node,"mk-empty"),this.place=l("div",this.node,"mk-drawn"),this.words=l("details",this.node,"mk-words"),l("summary",this.words,"","in words"),this.table=l("table",l("div",this.words,"mk-table")),this.words.addEventListener("toggle",()=>this.drawWords()),this.refuse("")}reserve(t){this.telling.dataset.longest!==t&&(this.telling.dataset.longest=t)}draw(t,e){let{kind:s,step:i,look:r}=t??Ie,{sentence:o,error:n,empty:m}=t??Ie;Z(this.node,["mk-grid",this.name,r].filter(Boolean).join(" ")),this.node.dataset.step=i??"";let h=[t,e.opened,e.picked,e.width];if(!e.fresh&&h.every((f,c)=>f===this.drawn[c]))return;this.drawn=h;let d=s in Ut?s:"";d!==this.kind&&this.begin(d);try{this.drawer?.draw(t,e),this.cursor?.follow()}catch(f){console.warn(f),this.begin(""),o="",n=`Step ${i} cannot be drawn: ${f.message}.`}y(this.sentence,o),this.telling.hidden=!o&&this.refusal.hidden,y(this.empty,n||m),this.empty.classList.toggle("mk-error",!!n),n?this.empty.setAttribute("role","alert"):this.empty.removeAttribute("role"),this.words.hidden=!d||!!n,this.drawWords()}begin(t){if(this.kind=t,this.place.replaceChildren(),this.cursor?.end(),this.drawer=this.cursor=null,!t)return;let e=l("div",this.place);this.drawer=new Ut[t](e,this.asks),this.cursor=new ht(this.place,this.drawer.parts??new mt(e))}refuse(t){y(this.refusal,t),this.sentence.classList.toggle("mk-unsaid",!!t),this.telling.hidden=this.sentence.hidden&&!t}get picture(){return this.drawn[0]}drawWords(){this.words.open&&we(this.table,this.picture?.words??[])}};var Re={"\xBC/s":.25,"\xBD/s":.5,"1/s":1,"2/s":2,"4/s":4,"8/s":8},Ne="1/s",qe="all",Be=30,Zs=60,Qs={first:"M4 3v12M14 4L8 9l6 5",back:"M12 4L6 9l6 5",play:"M5 4v10l8-5z",pause:"M5 4h2v10H5zM11 4h2v10h-2z",next:"M6 4l6 5-6 5",last:"M14 3v12M4 4l6 5-6 5"},ti=new Set(["play","pause"]),He=a=>`<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${Qs[a]}"${ti.has(a)?"":' fill="none"'}/></svg>`;function ei(a,t,e){let s=a+Math.min(t*e/1e3,1+e/4);return[Math.floor(s),s%1]}var St=class{constructor(t,e){this.reel=e,this.node=l("div",t,"mk-controls"),this.timer=0,this.held=0;let s=r=>()=>this.move(this.reel.at+r);this.keys={Home:()=>this.move(0),ArrowLeft:s(-1)," ":()=>this.toggle(),ArrowRight:s(1),End:()=>this.move(this.reel.total-1),n:()=>this.jumpOn()};let i=(r,o,n,m,h)=>{let d=J(this.node,`mk-${r}`,o,h);return d.title=`${o} (${n})`,d.innerHTML=He(m),d};this.first=i("first","first step","Home","first",this.keys.Home),this.back=i("back","step back","\u2190","back",this.keys.ArrowLeft),this.play=i("play","play","space","play",this.keys[" "]),this.next=i("next","next step","\u2192","next",this.keys.ArrowRight),this.last=i("last","last step","End","last",this.keys.End),this.slider=l("input",this.node,"mk-slider"),this.slider.type="range",this.slider.min=0,this.slider.setAttribute("aria-label","step"),this.slider.addEventListener("input",()=>this.move(Number(this.slider.value))),this.where=l("span",this.node,"mk-where"),this.jump=J(this.node,"mk-jump","next",this.keys.n),this.jump.textContent="next",this.kind=l("select",this.node,"mk-kind"),this.kind.setAttribute("aria-label","kind of step to jump to"),this.kind.addEventListener("change",()=>{this.chosen=this.kind.value,this.draw()}),this.speed=l("select",this.node,"mk-speed"),this.speed.setAttribute("aria-label","speed, steps a second");for(let r of Object.keys(Re))this.speed.add(new Option(r,r));this.all=new Option(`all in ${Be} s`,qe),this.speed.add(this.all),this.speed.value=Ne,this.speed.addEventListener("change",()=>{this.owed=0}),this.kinds=[]}get rate(){return this.speed.value===qe?this.reel.total/Be:Re[this.speed.value]}move(t){this.stop(),this.reel.move(t)}jumpOn(){let t=this.reel.film.next(this.kind.value,this.reel.at);t>=0&&this.move(t)}stop(){clearTimeout(this.timer),this.timer=0,this.drawPlay()}toggle(){if(this.timer)return this.stop();let t=this.reel.total-1;if(t<1)return;this.reel.at>=t&&this.reel.move(0),this.owed=0;let e=performance.now(),s=()=>{let i=performance.now(),[r,o]=ei(this.owed,i-e,this.rate);e=i,this.owed=o,r&&this.reel.move(this.reel.at+r),this.reel.at>=this.reel.total-1?this.stop():this.timer=setTimeout(s,1e3*(1-this.owed)/this.rate)};this.timer=setTimeout(s,1e3/this.rate),this.drawPlay()}press({key:t,repeat:e}){if(this.reel.total<2||!Object.hasOwn(this.keys,t))return!1;if(!e||t==="n")this.keys[t]();else if(t.startsWith("Arrow")&&!this.held){let s=()=>{this.keys[t](),this.held=requestAnimationFrame(s)};this.held=requestAnimationFrame(s)}return!0}letGo(){cancelAnimationFrame(this.held),this.held=0}drawPlay(){let t=this.timer?"pause":"play";this.play.getAttribute("aria-label")!==t&&(this.play.innerHTML=He(t),this.play.setAttribute("aria-label",t),this.play.title=`${t} (space)`)}draw(){let{at:t,total:e,film:s,first:i}=this.reel,r=e-1;this.node.classList.toggle("mk-single",e<2);let o=e<1?"no steps":`step ${t+1} of ${e}`;this.slider.max=Math.max(0,r),this.slider.value=t,this.slider.setAttribute("aria-valuetext",o),this.where.textContent=o,this.where.style.minWidth=`${`step ${e} of ${e}`.length}ch`,this.first.disabled=this.back.disabled=t<=0,this.next.disabled=this.last.disabled=t>=r,this.slider.disabled=this.play.disabled=e<2,this.all.hidden=this.all.disabled=e<Zs,this.all.selected&&this.all.disabled&&(this.speed.value=Ne),this.drawKinds(s.kinds(i));let n=this.chosen&&this.kinds.includes(this.chosen)?this.chosen:s.telling(this.kinds,t);n&&(this.kind.value=n);let m=this.kind.value;this.jump.title=`next ${m} (n)`,this.jump.setAttribute("aria-label",`next ${m}`),this.jump.disabled=s.next(m,t)<0;let h=document.activeElement;h?.disabled&&this.node.contains(h)&&this.slider.focus({preventScroll:!0})}drawKinds(t){t.join(`
`)!==this.kinds.join(`
`)&&(this.kinds=t,this.kind.replaceChildren(...t.map(e=>new Option(e,e))))}};async function si(a){let t=new Blob([a]).stream().pipeThrough(new DecompressionStream("deflate"));return new Response(t).json()}var rt=class{events=[];panes=[];said=[];taken=0;reading=Promise.resolve();take(t){for(;t[this.taken];){let e=si(t[this.taken]);e.catch(()=>{}),this.taken+=1,this.reading=this.reading.then(async()=>this.append(await e))}return this.reading}append({events:t,panes:e,shared:s}){for(let i of t)this.events.push(i);e.forEach((i,r)=>{this.panes[r]??=[];for(let o of i){s&&o?.words&&(o.words=o.words.map(m=>s[m]));let n=s&&o?.holds;for(let m in n)n[m]=s[n[m]];this.panes[r].push(o),(o?.sentence??"").length>this.longest(r).length&&(this.said[r]=o.sentence)}})}longest(t){return this.said[t]??""}get length(){return this.events.length}has(t){return t>=0&&t<this.length}kinds(t=[]){let e=new Set(this.events);return[...new Set([...t.filter(s=>e.has(s)),...this.events])]}next(t,e){return this.events.indexOf(t,e+1)}telling(t,e){return t.find(s=>this.next(s,e)>=0)??""}};var ii=100,oi=500,ri=["total","names","closer","opened","heading","first","picked","refusal"],jt=class{film=new rt;views=new Set;constructor(t,e){this.model=t,this.life=new K(t,e),t.on("change:film",()=>this.restart()),t.on("change:index",()=>this.stand(t.get("index"))),t.on(ri.map(s=>`change:${s}`).join(" "),()=>this.changed()),t.on("msg:custom",(s,i)=>this.receive(s,i)),e?.addEventListener("abort",()=>clearTimeout(this.timer)),this.begin()}get total(){return Math.max(this.model.get("total"),this.film.length)}get first(){return this.model.get("first")}restart(){this.begin(this.model.get("start")),this.keep("index",this.at)}begin(t=this.model.get("index")){let e=new rt;this.coming=e,this.at=t,clearTimeout(this.timer),this.timer=0,this.read(e);let s=this.model.get("pieces").length,i=()=>e.length<this.model.get("total")&&e===this.coming&&!this.life.trouble;e.reading.then(()=>i()&&this.model.send({want:s})).catch(()=>{})}async read(t){try{await t.take(this.model.get("pieces"))}catch(s){let i=`This film cannot be read: ${s.message}.`;t.panes=[Array(Math.max(1,this.model.get("total"))).fill({step:"error",error:i})]}if(t!==this.coming||!t.panes.length)return;let e=t!==this.film;this.film=t;for(let s of this.views)s.draw({fresh:e})}receive({film:t,piece:e},[s]){t!==this.model.get("film")||!s||(this.model.get("pieces")[e]=s,this.read(this.coming))}changed(){this.due??=Promise.resolve().then(()=>{if(this.due=void 0,this.film===this.coming)for(let t of this.views)t.draw()})}stand(t){t!==this.at&&(this.at=t,this.changed())}move(t){let e=Math.max(0,Math.min(this.total-1,t));if(e===this.at)return;this.at=e,this.model.get("refusal")&&this.model.set("refusal","");for(let i of this.views)i.draw({moved:!0});let s=performance.now();this.timer||(this.silent=s),clearTimeout(this.timer),this.timer=setTimeout(()=>this.tell(),Math.min(ii,this.silent+oi-s))}tell(){this.timer=0,this.keep("index",this.at)}keep(t,e){this.model.set(t,e),this.life.trouble||this.model.save_changes()}};var ni=globalThis.requestIdleCallback??(a=>setTimeout(a,200)),ai=globalThis.cancelIdleCallback??clearTimeout,Ot=class{constructor(t,e,{measure:s,steps:i},r){Object.assign(this,{node:t,inner:e,measure:s,steps:i}),this.begin();let o=new ResizeObserver(()=>this.grow(e.offsetHeight));o.observe(e);let n=new IntersectionObserver(m=>{this.seen=m.at(-1).isIntersecting,this.look()});n.observe(t),r.addEventListener("abort",()=>{o.disconnect(),n.disconnect(),ai(this.waits)})}begin(){this.most=0,this.node.style.minHeight="",this.samples=null,this.look()}grow(t){t<=this.most||this.inner.querySelector("details[open], .mk-closer:not([hidden])")||(this.most=t,this.node.style.minHeight=`${Math.ceil(t)}px`)}look(){this.waits||!this.seen||(this.waits=ni(()=>{this.waits=0,this.samples??=li(this.steps()),this.samples.length&&(this.grow(this.measure(this.samples.pop())),this.look())}))}};function li(a){let t=Math.min(a-1,16);return Array.from({length:Math.max(0,t)},(e,s)=>Math.round((s+1)*(a-1)/t))}var mi=".mk-player, .mk-live",Ft=class{width=0;panes=[];refused="";constructor(t,e,s){this.reel=t,this.model=t.model,this.el=e,this.signal=s,e.classList.add("mk-stage"),this.heading=l("p",e,"mk-heading"),this.player=new St(e,t),this.menu=new lt(this.player.node,this,s),this.room=l("div",e,"mk-room"),this.inner=l("div",this.room,"mk-panes"),this.asks={open:i=>this.open(i),pick:i=>this.pick(i)},this.space=new Ot(this.room,this.inner,{measure:i=>this.measure(i),steps:()=>t.film.length},s),this.node=this.inner,this.listen(),this.draw()}get at(){return this.reel.at}draw({moved:t=!1,fresh:e=!1}={}){let{reel:s,model:i}=this;e&&this.space.begin(),t&&(this.refused=""),y(this.heading,i.get("heading")),this.player.draw();let r=s.film.panes,o=Object.entries(i.get("closer")),n=i.get("opened");r.forEach((f,c)=>{this.panes[c]??=new ot(this.inner,this.asks),this.panes[c].node.classList.toggle("mk-side",i.get("names")[c]==="mk-side")});let m=this.panes[i.get("closer")[n]]?.node;for(let{node:f}of this.panes)f!==m&&f.parentElement!==this.inner&&this.inner.append(f);let h={opened:n,closer:m,picked:i.get("picked"),width:this.width,fresh:e},d={...h,opened:"",closer:null};r.forEach((f,c)=>{let g=this.panes[c];g.reserve(s.film.longest(c));let p=o.filter(([,k])=>k===c).map(([k])=>k);g.name=[i.get("names")[c],p.length?"mk-closer":""].filter(Boolean).join(" "),g.isCloser=p.length>0,g.node.hidden=g.isCloser&&!p.includes(n),g.node.hidden?g.node.dataset.step="closed":s.at<f.length&&g.draw(f[s.at],g.isCloser?d:h)}),m&&this.panes[0].drawer?.settle?.();for(let f of this.panes.splice(r.length))f.node.remove();this.say(i.get("refusal")||this.refused)}measure(t){let{film:e}=this.reel,s=this.inner.clientWidth;if(!s||!e.has(t))return 0;this.probe??={node:l("div",null,"mk-panes mk-probe"),panes:[]};let{node:i,panes:r}=this.probe;i.style.width=`${s}px`,this.room.append(i),e.panes.forEach((n,m)=>{this.panes[m]?.isCloser||!n[t]||(r[m]??=Object.assign(new ot(i,this.asks),{name:this.model.get("names")[m]||""}),r[m].reserve(e.longest(m)),r[m].draw(n[t],{opened:"",picked:"",width:s}))});let o=i.offsetHeight;return i.remove(),o}shown(){return this.panes.filter(t=>!t.node.hidden)}refuse(t){this.refused=t,this.say(t)}say(t){let e=hi(this.root,t);this.panes[0]?.refuse(e?"":t),this.inner.classList.toggle("mk-stale",!!e),!(e===this.field&&t===this.alert?.textContent)&&(this.field?.removeAttribute("aria-invalid"),this.alert?.remove(),this.field=e,e&&(this.alert=l("p",e.closest(".mk-form"),"mk-at-field mk-error",t),this.alert.setAttribute("role","alert"),e.setAttribute("aria-invalid","true")))}open(t){this.reel.keep("opened",this.model.get("opened")===t?"":t)}pick(t){this.reel.keep("picked",t)}act({key:t}){let e=this.model.get("letters")[t];if(!e)return!1;let{trouble:s}=this.reel.life;return s?this.refuse(s):this.model.send({act:e}),!0}listen(){let{el:t,signal:e}=this;te(t,mi,r=>{let o=r??t;this.root=o,di(t),Zt(o,n=>this.player.press(n)||this.act(n),e),o.matches(".mk-live:not(.mk-player)")?o.tabIndex=-1:(o.setAttribute("role","group"),o.setAttribute("aria-label","player: arrow keys step, space plays, n jumps")),ae(o,this.reel.life,n=>this.refuse(n),e)},e),document.addEventListener("keyup",()=>this.player.letGo(),{capture:!0,signal:e}),window.addEventListener("blur",()=>this.player.letGo(),{signal:e});let s=new ResizeObserver(()=>{Math.abs(t.clientWidth-this.width)<1||(this.width=t.clientWidth,this.space.begin(),this.draw(),this.space.grow(this.inner.offsetHeight))});s.observe(t);let i=new MutationObserver(()=>this.draw({fresh:!0}));i.observe(document.body,{attributes:!0,attributeFilter:["data-jp-theme-name"]}),e.addEventListener("abort",()=>{s.disconnect(),i.disconnect(),this.player.stop(),this.player.letGo()})}};function We(){let a;return{initialize({model:t,signal:e}){a=new jt(t,e)},render({el:t,signal:e}){let s=new Ft(a,t,e);a.views.add(s),e.addEventListener("abort",()=>a.views.delete(s))}}}function hi(a,t){let e=({textContent:i})=>{let r=i.split(",")[0].trim().toLowerCase(),[o]=/^the [a-z ]+/.exec(t.toLowerCase())??[""];return r&&[r,r.split(" ").at(-1)].some(n=>`${o} `.startsWith(`the ${n} `))};return(t?[...a?.querySelectorAll(".mk-form .widget-text label")??[]]:[]).find(e)?.closest(".widget-text").querySelector("input")??null}function di(a){let t=a.closest(".jp-Cell, .cell");for(let e=a;t?.contains(e);e=e.parentElement)e.classList.add("mk-unclipped")}var Pe={after:Yt,predict:oe,progress:re,slider:ne,stage:We};function ci(a){let t=document.getElementById(a)??document.createElement("style");t.id=a,t.textContent=tt,document.head.append(t)}var vr={initialize({model:a}){let t=a.get("name");globalThis[t]??={};let e=globalThis[t];e.listens||(Qt(),se()),e.listens=!0,ci(t),e.resolve?.(Pe),e.ready=Promise.resolve(Pe)}};export{vr as default};
