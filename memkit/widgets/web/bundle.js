var ds="http://www.w3.org/2000/svg",cs=0;function m(a,t,e,s){let i=document.createElement(a);return e&&(i.className=e),s!==void 0&&(i.textContent=s),t&&t.append(i),i}function g(a,t,e){let s=document.createElementNS(ds,a);for(let[i,o]of Object.entries(e))s.setAttribute(i,o);return t&&t.append(s),s}var le=new WeakMap;function E(a,t){le.get(a)!==(t||"")&&(le.set(a,t||""),a.textContent=t||"",a.hidden=!t)}function ot(a,t){a.className!==t&&(a.className=t)}var me=new WeakMap;function q(a,t){let e=me.get(a);if(e?.stage===t&&e.width)return e.width;let s=a.clientWidth;return me.set(a,{stage:t,width:s}),s}function C(a){let{x:t,y:e,width:s,height:i}=a.getBoundingClientRect(),o=a.currentCSSZoom??1;return new DOMRect(t/o,e/o,s/o,i/o)}function dt({clientX:a,clientY:t,target:e}){let s=e.currentCSSZoom??1;return[a/s,t/s]}var B=a=>`mk-${a}-${Math.random().toString(36).slice(2,8)}-${cs++}`;function Z(a,t,e,s){let i=m("button",a,t);return i.type="button",i.setAttribute("aria-label",e),i.addEventListener("click",s),i}function Q(a,t,e=5){let s=g("pattern",a,{id:t,width:e,height:e,patternUnits:"userSpaceOnUse",patternTransform:"rotate(45)"});g("line",s,{x1:0,y1:0,x2:0,y2:e,class:"mk-hatch"})}function K(a,t,e,s=8){let i=g("marker",a,{id:t,viewBox:"0 0 8 8",refX:7,refY:4,markerWidth:s,markerHeight:s,orient:"auto",markerUnits:"userSpaceOnUse"});g("path",i,{d:"M0 0L8 4L0 8z",class:e})}var ps=9;function T(a,{x:t,y:e,width:s,height:i},o="mk-touched",n=0){let r=g("g",a,{class:o}),l=n+(Math.min(s,i)<ps?2.25:0),h=(d,p)=>g("rect",r,{x:t-d,y:e-d,width:Math.max(1,s+2*d),height:Math.max(1,i+2*d),rx:2,class:p});return h(l-1.25,"mk-ring-in"),h(l+1,"mk-ring"),r}var ks="Answer the question above first: then the answer shows itself here.",fs=".jp-OutputArea-child, .cell_output > *",gs=".jp-Cell, .cell",[us,xs]=[500,10],he=new Map,Ft=new Set;function de(a,t){if(a){he.set(a,t);for(let e of Ft)e()}}function ce(){return{render({model:a,el:t,signal:e}){let s=m("p",t,"mk-first",ks),i,o=d=>{i?.classList.toggle("mk-closed",!d);for(let p of[i?.parentElement,i?.closest(gs)])p?.classList.toggle("mk-shut",!d)};function n(){let d=a.get("opened")||he.get(a.get("question"))===!0;s.hidden=d,o(d)}let[r,l]=[us];function h(){i=t.closest(fs),!i&&r--&&(l=setTimeout(h,xs)),n()}h(),Ft.add(n),a.on("change:opened",n),e.addEventListener("abort",()=>{Ft.delete(n),clearTimeout(l),o(!0),a.off("change:opened",n)})}}}var nt="data-lm-suppress-shortcuts",bs=".jp-OutputArea select, .jp-OutputArea input[type=text]",D=a=>a.setAttribute(nt,"true"),ws=a=>a.matches("select, textarea, input:not([type=range], [type=checkbox], [type=radio])"),vs=a=>a.matches("button, summary, a, input[type=checkbox], input[type=radio]"),ys=a=>a.matches("input[type=radio], [role=slider], .mk-drag input"),Vt=(a,t)=>ws(a)||t===" "&&vs(a)||/^(Arrow|Home|End)/.test(t)&&ys(a);function pe(a,t,e){a.tabIndex=0,D(a),a.addEventListener("focusin",({target:s})=>D(s),{signal:e}),a.addEventListener("keydown",s=>{s.defaultPrevented||s.ctrlKey||s.metaKey||s.altKey||Vt(s.target,s.key)||!t(s)||(s.preventDefault(),s.stopPropagation())},{signal:e})}function ke(){document.addEventListener("focusin",({target:a})=>{a.matches?.(bs)&&D(a)})}function fe(a,t,e,s){let i=()=>{s.aborted||(a.isConnected?e(a.closest(t)):requestAnimationFrame(i))};i()}var $s=/^(Arrow(Left|Right)|Home|End| |n)$/,Ms=".jp-deck-mod-visible :is(.mk-player, .mk-live)",Es=()=>document.body.dataset.jpDeckMode==="presenting";function ue(){window.addEventListener("keydown",a=>Es()&&As(a),!0),globalThis.jupyterapp?.restored.then(()=>new _t(globalThis.jupyterapp.shell))}function As(a){let{key:t,target:e}=a;if(!(a.ctrlKey||a.metaKey||a.altKey))if(/^Page(Up|Down)$/.test(t))Ls(e);else{if(e.closest?.(".mk-player, .mk-live, .cm-editor")||Vt(e,t))return;if($s.test(t)){let s=document.querySelector(Ms);if(!s?.querySelector(".mk-slider:enabled"))return;s.focus({preventScroll:!0}),s.dispatchEvent(new KeyboardEvent("keydown",{key:t,bubbles:!0,cancelable:!0})),ge(a)}else t==="c"&&(document.body.classList.toggle("mk-no-code"),ge(a))}}function ge(a){a.preventDefault(),a.stopImmediatePropagation()}function Ls(a){for(let t=a.closest?.(`[${nt}]`);t;t=t.parentElement.closest(`[${nt}]`))t.removeAttribute(nt),setTimeout(()=>D(t))}var _t=class{constructor(t){this.shell=t,this.node=document.createElement("span"),this.node.className="mk-slide-number",this.node.setAttribute("aria-label","slide"),t.currentChanged?.connect(()=>this.follow()),this.follow()}follow(){let t=this.shell.currentWidget?.content;t===this.notebook||!t?.activeCellChanged||(this.notebook=t,t.activeCellChanged.connect(()=>this.draw()),this.draw())}draw(){let t=[...this.notebook.model.cells].map(i=>i.getMetadata("slideshow")?.slide_type==="slide"),e=i=>i.filter(Boolean).length,s=e(t.slice(0,this.notebook.activeCellIndex+1));this.node.textContent=`${s} / ${e(t)}`,document.querySelector(".jp-Deck-Remote")?.append(this.node)}};var Cs="The kernel that made this has ended: run the cell again.",js="This needs Python: open the notebook to use it.",xe=new Set(["restarting","autorestarting","terminating","dead"]),U=class{constructor(t,e){this.layout=t.get("layout"),this.manager=t.widget_manager,this.kernel=this.manager?.kernel,this.over=!1;let s=(i,o)=>{this.over||=xe.has(o)};this.kernel?.statusChanged?.connect(s),e?.addEventListener("abort",()=>this.kernel?.statusChanged?.disconnect(s))}get trouble(){let{kernel:t,manager:e,layout:s}=this;return!e||!("kernel"in e)?s?.comm_live?"":js:(this.over||=!t||t.isDisposed||e.kernel!==t||xe.has(t.status),this.over||s?.comm_live===!1?Cs:"")}};function zs({options:a,explanations:t,answer:e,chosen:s}){return s<0?[]:s===e?["Right.",t[s]]:["Not so.",t[s],`The answer: ${a[e]}.`,t[e]]}function be(){let a;return{initialize({model:t,signal:e}){a=new U(t,e);let s=()=>de(t.get("name"),t.get("chosen")>=0);s(),t.on("change:chosen",s),e?.addEventListener("abort",()=>t.off("change:chosen",s))},render({model:t,el:e,signal:s}){let i=`mk-predict-${Math.random().toString(36).slice(2)}`,o=m("p",e,"mk-empty mk-error");o.setAttribute("role","alert");let n=m("form",e),r=m("fieldset",n);m("legend",r,"",t.get("question"));let l=t.get("options").map((c,k)=>{let f=m("label",r),u=m("input",f);return Object.assign(u,{type:"radio",name:i,value:k}),u.addEventListener("change",()=>{h.disabled=!1}),m("span",f,"",c),f}),h=m("button",n,"mk-commit","That is my answer");h.type="submit",h.disabled=!0;let d=m("div",n,"mk-verdict");d.setAttribute("aria-live","polite"),D(e),n.addEventListener("submit",c=>{c.preventDefault();let k=n.querySelector("input:checked");!k||t.get("chosen")>=0||(t.set("chosen",Number(k.value)),a.trouble||t.save_changes())});function p(){o.textContent=t.get("error"),o.hidden=!t.get("error"),n.hidden=!o.hidden;let[c,k,f,u]=["options","explanations","answer","chosen"].map(y=>t.get(y)),x=u>=0;r.disabled=h.hidden=x,l.forEach((y,M)=>{M===u&&(y.firstChild.checked=!0),y.className=x&&M===f?"mk-right":""}),d.replaceChildren();for(let y of zs({options:c,explanations:k,answer:f,chosen:u}))m("p",d,"",y);e.dataset.answered=x}p(),t.on("change:chosen",p),s.addEventListener("abort",()=>t.off("change:chosen",p))}}}function V(a,t,e,s){let i=m(t,a,"",e);return s&&(i.scope=s),i}var ct=([a,t])=>`${a} of ${t}`;function Ss(a,{number:t,title:e,questions:s,exercises:i}){let o=m("tr",a),n=V(o,"th","","row");m("span",n,"mk-number",t),n.append(` ${e}`),V(o,"td",ct(s));let r=V(o,"td",i.length?"":"none");if(i.length){m("span",r,"mk-tally",ct([i.filter(([,l])=>l).length,i.length]));for(let[l,h]of i){let d=m("span",r,h?"mk-box mk-done":"mk-box");d.setAttribute("role","img"),d.title=`${l}: ${h?"right":"open"}`,d.setAttribute("aria-label",d.title)}}}function Ts(a,{rows:t,sums:e}){a.replaceChildren(),m("caption",a,"","What you have answered and solved");let s=m("tr",m("thead",a));for(let n of["chapter","questions answered","exercises right"])V(s,"th",n,"col");let i=m("tbody",a);t.forEach(n=>Ss(i,n));let o=m("tr",m("tfoot",a));V(o,"th","all chapters","row"),V(o,"td",ct(e.questions)),V(o,"td",ct(e.exercises))}function Os({model:a,el:t,signal:e},s){let i=m("p",t,"mk-sentence");i.setAttribute("aria-live","polite"),i.tabIndex=-1;let o=m("p",t,"mk-empty mk-error");o.setAttribute("role","alert");let n=m("table",m("div",t,"mk-table")),r=m("div",t,"mk-controls"),l=w=>{let z=m("button",r,"",w);return z.type="button",z},h=l("start over"),d=m("span",r,"","Delete the file, and with it all of this?"),p=l("yes, delete"),c=l("no, keep"),k=m("p",t,"mk-note");k.append("Kept in your own file "),m("code",k,"",a.get("place")),D(t);function f(w){s.trouble?w!=="read"&&(o.textContent=s.trouble,o.hidden=!1):a.send(w)}function u(w){h.hidden=w;for(let z of[d,p,c])z.hidden=!w}function x(w){w&&f("start over"),u(!1),(w?i:h).focus()}h.addEventListener("click",()=>{u(!0),c.focus()}),p.addEventListener("click",()=>x(!0)),c.addEventListener("click",()=>x(!1)),r.addEventListener("keydown",w=>{w.key==="Escape"&&h.hidden&&x(!1)});function y(){let w=a.get("table");i.textContent!==w.sentence&&(i.textContent=w.sentence),o.textContent=a.get("trouble"),o.hidden=!a.get("trouble"),k.hidden=!o.hidden,h.disabled=!w.sums.questions[0]&&!w.sums.exercises[0],Ts(n,w)}u(!1),y(),a.on("change:table change:trouble",y);let M=()=>{document.hidden||f("read")},v=new IntersectionObserver(w=>{w.at(-1).isIntersecting&&M()});v.observe(t),document.addEventListener("visibilitychange",M),window.addEventListener("focus",M),t.addEventListener("pointerenter",M),e.addEventListener("abort",()=>{a.off("change:table change:trouble",y),v.disconnect(),document.removeEventListener("visibilitychange",M),window.removeEventListener("focus",M)})}function we(){let a;return{initialize({model:t,signal:e}){a=new U(t,e)},render:t=>Os(t,a)}}var Is=["name","last","at","means"];function ve(){return{render({model:a,el:t,signal:e}){let s=m("label",t),i=m("span",s),o=m("input",s,"mk-slider");o.type="range";function n(){i.textContent=a.get("name"),o.max=a.get("last"),o.value=a.get("at"),o.setAttribute("aria-valuetext",a.get("means")),o.disabled=a.get("last")===0}o.addEventListener("input",()=>{a.set("at",Number(o.value)),a.save_changes()}),n();let r=Is.map(l=>`change:${l}`).join(" ");a.on(r,n),e.addEventListener("abort",()=>a.off(r,n))}}}var Rs={click:"button",change:"input, select, textarea",input:"input[type=range], .noUi-handle"},Ns=".mk-stage, .mk-predict";function ye(a,t,e,s){for(let[i,o]of Object.entries(Rs))a.addEventListener(i,({target:n})=>{if(!n.closest(o)||n.closest(Ns))return;let{trouble:r}=t;r&&e(r)},{capture:!0,signal:s})}var $e=`/* The collector (collector.js): state, graph, spans. */
.mk-floor.mk-collector { display: flex; flex-direction: column; gap: 4px; min-width: 0; padding-block: 6px; }
.mk-collector .mk-said, .mk-collector .mk-caption { font-size: 14px; color: var(--mk-ink); }
.mk-state, .mk-phases { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center; }
.mk-phases { gap: 4px 6px; }
.mk-chip { font-size: 14px; padding: 1px 8px; border: 1px solid var(--mk-line); border-radius: 3px; color: var(--mk-ink); }
.mk-phases .mk-chip { color: var(--mk-soft); }
.mk-phases .mk-chip-now { color: var(--mk-ink); font-weight: 700; border: 2px solid var(--mk-ink); }
.mk-queue { min-height: 25px; flex-basis: 100%; }
.mk-queue .mk-chip { border-color: var(--mk-tier); font-family: var(--mk-code); color: var(--mk-ink); }
.mk-waiting svg { opacity: 0.5; }
.mk-gc-both { display: flex; flex-direction: column; gap: 3px; min-width: 0; }
.mk-gc-both.mk-beside { flex-direction: row; gap: 20px; }
.mk-graph { overflow-x: auto; min-width: 0; }
.mk-beside > .mk-graph { flex: none; }
.mk-graph svg, .mk-gc-cells { display: block; overflow: visible; }
.mk-graph text, .mk-gc-cells text { font-size: 14px; fill: var(--mk-ink); }
.mk-root { fill: color-mix(in srgb, var(--mk-line) 14%, transparent); stroke: var(--mk-line); stroke-width: 1; }
.mk-graph .mk-root-title { font-weight: 600; }
.mk-graph .mk-root-row { font-family: var(--mk-code); }
/* White, grey and black, whatever the theme. */
.mk-object { --mk-object: #fff; --mk-on-object: #15181c; }
.mk-object-grey { --mk-object: #9aa3ad; }
.mk-object-black { --mk-object: #15181c; --mk-on-object: #fff; }
.mk-object-freed { --mk-object: none; --mk-on-object: var(--mk-ink); }
.mk-node { fill: var(--mk-object); stroke: var(--mk-ink); stroke-width: 1.25; }
.mk-object-freed > .mk-node { stroke: var(--mk-tier); stroke-dasharray: 4 3; }
.mk-object > :is(.mk-node-name, .mk-node-word, .mk-gc-name) { fill: var(--mk-on-object) !important; }
.mk-graph .mk-node-name { font: 700 16px var(--mk-code); }
.mk-graph .mk-node-word { text-anchor: end; }
.mk-graph .mk-middle { text-anchor: middle; }
.mk-graph .mk-node-word.mk-middle { font-size: 13px; }
.mk-lost { fill: none; stroke: var(--mk-ink); stroke-width: 2; }
.mk-pointer-line { fill: none; stroke: var(--mk-soft); stroke-width: 1.5; }
.mk-line-dangling { stroke-dasharray: 5 4; }
.mk-line-differs { stroke: var(--mk-differs); stroke-width: 2.5; }
.mk-line-on { stroke: var(--mk-accent); stroke-width: 2.5; }
.mk-head-plain { fill: var(--mk-soft); }
.mk-head-on { fill: var(--mk-accent); }
.mk-head-differs { fill: var(--mk-differs); }
.mk-gc-spans { display: flex; flex-direction: column; gap: 3px; min-width: 0; }
.mk-gc-span-head { font-size: 14px; }
.mk-gc-cells .mk-gc-name { font: 600 14px var(--mk-code); text-anchor: middle; }
.mk-gc-cells .mk-bit { font: 14px var(--mk-code); text-anchor: middle; fill: var(--mk-soft); }
.mk-gc-cells .mk-bit-one { font-weight: 700; fill: var(--mk-ink); }
`;var Me=`/* Frames over time (frames.js), and the form above them (replacement.py). */
.mk-frames { display: block; overflow: visible; }
.mk-floor.mk-over-time > .mk-floor-body { padding-bottom: 2px; }
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
.mk-floor.mk-over-time { grid-template-columns: minmax(0, 1fr); gap: 2px; padding-block: 6px; }
.mk-floor.mk-over-time > .mk-head { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; }
.mk-floor.mk-over-time > .mk-head > .mk-count { margin-left: auto; }
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
  body:not([data-jp-deck-mode="presenting"]) .mk-replacement { display: grid; grid-template-columns: minmax(0, 1fr) 540px; gap: 0 16px; }
  body:not([data-jp-deck-mode="presenting"]) .mk-replacement > :not(.mk-stage, .mk-curves) { grid-column: 1 / -1; }
}
`;var Ee=`/* A heap to scale (heap.js), and the form above it (heap.py). */
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
`;var Ae=`/* Overlays and demand paging over time (overlays.js). */
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
`;var Le=`/* The stage: controls above, each pane's sentence and picture below, and room for the tallest. */
.mk-stage { width: auto; overflow: visible; position: relative; }
.mk-heading { margin: 0; font-size: 14px; line-height: 1.2; color: var(--mk-soft); }
/* Where a picture is taller than the window its controls stay at the edge. */
.mk-controls { display: flex; align-items: center; gap: 5px; padding: 4px 0; flex-wrap: wrap; overflow: visible;
  position: sticky; top: 0; z-index: 4; background: var(--mk-page); }
.mk-live:not(.mk-player) > .mk-form:first-child { position: sticky; top: 0; z-index: 4; background: var(--mk-page); }
.mk-slide-number { position: fixed; right: 130px; bottom: 0; z-index: 5; }
.mk-unclipped { overflow: visible !important; min-width: 0; }
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
`;var Ce=`/* The map of a process (process.js), and the form above it (process_map.py). */
.mk-map { position: relative; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); gap: 8px 20px;
  grid-auto-flow: row dense; }
.mk-map > * { grid-column: 1 / -1; min-width: 0; }
.mk-map > .mk-columns { grid-column: 1; }
.mk-map > .mk-beside-map { grid-column: 2; display: flex; flex-direction: column; gap: 8px; }
.mk-map.mk-two > .mk-columns, .mk-map.mk-two > .mk-beside-map { grid-column: 1 / -1; }
.mk-map.mk-two > .mk-beside-map { order: 1; }
/* Below two processes what is told stands beside the legend. */
.mk-map.mk-two.mk-no-strips > .mk-beside-map { grid-column: 2; order: 0; }
.mk-map.mk-two.mk-no-strips > .mk-caption { grid-column: 1; }
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
`;var je=`/* Progress (progress.js): a row a chapter, a box an exercise, filled when it is right. */
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
`;var ze=`/* The scoreboard: bars to scale, and the form above them (scoreboard.py). */
.mk-scoreboard .mk-label, .mk-scoreboard .mk-note, .mk-scoreboard .mk-count { font-size: 14px; }
.mk-scoreboard .mk-label { font-variant-numeric: tabular-nums; }
.mk-scoreboard .mk-bar { --mk-bar-high: 16px; }
.mk-scoreboard .mk-form { flex-wrap: wrap; gap: 4px 16px; padding: 0 0 8px; overflow: visible; }
.mk-scoreboard .widget-label { font-size: 14px; width: auto; }
.mk-scoreboard .mk-pattern, .mk-scoreboard .mk-threads, .mk-scoreboard .mk-gogc { width: auto; }
.mk-scoreboard .mk-sizes { width: 220px; }
.mk-scoreboard :focus-visible { outline: 2px solid var(--mk-accent); outline-offset: 1px; }
`;var Se=`/* The look of every memkit widget: tiers by hue, one accent, the theme's own ink. */
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

.mk-form > .jupyter-widgets { max-width: 100%; box-sizing: border-box; }
.mk-form select { min-width: 0; }
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
.mk-line { display: flex; align-items: center; gap: 10px; }
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
.mk-cells { position: relative; min-height: 8px; }
.mk-otherwise > .mk-caption, .mk-otherwise > .mk-label { text-decoration: underline dashed var(--mk-differs) 2px; text-underline-offset: 3px; }
text.mk-letter { font: 600 12px var(--mk-code); text-anchor: middle; fill: var(--mk-ink); }

/* A bar is to scale: nothing may widen a part. Its words stand below, at a line where they need one. */
.mk-bar { flex: 1; min-width: 0; }
.mk-boxes { position: relative; height: var(--mk-bar-high, 22px); }
.mk-boxes:empty { display: none; }
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

/* What answers a question, until it is answered: the rest of the cell's output keeps its width, since a
   chart that has none cannot be drawn; and the text below, up to its heading. On slides the text is a
   slide of its own. Printed, all is shown. */
.mk-first { margin: 0; padding: 8px 16px; border: 1px dashed var(--mk-line); border-radius: 3px; width: fit-content; }
@media not print {
  .mk-shut > .mk-closed ~ * {
    display: flex; height: 0 !important; min-height: 0; margin: 0; padding: 0; border: 0; overflow: hidden; visibility: hidden; }
  .mk-shut > .mk-closed ~ * > * { flex: 1; min-width: 0; }
  .mk-shut > .mk-closed ~ * * { visibility: hidden !important; }
  body:not([data-jp-deck-mode="presenting"]) .jp-Cell.mk-shut + .jp-MarkdownCell .jp-RenderedMarkdown > :not(h2, h2 ~ *) {
    display: none; }
}

/* A title is one line, as long as it is. */
.mk-chart-box { container-type: inline-size; }
.mk-chart .mainheading { font-size: clamp(13px, 2.6cqw, 18px) !important; }
/* bqplot paints these orange in the dark theme, and orange means "touched". */
.mk-chart .mainheading, .mk-chart .axislabel { fill: var(--jp-ui-font-color1) !important; }

.mk-saw { grid-template-columns: minmax(0, 1fr); gap: 0; }
.mk-saw svg { display: block; overflow: visible; }
.mk-saw-line { fill: none; stroke: var(--mk-tier); stroke-width: 1.5; stroke-linejoin: round; }
.mk-saw-shared { stroke-dasharray: 4 3; }
.mk-saw-grid { stroke: var(--mk-line); stroke-width: 1; opacity: 0.4; }
.mk-saw text { font-size: 13px; fill: var(--mk-ink); text-anchor: middle; font-variant-numeric: tabular-nums; }
.mk-saw .mk-saw-share { text-anchor: end; }
.mk-saw .mk-saw-said { font-weight: 600; text-anchor: start; paint-order: stroke; stroke: var(--mk-page); stroke-width: 3; }
.mk-saw .mk-saw-before { text-anchor: end; }
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
`;var Te=`/* TCMalloc's three floors: the locks are what one counts here. */
.mk-tcmalloc .mk-count { font: 600 15px/1.35 var(--jp-ui-font-family, system-ui, sans-serif); margin-top: 6px; }
.mk-tcmalloc .mk-note, .mk-tcmalloc .mk-caption, .mk-tcmalloc .mk-label, .mk-tcmalloc .mk-beside { font-size: 14px; }
`;var Oe=`/* The tower: six floors below each other, so each is low; its text is read from the last row. */
.mk-tower .mk-grid { --mk-soft: color-mix(in srgb, var(--mk-ink) 76%, var(--mk-page)); }
.mk-tower .mk-note, .mk-tower .mk-count, .mk-tower .mk-label, .mk-tower .mk-caption, .mk-tower .mk-mark,
.mk-tower .mk-beside, .mk-tower .mk-table td, .mk-tower .mk-story .mk-number { font-size: 14px; }
.mk-tower .mk-title { font-size: 16px; }
.mk-tower text.mk-letter { font-size: 14px; }
.mk-six .mk-floor { grid-template-columns: 208px minmax(0, 1fr); padding-block: 3px; --mk-bar-high: 14px; }
.mk-six .mk-picture { gap: 4px; }
.mk-six .mk-floor-body { gap: 4px; }
.mk-six .mk-beside-each-other { gap: 12px; grid-auto-columns: minmax(max-content, 1fr); }
.mk-six .mk-head { display: flex; flex-wrap: wrap; align-content: flex-start; align-items: baseline; gap: 0 8px; }
.mk-six .mk-open { order: 1; margin-left: auto; }
.mk-six .mk-note { order: 2; flex: 1 0 100%; }
.mk-six .mk-count { order: 3; }
.mk-six .mk-cells { min-height: 0; }
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
@container (max-width: 820px) {
  .mk-six .mk-beside-each-other { grid-auto-columns: minmax(0, 1fr); }
}
`;var Ie=`/* The ward (ward.js): the program on the left, the blocks' shadows on the right, the report below. */
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
`;var rt=[Se,Le,Me,Ce,Ee,Ae,Ie,$e,Oe,Te,ze,je].join(`
`);function Re(a,t){a.replaceChildren(),t.forEach((e,s)=>{let i=m("tr",a);e.forEach((o,n)=>{let r=m(s===0||n===0?"th":"td",i,"",o);s===0?r.scope="col":n===0&&(r.scope="row")})})}function Ne(a){return a.filter(Boolean).map(({sentence:t,error:e,empty:s,words:i=[]})=>[t||e||s||"",...i.map(o=>o.join("	"))].join(`
`)).join(`

`)}var Jt=10,Js=[4,9,14],pt=class{constructor(t,e,s){this.view=e,this.node=m("div",t,"mk-menu"),this.opener=Z(this.node,"mk-more","more: save this picture, copy its words or a link",()=>this.toggle()),this.opener.title="save this picture, copy its words or a link",this.opener.setAttribute("aria-haspopup","menu");let i=g("svg",this.opener,{viewBox:"0 0 18 18","aria-hidden":"true"});for(let o of Js)g("circle",i,{cx:o,cy:9,r:.8});this.list=m("div",this.node,"mk-choices"),this.list.setAttribute("role","menu"),this.said=m("span",this.node,"mk-copied"),this.said.setAttribute("role","status"),this.items=[["save this picture (SVG)",()=>this.save("svg")],["save this picture (PNG)",()=>this.save("png")],["copy words",()=>this.copy(Ne(this.view.shown().map(o=>o.picture)))],["copy a link to this",()=>this.copy(this.address)]].map(([o,n])=>{let r=Z(this.list,"",o,()=>{this.toggle(!1),this.opener.focus(),n()});return r.textContent=o,r.setAttribute("role","menuitem"),r.tabIndex=-1,r}),this.toggle(!1),this.node.addEventListener("keydown",o=>this.onKey(o)),this.node.addEventListener("focusout",({relatedTarget:o})=>{this.node.contains(o)||this.toggle(!1)}),s.addEventListener("abort",()=>clearTimeout(this.timer))}toggle(t=this.list.hidden){this.list.hidden=!t,this.items.at(-1).hidden=!this.address,this.opener.setAttribute("aria-expanded",String(t)),t&&this.items[0].focus()}get address(){let{model:t,reel:e,at:s}=this.view,i=this.node.closest("[data-link]")?.dataset.link??t.get("address");return i&&e.total>1?`${i},step=${s+1}`:i}onKey(t){if(this.list.hidden)return;let e=this.items.filter(o=>!o.hidden),s=e.indexOf(document.activeElement),i={ArrowDown:s+1,ArrowUp:s-1,Home:0,End:-1}[t.key];if(i!==void 0)e.at(i%e.length).focus();else if(t.key==="Escape")this.toggle(!1),this.opener.focus();else if(t.key==="Tab"||t.key==="Enter"||t.key===" ")return;t.preventDefault(),t.stopPropagation()}tell(t){this.said.textContent=t,clearTimeout(this.timer),this.timer=setTimeout(()=>{this.said.textContent=""},4e3)}async copy(t){try{await navigator.clipboard.writeText(t),this.tell("copied")}catch{this.tell("this page may not copy")}}async save(t){let e=Ys(this.view.node),s=`picture-${this.view.at+1}.${t}`;if(t==="svg")return He(new Blob([e.text],{type:"image/svg+xml"}),s);try{He(await Xs(e),s)}catch{this.tell("this browser saves SVG only")}}};function Ys(a){let t=C(a),[e,s]=[t.width+2*Jt,t.height+2*Jt],i=a.cloneNode(!0),o=i.querySelectorAll("canvas");a.querySelectorAll("canvas").forEach((c,k)=>{let f=m("img",null,c.className);f.src=c.toDataURL(),f.style.cssText=c.style.cssText,o[k].replaceWith(f)});for(let c of i.querySelectorAll("[hidden], .mk-words, .mk-open, .mk-cursor-box, .mk-bubble"))c.remove();let n=i;for(let c=a.parentElement;c&&c!==document.body;c=c.parentElement){let k=[...c.classList].filter(u=>u.startsWith("mk-"));if(!k.length)continue;let f=m("div",null,k.join(" "));f.style.cssText="padding: 0; margin: 0",f.append(n),n=f}let r=getComputedStyle(a),l=m("div");for(let c of rt.match(/--jp-[\w-]+/g))l.style.setProperty(c,r.getPropertyValue(c));l.style.cssText+=`; background: ${r.getPropertyValue("--mk-page")}; padding: ${Jt}px; width: ${t.width}px; height: ${t.height}px`;let h=m("style",l);h.textContent=rt,l.append(n),l.dataset.jpThemeLight=document.body.dataset.jpThemeLight??"",l.setAttribute("xmlns","http://www.w3.org/1999/xhtml");let d=new XMLSerializer().serializeToString(l);return{text:`<svg xmlns="http://www.w3.org/2000/svg" width="${e}" height="${s}"><foreignObject width="100%" height="100%">${d}</foreignObject></svg>`,width:e,height:s}}async function Xs({text:a,width:t,height:e}){let s=new Image;s.src=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(a)}`,await s.decode();let i=m("canvas");i.width=2*t,i.height=2*e;let o=i.getContext("2d");return o.scale(2,2),o.drawImage(s,0,0,t,e),new Promise((n,r)=>{i.toBlob(l=>l?n(l):r(new Error("no picture")))})}function He(a,t){let e=m("a");e.href=URL.createObjectURL(a),e.download=t,e.click(),setTimeout(()=>URL.revokeObjectURL(e.href),1e4)}var Zs={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},kt=class{constructor(t){this.place=t}get all(){return[...this.place.querySelectorAll("[data-says]")]}any(){return this.place.querySelector("[data-says]")!==null}at({target:t}){let e=t.closest("[data-says]");return e?this.all.indexOf(e):null}first(){return this.all.length?0:null}next(t,[e,s]){let i=qe(this.box(t)),o=t,n=Number.POSITIVE_INFINITY;return this.all.forEach((r,l)=>{let[h,d]=qe(C(r)),[p,c]=[h-i[0],d-i[1]],k=p*e+c*s,f=Math.abs(p*s)+Math.abs(c*e);l!==t&&k>1&&k+3*f<n&&([o,n]=[l,k+3*f])}),o}box(t){return this.all[t]&&C(this.all[t])}says(t){return this.all[t]?.dataset.says}},qe=a=>[a.x+a.width/2,a.y+a.height/2],ft=class{constructor(t,e){Object.assign(this,{place:t,parts:e,held:null,keyed:null}),this.frame=m("div",t,"mk-cursor-box"),this.bubble=m("div",t,"mk-bubble"),this.bubble.setAttribute("role","status"),t.setAttribute("role","group"),t.setAttribute("aria-label","the picture: arrow keys go through its parts"),this.show(null),this.ended=new AbortController;let s=(i,o)=>t.addEventListener(i,o,{signal:this.ended.signal});s("pointermove",i=>this.show(this.pointed(i))),s("pointerleave",()=>this.show(this.keyed??this.held)),s("click",i=>this.click(i)),s("keydown",i=>this.onKey(i)),s("focusout",()=>this.leave())}end(){this.ended.abort();for(let t of["role","aria-label","tabindex"])this.place.removeAttribute(t)}pointed(t){return t.target.closest("button, a, summary, [role=button]")?null:this.parts.at(t)}onKey(t){if(t.target!==this.place||t.ctrlKey||t.metaKey||t.altKey)return;let e=Zs[t.key];if(e)this.keyed=this.keyed===null?this.held??this.parts.first():this.parts.next(this.keyed,e);else if(t.key==="Enter"&&this.keyed!==null)this.hold(this.keyed);else if(t.key==="Escape"&&this.shown!==null)this.hold(null);else return;e&&this.show(this.keyed),t.preventDefault(),t.stopPropagation()}click(t){this.hold(this.pointed(t)),document.activeElement===this.place&&this.place.parentElement.closest("[tabindex]")?.focus({preventScroll:!0})}hold(t){if(t!==null&&this.parts.pick)return this.parts.pick(t);let e=t!==null&&JSON.stringify(t)===JSON.stringify(this.held);this.held=e?null:t,t===null&&(this.keyed=null),this.show(this.held??this.keyed)}leave(){this.keyed=null,this.show(this.held)}follow(){this.parts.any()?this.place.tabIndex=0:this.place.removeAttribute("tabindex");let t=this.keyed??this.held;(t!==null||this.shown!==null)&&this.show(t)}show(t){let e=t===null?"":this.parts.says(t),s=e&&this.parts.box(t);if(this.shown=s?t:null,this.frame.hidden=this.bubble.hidden=!s,!s)return;let i=C(this.place),[o,n]=[s.x-i.x,s.y-i.y];Object.assign(this.frame.style,{left:`${o-3}px`,top:`${n-3}px`,width:`${s.width+6}px`,height:`${s.height+6}px`}),this.frame.classList.toggle("mk-held",this.held!==null&&t===this.held),this.bubble.textContent!==e&&(this.bubble.textContent=e);let r=i.width-this.bubble.offsetWidth,l=n-this.bubble.offsetHeight-6;this.bubble.style.left=`${Math.max(0,Math.min(o,r))}px`,this.bubble.style.top=`${l>-40?l:n+s.height+6}px`}};var Be={wide:96,high:28,roots:112,lane:6,head:14},We={wide:42,high:34,roots:88,lane:4.5,head:11},gt=8,Qs=6,De=20,Pe=6,ti=60,ut=340,Yt=17,_=78,ei=34,si=4,ii=[0,2,-2,4,-4,6,-6,8,-8],xt=class{constructor(t){this.body=m("div",t,"mk-floor mk-collector"),this.body.dataset.tier="mheap",this.state=m("div",this.body,"mk-state"),this.both=m("div",this.body,"mk-gc-both"),this.graph=m("div",this.both,"mk-graph"),this.graph.setAttribute("role","group"),this.svg=g("svg",this.graph,{});let e=g("defs",this.svg,{});this.key=B("gc");for(let s of["plain","on","differs"])K(e,`${this.key}-${s}`,`mk-head-${s}`,9);this.g=g("g",this.svg,{}),this.spans=m("div",this.both,"mk-gc-spans"),this.caption=m("div",this.body,"mk-caption")}draw(t,e){let s=(q(this.body,e.width)||800)-30;this.body.classList.toggle("mk-waiting",t.waits),this.drawState(t),E(this.caption,t.caption),this.graph.hidden=!t.nodes.length&&!t.roots.length,this.graph.setAttribute("aria-label",`${t.sentence}. ${t.caption}`),this.g.replaceChildren();let i=this.graph.hidden?0:this.drawGraph(t,s),o=i?s-i-20:0;this.both.classList.toggle("mk-beside",o>=ut),this.drawSpans(t,o>=ut?o:s)}drawState(t){this.state.replaceChildren();let e=(...n)=>m("span",this.state,["mk-phases",...n].join(" ")),s=e();for(let n of["off","mark","sweep"]){let r=m("span",s,"mk-chip",n);n===t.phase&&(r.classList.add("mk-chip-now"),r.setAttribute("aria-current","true"))}let i=m("span",this.state,"mk-said","write barrier ");m("b",i,"",t.barrier);let o=e("mk-queue");m("span",o,"mk-said",`queue of ${t.unit}s`),t.queue.length||m("span",o,"mk-said","empty"),t.queue.slice(0,12).forEach(n=>m("span",o,"mk-chip",n)),t.queue.length>12&&m("span",o,"mk-said",`${t.queue.length-12} more`)}text(t,e,s,i,o=this.g){g("text",o,{x:e,y:s,class:i}).textContent=t}drawGraph(t,e){let{down:s,across:i}=t,o=s.length-1,n=({lane:$,head:b})=>s.map((A,L)=>4+A*$+(L<o?b:0)),r=$=>$.roots+o*$.wide+gt+oi(n($)),l=r(Be)<=e?Be:We,h=t.spans.length&&e-r(l)-20-12*o>=ut?e-ut-20:e,d=Math.max(0,Math.min(ti,(h-r(l))/Math.max(1,o))),p=[],c=l.roots;for(let $=0;$<=o;$++){let b=n(l)[$]+($<o?d:0);p.push({x:c,wide:b,lanes:s[$]}),c+=b+($<o?l.wide:0)}let k=c+gt,f=[],u=gt;for(let $ of i)u+=$*Pe,f.push(u),u+=l.high+Qs;let x={};for(let{name:$,column:b,row:A,look:L}of t.nodes)x[$]={x:p[b].x+p[b].wide,y:f[A],row:A,column:b,look:L};let y=($,b)=>{let{x:A,wide:L,lanes:S}=p[$],I=L-($<o?l.head:0)-(S-1)*l.lane;return A+I/2+b*l.lane},M=($,b)=>f[$]-5-(i[$]-1-b)*Pe,v=($,b)=>$.y+l.high/2+(b<0?-8:b>0?2+Math.min(b,2)*4:0),w=i.flatMap(($,b)=>Array.from({length:$},(A,L)=>M(b,L))),z=[],j=($,b,A,L,S,I)=>{let O=x[L];if(!O||!S)return;let[Pt,ht,Gt,hs]=S,Kt=v(O,hs),it=[$],Ut=y(b+1,Pt);if(it.push([Ut,$[1]]),ht>=0){let re=y(O.column,Gt),ae=M(O.row,ht);it.push([Ut,ae],[re,ae],[re,Kt])}else it.push([Ut,Kt]);it.push([O.x-2,Kt]),z.push([it,I,`${A} ${L}`])},R=this.drawRoots(t.roots,l,x,w,v,($,b,A)=>j($,-1,"-",b,A,x[b]?.look==="freed"?"dangling":""));for(let[$,b,A,L,S,I]of t.edges){let O=x[$];if(!O)continue;let Pt=O.y+l.high/2+(S[1]>=0?-8:0),ht=[A&&"on",L&&"dangling",I&&"differs"],Gt=[O.x+l.wide,Pt];j(Gt,O.column,$,b,S,ht.filter(Boolean).join(" "))}z.sort(($,b)=>!!$[1]-!!b[1]);for(let $ of z)this.drawLine(...$);for(let $ of t.nodes)this.drawNode($,x[$.name],l);let H=Math.max(R,u);return this.svg.setAttribute("width",k),this.svg.setAttribute("height",H),k>e+1?this.graph.tabIndex=0:this.graph.removeAttribute("tabindex"),k}drawRoots(t,e,s,i,o,n){let r=i.map(h=>["",h]);for(let[h,d]of Object.entries(s))d.column===0&&r.push(...[-1,0,1,2].map(p=>[h,o(d,p)]));let l=gt;for(let h of t){let d=24+h.rows.length*De,p={x:2,y:l,width:e.roots-2,height:d},c=h.said?`, ${h.said}`:"",k=g("g",this.g,{});k.dataset.says=`${h.title}${c}: ${h.rows.map(([u])=>u).join(", ")}`,g("rect",k,{...p,rx:3,class:"mk-root"}),h.touched&&T(k,p);let f=g("text",k,{x:9,y:l+17,class:"mk-root-title"});if(f.textContent=h.title,h.said){let u=g("tspan",f,{class:"mk-root-said",dx:5});u.textContent=h.said==="scanned"?"\u2713":"\u2026"}h.rows.forEach(([u,x,y],M)=>{let v=l+22+M*De;this.text(u,12,v+14,"mk-root-row",k);let w=j=>Math.min(...r.map(([R,H])=>R===x?9:Math.abs(v+10+j-H))),z=ii.find(j=>w(j)>=2.5)??0;n([e.roots,v+10+z],x,y)}),l+=d+8}return l}drawLine(t,e,s){let i=e.split(" ").map(r=>r&&`mk-line-${r}`),o=g("path",this.g,{d:ni(t),class:["mk-pointer-line",...i].join(" ")});o.dataset.between=s;let n=/^on/.test(e)?"on":/differs/.test(e)?"differs":"plain";o.setAttribute("marker-end",`url(#${this.key}-${n})`)}drawNode(t,{x:e,y:s},{wide:i,high:o}){let n={x:e,y:s,width:i,height:o},r=g("g",this.g,{class:`mk-object mk-object-${t.look}`});r.dataset.says=t.says,g("rect",r,{...n,rx:4,class:"mk-node"}),i===We.wide?(this.text(t.name,e+i/2,s+15,"mk-node-name mk-middle",r),this.text(t.word,e+i/2,s+29,"mk-node-word mk-middle",r)):(this.text(t.name,e+9,s+19,"mk-node-name",r),this.text(t.word,e+i-7,s+19,"mk-node-word",r)),t.lost&&g("rect",r,{x:e-4,y:s-4,width:i+8,height:o+8,rx:6,class:"mk-lost"}),t.touched&&T(r,n),t.differs&&T(r,n,"mk-differs",t.touched||t.lost?4.5:0)}drawSpans(t,e){this.spans.replaceChildren();for(let s of t.spans){let i=m("div",this.spans,"mk-gc-span"),o=m("div",i,"mk-gc-span-head");m("b",o,"",s.title),m("span",o,"",` \xB7 ${s.note}`);let n=Math.min(ei,(e-_-30)/s.cells.length),r=g("svg",i,{width:Math.min(e,_+s.cells.length*n+30),height:28+s.bits.length*Yt,class:"mk-gc-cells"});this.text("slots",0,18,"mk-gc-label",r),s.cells.forEach(([h,d,p,c],k)=>{let f={x:_+k*n,y:3,width:n-4,height:23},u=g("g",r,{class:`mk-object mk-object-${d==="free"?"freed":d}`}),x=s.bits.map(([y,M])=>`${y.replace(/s$/,"")} ${M[k]}`);u.dataset.says=[`slot ${k} of ${s.title}`,h,d,...x].filter(Boolean).join(", "),g("rect",u,{...f,rx:2,class:"mk-node"}),this.text(h,f.x+f.width/2,19,"mk-gc-name",u),p&&T(u,f),c&&T(u,f,"mk-differs",p?3.5:0)});let l=_+s.cells.length*n;s.more&&this.text("\u2026",l+4,18,"mk-gc-label",r),s.touched&&T(r,{x:_-2,y:1,width:l-_,height:27}),s.bits.forEach(([h,d],p)=>{this.text(h,0,41+p*Yt,"mk-gc-label",r),[...d].forEach((c,k)=>{let f=_+k*n+(n-4)/2;this.text(c,f,41+p*Yt,c==="1"?"mk-bit mk-bit-one":"mk-bit",r)})})}t.rest&&m("div",this.spans,"mk-caption",`and ${t.rest} more spans`)}},oi=a=>a.reduce((t,e)=>t+e,0);function ni(a){let t=a.filter((s,i)=>{let[o,n]=[a[i-1],a[i+1]];return!o||!n?!0:[0,1].every(r=>o[r]!==s[r]||s[r]!==n[r])}),e=`M${t[0].join(" ")}`;for(let s=1;s<t.length-1;s++){let[i,o,n]=t.slice(s-1,s+2),[r,l]=[i,n].map(h=>{let[d,p]=[h[0]-o[0],h[1]-o[1]],c=Math.min(.5,si/Math.hypot(d,p));return[o[0]+d*c,o[1]+p*c]});e+=`L${r.join(" ")}Q${o.join(" ")} ${l.join(" ")}`}return`${e}L${t.at(-1).join(" ")}`}var at=10,te=5,ri=2,ai=3,li=1.35;function mi(a,t){let e=a.map(({from:n,to:r,wide:l})=>{if(!l)return null;if(l+at<=r-n)return{wide:l,left:n+ri,pole:null,at:n};let h=Math.min((n+r)/2,n+8),d=h+te+l<=t;return{wide:l,pole:h,at:h,left:d?h+te:Ge(h,l)}}),s=e.filter(Boolean);for(let n=s.length-2;n>=0;n--){let r=s[n],l=s.slice(n+1).some(h=>h.left<h.pole&&Xt(r,h));r.left>r.pole&&l&&(r.left=Ge(r.pole,r.wide))}let i=new Set(s),o=[];for(;i.size;){let n=[...i],r=n.find(h=>n.every(d=>d===h||!Xt(h,d)))??n[0];i.delete(r);let l=o.filter(h=>Xt(r,h)).map(h=>h.lane+1);for(r.lane=Math.max(0,...l);r.pole!==null&&o.some(h=>h.lane===r.lane&&hi(r,h));)r.lane++;o.push(r)}return e.map(n=>{let r=n?.pole>n?.left&&n.pole<n.left+n.wide;return n&&{left:n.left,lane:n.lane,pole:n.pole,around:r}})}var Ge=(a,t)=>Math.max(0,a-te-t),Xt=(a,t)=>a.pole===null?!1:t.pole===null?a.left<t.left+t.wide+at&&a.left+a.wide+at>t.at:a.left-1<t.pole+1&&a.left+a.wide+1>t.pole,hi=(a,t)=>a.left<t.left+t.wide+at&&t.left<a.left+a.wide+at,Zt,Qt=new Map;function di(a,t){let e=`${t}
${a}`;return Qt.has(e)||(Zt??=document.createElement("canvas").getContext("2d"),Zt.font=t,Qt.set(e,Math.ceil(Zt.measureText(a).width)+1)),Qt.get(e)}var bt=class{constructor(t){this.boxes=m("div",t,"mk-boxes"),this.texts=m("div",t,"mk-bar-texts mk-caption")}draw(t,e,s){let i=t.reduce((p,c)=>p+c.share,0)||1;this.measure(e);let{font:o,strip:n}=this,r=0,l=t.map(p=>{let c=r;return r+=p.share,{from:e*c/i,to:e*r/i,wide:p.text?di(p.text,o):0}}),h=mi(l,e);t.forEach((p,c)=>this.drawPart(c,p,l[c].from/e,p.share/i,s(p.state)));let d=0;t.forEach((p,c)=>{this.drawText(c,p.text,h[c],n),h[c]&&(d=Math.max(d,h[c].lane+1))}),this.texts.style.height=`${d&&d*n+3}px`}measure(t){if(this.width===t)return;this.width=t;let e=getComputedStyle(this.texts);this.font=`${e.fontWeight} ${e.fontSize} ${e.fontFamily}`,this.strip=Math.round(li*parseFloat(e.fontSize))}drawPart(t,e,s,i,o){let n=this.boxes.children[t]??m("div",this.boxes),r=typeof e.touched=="number",l=[e.touched&&!r?"mk-on":"",e.differs?"mk-other":""];i*this.width<ai&&l.push("mk-thin"),ot(n,["mk-part-box",`mk-${o}`,...l].filter(Boolean).join(" ")),n.style.left=`${100*s}%`,n.style.width=`${100*i}%`,n.style.minWidth=i?"1px":"0",r&&!n.firstChild&&m("div",n,"mk-place"),r?n.firstChild.style.left=`${100*e.touched}%`:n.replaceChildren()}drawText(t,e,s,i){let o=this.texts.children[t]??m("div",this.texts,"mk-told-part");if(o.hidden=!s,!s)return o.replaceChildren();o.firstChild||(m("div",o,"mk-pole"),m("span",o));let[n,r]=o.children;n.style.left=`${s.pole??0}px`,n.style.height=`${(s.lane+(s.around?0:1))*i+(s.around?2:-2)}px`,ot(n,s.pole===null?"mk-pole mk-no-pole":"mk-pole"),r.style.left=`${s.left}px`,r.style.top=`${s.lane*i+2}px`,E(r,e)}rect(t){return C(this.boxes.children[t])}};var ci=3.5;function Ke(a,t){let e=a.tail.reduce((c,k)=>c+k.cells,0),s=a.cells.length,i=a.big?18:16,o=Math.max(1,Math.ceil(s+e)),n=a.per||Math.max(1,Math.floor(t/i)),r,l,h,d;for(;r=t/n,a.wide||(r=Math.min(r,i)),l=a.big?18:Math.min(a.per?10:22,Math.max(4,Math.round(r*1.4))),h=r>10?3:r>5?2:r>3?1:.5,d=Math.ceil(o/n),!(d*(l+3)<=a.high||r<=2.5);)n=a.per?n*2:Math.ceil(n*1.12);a.wide&&(n=Math.ceil(o/d),s+e<n&&(n=s+e),r=t/n,l=22>l&&d===1?22:l,n=Math.max(1,d===1?o:n));let p=l+3;return{per:n,pitch:r,high:l,step:p,gap:h,lines:d,width:Math.min(t,Math.min(n,o)*r+2),height:d*p+2,at:c=>[c%n*r+1.5,Math.floor(c/n)*p+1.5],wide:Math.max(1,r-h),cellAt:(c,k)=>{let f=Math.floor((c-1)/r);return f<0||f>=n||k<0?-1:Math.floor(k/p)*n+f}}}function Ue(a,t){let e=[];for(let i=0;i<a.cells.length;i++){let[o,n]=t.at(i);e.push({x:o,y:n,w:t.wide,h:t.high,state:a.cells[i],fill:a.fills?.[i]})}let s=a.cells.length;for(let i of a.tail){let o=i.cells;for(;o>.001;){let n=Math.floor(s/t.per+1e-9),r=Math.min(o,(n+1)*t.per-s),l=Math.max(1,r*t.pitch-t.gap),h=(s-n*t.per)*t.pitch+1.5;e.push({x:h,y:n*t.step+1.5,w:l,h:t.high,state:i.state,part:!0}),s+=r,o-=r}}return e}var pi={"#":"used",".":"free","-":"reserved","/":"third"," ":"none","%":"level",_:"absent"},P=a=>pi[a]||"letter",Fe=a=>a.state==="_"?1.5:a.fill&&Math.max(1,a.h*a.fill);function ee(a,t){let e=[];for(let[s,i]of a||[])for(let o=s;o<i;){let n=Math.min(i,(Math.floor(o/t.per)+1)*t.per),[r,l]=t.at(o);e.push({x:r,y:l,width:Math.max(1,(n-o)*t.pitch-t.gap),height:t.high}),o=n}return e}var wt=class{constructor(t){this.node=g("g",t,{})}draw(t,e){this.node.replaceChildren();for(let{x:i,y:o,width:n,height:r}of ee(t.boxes,e)){let l={x:i-1,y:o-1,width:n+2,height:r+2,rx:2};g("rect",this.node,{...l,class:"mk-box"})}let s=t.touched.map(([i,o])=>[i,Math.min(o,t.cells.length)]);for(let i of ee(s,e))T(this.node,i);for(let[i,o]of t.differs||[]){let n=s.some(([r,l])=>r<o&&i<l);for(let r of ee([[i,o]],e))T(this.node,r,"mk-differs",n?ci:0)}if(t.mark&&e.lines>1){let[i,o]=e.at(t.mark.at),n={x:i-e.gap/2-1.25,y:o-3,width:2.5,height:e.high+6};g("rect",this.node,{...n,class:"mk-mark-bar"})}}},vt=class{constructor(t){this.hatch=B("hatch"),this.node=g("svg",t,{"aria-hidden":"true"}),Q(g("defs",this.node,{}),this.hatch),this.cells=g("g",this.node,{}),this.over=g("g",this.node,{}),this.marks=new wt(this.node),this.list=[]}paint(t,e){let s=`${e.width} ${e.height} ${e.per} ${e.pitch}`,i=Ue(t,e);if(s!==this.frame||i.length!==this.list.length){this.frame=s,this.node.setAttribute("width",e.width),this.node.setAttribute("height",e.height),this.cells.replaceChildren(),this.list=[];for(let o of i)g("rect",this.cells,{x:o.x,y:o.y,width:o.w,height:o.h,rx:Math.min(2,o.w/4)})}this.over.replaceChildren();for(let o=0;o<i.length;o++){let n=i[o];P(n.state)==="letter"&&e.wide<9&&(n.state="/");let r=this.list[o];if(!r||r.state!==n.state){let l=this.cells.children[o];l.setAttribute("class",`mk-cell mk-${P(n.state)}`),l.style.fill=P(n.state)==="third"?`url(#${this.hatch})`:""}if(P(n.state)==="level"||P(n.state)==="absent"){let l=Fe(n),h={x:n.x,y:n.y+n.h-l,width:n.w,height:l};g("rect",this.over,{...h,class:"mk-fill"})}P(n.state)==="letter"&&(g("text",this.over,{x:n.x+n.w/2,y:n.y+n.h/2+4.5,class:"mk-letter"}).textContent=n.state)}this.marks.draw(t,e),this.list=i}},yt=class{constructor(t){this.node=m("canvas",t),this.node.setAttribute("aria-hidden","true"),this.svg=g("svg",t,{class:"mk-over","aria-hidden":"true"}),this.marks=new wt(this.svg)}paint(t,e){let s=window.devicePixelRatio||1,o=getComputedStyle(this.node).getPropertyValue("--mk-tier").trim()||"#6b7f8f";this.node.width=Math.ceil(e.width*s),this.node.height=Math.ceil(e.height*s),this.node.style.width=`${e.width}px`,this.node.style.height=`${e.height}px`;let n=this.node.getContext("2d");n.scale(s,s);let r=Ue(t,e);for(let l of r){let h=P(l.state);if(h!=="none"){if(n.fillStyle=n.strokeStyle=o,n.lineWidth=1,n.setLineDash(h==="reserved"?[2,2]:[]),(h==="used"||h==="letter")&&n.fillRect(l.x,l.y,l.w,l.h),h==="level"||h==="absent"){let d=Fe(l);n.fillRect(l.x,l.y+l.h-d,l.w,d)}h!=="absent"&&(e.pitch>3?n.strokeRect(l.x,l.y,l.w,l.h):h!=="used"&&(n.globalAlpha=h==="free"?.2:.45,n.fillRect(l.x,l.y,l.w,l.h),n.globalAlpha=1),h==="third"&&(n.beginPath(),n.moveTo(l.x,l.y+l.h),n.lineTo(l.x+l.w,l.y),n.stroke()))}}this.svg.setAttribute("width",e.width),this.svg.setAttribute("height",e.height),this.marks.draw(t,e)}};var ki=2e3,fi=450,gi=104,ui=7.5,xi=2,_e={"#":"in use",".":"free","-":"reserved","/":"hatched"," ":""};function bi({means:a,cells:t,fills:e},s,i){let o=t[s];return a&&o in a?a[o]:i&&(o==="/"||o==="%")?"":o==="%"?`filled to ${(100*e[s]).toFixed(1)} %`:_e[o]??o}function Je(a,t){if(a===t)return!0;if(typeof a!="object"||typeof t!="object"||!a||!t)return!1;let e=Object.keys(a);return e.length===Object.keys(t).length&&e.every(s=>Je(a[s],t[s]))}var $t=class a{constructor(t,e){this.node=m("div",t,"mk-row"),this.label=m("div",this.node,"mk-label"),this.line=m("div",this.node,"mk-line"),this.cells=m("div",this.line,e.bar?"mk-bar":"mk-cells"),this.bar=e.bar&&new bt(this.cells),this.beside=m("span",this.line,"mk-beside"),this.mark=m("div",this.node,"mk-mark"),this.caption=m("div",this.node,"mk-caption"),this.kind=a.kind(e)}static kind(t){return t.bar?`bar ${t.bar.length}`:"cells"}draw(t,e,s,i){if(!i&&e===this.width&&s===this.canvas&&Je(t,this.row))return;Object.assign(this,{row:t,width:e,canvas:s}),this.node.classList.toggle("mk-inline",!!t.inline),this.node.classList.toggle("mk-otherwise",!!t.differs),E(this.label,t.label),E(this.beside,t.beside),E(this.caption,t.caption),t.bar?this.bar.draw(t.bar,e,P):this.drawCells(t,e,s);let o=!!(t.mark&&this.g&&this.g.lines===1);if(this.mark.hidden=!o,o){let[n]=this.g.at(t.mark.at);E(this.mark,`\u25B4 ${t.mark.text}`);let r=Math.min(n+this.g.wide/2-6,Math.max(0,e-this.mark.textContent.length*8));this.mark.style.paddingLeft=`${Math.max(0,r)}px`}}drawCells(t,e,s){this.g=Ke(t,wi(t,e-xi-(t.inline?gi:0)));let i=s?yt:vt;this.painter instanceof i||(this.cells.replaceChildren(),this.painter=new i(this.cells)),this.painter.paint(t,this.g)}get count(){return(this.row.bar??this.row.cells).length}box(t){if(this.row.bar)return this.bar.rect(Math.floor(t));let e=C(this.painter.node),[s,i]=this.g.at(Math.max(0,Math.min(t,this.row.cells.length-1)));return new DOMRect(e.x+s,e.y+i,this.g.wide,this.g.high)}at(t,e){if(this.row.bar)return this.row.bar.findIndex((o,n)=>{let r=this.bar.rect(n);return o.share>0&&t>=r.left&&t<r.right&&e>=r.top&&e<=r.bottom});let s=C(this.painter.node),i=this.g.cellAt(t-s.x,e-s.y);return i<this.row.cells.length?i:-1}says(t){let{bar:e,cells:s,unit:i,tells:o=[]}=this.row;if(e)return e[t].says||e[t].text||_e[e[t].state]||"";let n=i?`${i.name} ${i.first+t}`:`${t+1} of ${s.length}`,r=i?.base===null||!i?"":` at 0x${(i.base+t*i.size).toString(16)}`,l=o.filter(([d,p])=>d<=t&&t<p).map(d=>d[2]),h=bi(this.row,t,l.length);return[n+r,h,...l].filter(Boolean).join(", ")}place(t,e){let s=this.box(t),i=this.row.bar?s.width*(t%1||.04):s.width/2;return[s.left-e.left+i,s.top-e.top,s.bottom-e.top]}},Mt=class a{constructor(t,e){this.node=m("div",null,"mk-floor"),this.node.dataset.tier=t.tier;let s=m("div",this.node,"mk-head");this.title=m("div",s,"mk-title"),this.note=m("div",s,"mk-note"),this.count=m("div",s,"mk-count"),this.open=m("button",s,"mk-open"),this.open.type="button",this.open.addEventListener("click",()=>e(t.tier)),this.body=m("div",this.node,"mk-floor-body"),this.kind=a.kind(t),this.rows=[];for(let i of t.rows){let o=i.length>1?m("div",this.body,"mk-beside-each-other"):this.body;for(let n of i)this.rows.push(new $t(o,n))}}static kind(t){let e=t.rows.map(s=>s.map($t.kind).join(","));return`${t.tier}|${e.join(";")}`}draw(t,e,{opened:s,closer:i,fresh:o}){E(this.title,t.title),E(this.note,t.note),E(this.count,t.count),E(this.open,t.opens);let n=t.tier===s;this.open.title=`${n?"close":"open"} the closer view: ${t.opens}`,this.open.setAttribute("aria-expanded",String(n)),this.node.classList.toggle("mk-acting",t.acting),this.node.classList.toggle("mk-opened",n&&!!i),n&&i&&i.parentElement!==this.node&&this.node.append(i);let r=0;for(let l of t.rows){let h=(this.width-24*(l.length-1))/l.length;for(let d of l)this.rows[r++].draw(d,h,e,o)}}},Et=class{constructor(t,{open:e}){this.open=e,this.parts=this,this.body=m("div",t,"mk-body"),this.story=m("div",this.body,"mk-story"),m("div",this.story,"mk-story-title","The story so far"),this.list=m("ol",this.story),this.list.tabIndex=0,this.tower=m("div",this.body,"mk-picture"),this.thread=g("svg",this.tower,{class:"mk-thread","aria-hidden":"true"}),this.path=g("path",this.thread,{d:""}),this.drawn="",this.floors=[],this.travellers=[]}draw(t,e){let s=this.shown!==void 0&&t.step===this.shown+1;this.shown=t.step,this.tower.setAttribute("aria-label",t.sentence||""),this.drawStory(t.story),this.drawFloors(t.floors,e);let i=this.tower.querySelector(".mk-open:not([hidden])");this.tower.setAttribute("role",i?"group":"img"),this.scrollStory(),this.points=t.thread,this.settle();for(let o of this.travellers)o.remove();this.travellers=s&&!vi()?this.travel(t.journeys||[]):[]}settle(){this.drawThread(this.points)}drawStory(t){for(this.story.hidden=!t.length,this.body.classList.toggle("mk-with-story",t.length>0),t.forEach(([e,s,i],o)=>{let n=this.list.children[o];n||(n=m("li",this.list),m("span",n,"mk-number"),m("span",n,"mk-told")),n.className!==`mk-${i}`&&(n.className=`mk-${i}`,i==="now"?n.setAttribute("aria-current","step"):n.removeAttribute("aria-current")),E(n.firstChild,String(e)),E(n.lastChild,s)});this.list.children.length>t.length;)this.list.lastChild.remove()}scrollStory(){let t=this.list.querySelector(".mk-now");if(t&&t!==this.scrolledTo){this.scrolledTo=t;let e=this.list,s=t.offsetTop-24,i=t.offsetTop+t.offsetHeight+24-e.clientHeight;i>e.scrollTop&&(e.scrollTop=i),s<e.scrollTop&&(e.scrollTop=s)}}drawFloors(t,e){let s=(o,n)=>o.reduce((r,l)=>r+n(l),0),i=s(t,o=>s(o.rows.flat(),n=>n.bar?0:n.cells.length));t.forEach((o,n)=>{let r=Mt.kind(o);if(this.floors[n]?.kind===r)return;let l=new Mt(o,this.open);this.floors[n]?this.floors[n].node.replaceWith(l.node):this.tower.insertBefore(l.node,this.thread),this.floors[n]=l,this.measured=""});for(let o of this.floors.splice(t.length))o.node.remove();this.measure(`${e.width} ${this.story.hidden}`),t.forEach((o,n)=>{this.floors[n].draw(o,i>ki,e)})}measure(t){if(this.measured!==t){this.measured=t;for(let e of this.floors)e.width=Math.max(120,e.body.clientWidth||600)}}drawThread(t){if(!t.length&&!this.drawn)return;let e=C(this.tower),s=t.filter(n=>!n||!this.floors[n[0]].node.matches(".mk-opened")),i="",o=null;for(let n of s){if(n||(o=null),!n)continue;let[r,l,h]=n,d=this.floors[r].rows[l].place(h,e);if(o&&d[1]<o[2])i+=`M${o[0]} ${(o[1]+o[2])/2} L${d[0]} ${(d[1]+d[2])/2} `;else if(o){let p=Math.max(12,(d[1]-o[2])/2);i+=`M${o[0]} ${o[2]} C${o[0]} ${o[2]+p},${d[0]} ${d[1]-p},${d[0]} ${d[1]} `}o=d}i!==this.drawn&&this.path.setAttribute("d",i),this.drawn=i}get rows(){return this.floors.flatMap(t=>t.rows).filter(t=>t.count&&t.cells.offsetParent)}any(){return this.floors.length>0}at(t){let e=null;return this.rows.forEach((s,i)=>{let o=s.at(...dt(t));o>=0&&(e=[i,o])}),e}first(){let{rows:t}=this,e=t.findIndex(({row:s})=>s.touched?.length);return e>=0?[e,t[e].row.touched[0][0]]:t.length?[0,0]:null}next([t,e],[s,i]){let{rows:o}=this,n=o[t];if(s)return[t,Math.max(0,Math.min(n.count-1,e+s))];let r=n.g&&Math.round(n.g.per),l=e+i*r;if(r&&n.g.lines>1&&l>=0&&l<n.count)return[t,l];let h=n.box(e).x+n.box(e).width/2,d=o.findIndex((u,x)=>x>t&&Ve(u,n,i)),p=o.findLastIndex((u,x)=>x<t&&Ve(u,n,i)),c=i>0?d:p;if(c<0)return[t,e];let k=Array.from({length:o[c].count},(u,x)=>x),f=u=>{let x=o[c].box(u);return Math.abs(x.x+x.width/2-h)+.01*Math.abs(x.y-n.box(e).y)};return[c,k.reduce((u,x)=>f(x)<f(u)?x:u,0)]}box([t,e]){let s=this.rows[t];return s&&e<s.count?s.box(e):null}says([t,e]){let s=this.rows[t];return s&&e<s.count?s.says(e):""}travel(t){let e=C(this.tower),s=([o,n,r])=>{let[l,h,d]=this.floors[o].rows[n].place(r,e);return`translate(${l-6}px, ${(h+d)/2-7}px)`},i=([o])=>!this.floors[o].node.matches(".mk-opened");return t.filter(o=>o.every(i)).map(([o,n])=>{let r=T(this.thread,{x:0,y:0,width:12,height:14}),l=r.animate([{transform:s(o)},{transform:s(n)}],{duration:fi,easing:"ease-in-out"});return l.onfinish=()=>r.remove(),r})}};function wi(a,t){let e=a.beside?10+a.beside.length*ui:0;return e*2<t?t-e:t}var vi=()=>window.matchMedia("(prefers-reduced-motion: reduce)").matches;function Ve(a,t,e){return(C(a.cells).y-C(t.cells).y)*e>2}var yi=350,$i=2100,N=[56,22],J=class a{static WIDE=236;static HIGH=148;constructor(t){this.node=g("g",t,{class:"mk-clock"}),this.head=B("hatch"),K(g("defs",t,{}),this.head,"mk-way-head",7)}draw(t,e,s,i){this.node.replaceChildren();let o=this.shown!==void 0&&i.step===this.shown+1;if(this.shown=i.step,!t)return;let n=t.frames.length,r=[e+a.WIDE/2,Math.max(s,a.HIGH)/2],l=[a.WIDE/2-N[0]/2-6,r[1]-N[1]/2-4],h=(f,u)=>g(f,this.node,u),d=(f,u,x,y)=>{h("text",{x:u,y:x,class:y}).textContent=f},p=f=>2*Math.PI*f/n-Math.PI/2,c=(f,u=1)=>[r[0]+Math.cos(p(f))*l[0]*u,r[1]+Math.sin(p(f))*l[1]*u];h("ellipse",{cx:r[0],cy:r[1],rx:l[0],ry:l[1],class:"mk-clock-line"});let k=Math.min(t.way,n-.12);if(k>0){let f=Array.from({length:25},(x,y)=>c(t.hand-k+k*y/24,.3));h("path",{d:`M${f.map(x=>x.join(" ")).join("L")}`,class:"mk-way"}).setAttribute("marker-end",`url(#${this.head})`)}t.frames.forEach(({page:f,kind:u,count:x},y)=>{let[M,v]=c(y),[w,z]=[M-N[0]/2,v-N[1]/2],j=(L,S,I=0)=>h("rect",{x:w+I,y:z+I,width:L-2*I,height:N[1]-2*I,rx:2,class:S});j(N[0],"mk-clock-page"),j(N[0],`mk-frame-cell mk-${u==="loaded"?"kept":u}`);let R=w+N[0]/2-2;h("line",{x1:R,x2:R,y1:z,y2:z+N[1],class:"mk-clock-line"}),d(f,(w+R)/2,v+5,"mk-page mk-in-loaded"),d(x,(R+w+N[0])/2,v+5,x.length>1?"mk-page mk-count-down":"mk-page"),i.rows[y].next&&j(N[0],"mk-goes",3);let{touched:H,only:$=[]}=i.rows[y],b={x:w,y:z,width:N[0],height:N[1]};$.includes(i.now)&&T(this.node,b,"mk-differs",H?3.5:0),H&&T(this.node,b);let A=Math.min((N[0]/2+8)/Math.abs(M-r[0]),(N[1]/2+10)/Math.abs(v-r[1]));d(String(y),M+(r[0]-M)*A,v+(r[1]-v)*A+5,"mk-clock-number")}),this.drawHand(t,r,c,o),d(i.kept==="bit"?"page, bit":`page, ${i.kept}`,e+2,13,"mk-clock-told")}drawHand(t,e,s,i){let o=g("line",this.node,{class:"mk-hand"}),n=d=>{let[p,c]=s(d,.42);for(let[k,f]of Object.entries({x1:e[0],y1:e[1],x2:p,y2:c}))o.setAttribute(k,f)};if(g("circle",this.node,{cx:e[0],cy:e[1],r:4.5,class:"mk-hand-nut"}),n(t.hand),cancelAnimationFrame(this.going),!i||!t.way||matchMedia("(prefers-reduced-motion: reduce)").matches)return;let r=Math.min(yi,$i/t.way),l=performance.now(),h=d=>{let p=Math.min(t.way,(d-l)/r),c=Math.floor(p),k=c+Math.min(1,(p-c)*2);n(t.hand-t.way+Math.min(t.way,k)),p<t.way&&(this.going=requestAnimationFrame(h))};h(l)}};var Y=22,Mi=3,tt=70,Ei=9.2,Ai=46,Li=8.6,Ci=13,ji=[["marks",1],["out",2]],At=class{constructor(t,e){this.node=g("g",t,{}),this.tag=e,this.known=[]}begin(){this.n=0}put(t,e=""){let s=this.n++,i=JSON.stringify([t,e]);if(this.known[s]===i)return;this.known[s]=i;let o=this.node.children[s]??g(this.tag,this.node,{});for(let[n,r]of Object.entries(t))o.setAttribute(n,r);o.textContent!==e&&(o.textContent=e)}end(){for(this.known.length=this.n;this.node.children.length>this.n;)this.node.lastChild.remove()}};function zi(a,t){let{refs:e,now:s,rows:i,marks:o,out:n,differs:r={}}=a;if(e.length<=t)return a;let l=Math.max(0,Math.min(e.length-t,s-t+1+Math.floor(t/Mi))),h=p=>p.slice(l,l+t),d=(p=[])=>p.map(([c,k])=>[Math.max(0,c-l),Math.min(t,k-l)]).filter(([c,k])=>c<k);return{...a,refs:h(e),now:s-l,rows:i.map(p=>({...p,cells:h(p.cells),only:(p.only??[]).map(c=>c-l).filter(c=>c>=0)})),marks:h(o),out:h(n),differs:{marks:d(r.marks),out:d(r.out)},caption:`${a.caption}${a.caption&&" \xB7 "}columns ${l+1} to ${l+t} of ${e.length}`}}var Lt=class{constructor(t){this.body=m("div",t,"mk-floor mk-over-time"),this.body.dataset.tier="frames";let e=m("div",this.body,"mk-head");this.title=m("div",e,"mk-title"),this.note=m("div",e,"mk-note"),this.count=m("div",e,"mk-count"),this.place=m("div",this.body,"mk-floor-body"),this.place.setAttribute("role","img"),this.svg=g("svg",this.place,{"aria-hidden":"true",class:"mk-frames"}),this.boxes=new At(this.svg,"rect"),this.texts=new At(this.svg,"text"),this.marks=g("g",this.svg,{}),this.ring=new J(this.svg),this.caption=m("div",this.place,"mk-caption")}draw(t,e){let s=this.body.closest(".mk-grid")?.className,i=Math.max(240,q(this.place,`${e.width} ${s}`)||600),{room:o=Ci}=t,n=o==="clock"?J.WIDE:Li*o+24,r=Math.max(...t.refs.map(b=>b.length),...t.rows.map(b=>b.cells[t.now][0].length)),l=Ei*r+6,h=zi(t,Math.max(2,Math.floor((i-tt-n)/l)));for(let b of["title","note","count","caption"])E(this[b],h[b]);this.place.setAttribute("aria-label",h.sentence);let{refs:d,rows:p,now:c,labels:k,clock:f}=h,u=(i-tt-n)/d.length,x=Math.max(l,Math.min(Ai,u)),y=tt+d.length*x+12,M=p.length+1,v=ji.filter(([,b])=>k[b]),w=M+v.length,z=Math.max(i,y+n-12);this.svg.setAttribute("width",z),this.svg.setAttribute("height",Math.max(w*Y+4,f?J.HIGH:0)),this.ring.draw(f,z-J.WIDE,w*Y,h),this.boxes.begin(),this.texts.begin();let j=(b,A,L,S)=>this.texts.put({x:A,y:L*Y+16,class:S},b),R=(b,A,L,S=2)=>this.boxes.put({x:tt+b*x+S,y:A*Y+S,rx:2,class:L,width:x-2*S,height:Y-2*S});this.marks.replaceChildren();let H=(b,A,L,S)=>{let I={x:tt+b*x+2,y:A*Y+2};T(this.marks,{...I,width:x-4,height:Y-4},L,S)},$=b=>tt+(b+.5)*x;j(k[0],0,0,"mk-said"),f||j(h.kept,y,0,"mk-said"),d.forEach((b,A)=>j(b,$(A),0,A>c?"mk-page mk-later":"mk-page")),p.forEach((b,A)=>{j(b.label,0,A+1,"mk-said"),f||j(b.note,y,A+1,"mk-noted"),b.cells.forEach(([L,S,I],O)=>{R(O,A+1,`mk-frame-cell mk-${S}`),j(L,$(O),A+1,`mk-page mk-in-${S}`),I&&H(O,A+1,"mk-differs",b.touched&&O===c?3.5:0)});for(let L of b.only??[])L<c?R(L,A+1,"mk-alone",3):H(L,A+1,"mk-differs",b.touched?3.5:0);b.next&&R(c,A+1,"mk-goes",5),b.touched&&H(c,A+1)}),v.forEach(([b,A],L)=>{j(k[A],0,M+L,"mk-said"),h[b].forEach((S,I)=>{let O=b==="marks"&&S==="F";O&&R(I,M+L,"mk-frame-cell mk-fault"),j(S,$(I),M+L,O||b==="out"?"mk-page":"mk-page mk-later")});for(let[S,I]of h.differs?.[b]??[])for(let O=S;O<I;O++)H(O,M+L,"mk-differs")}),H(c,0),this.boxes.end(),this.texts.end()}};var Ye=46,Si=38,W=34,Ct=8.6,jt=class{constructor(t){this.floor=m("div",t,"mk-floor mk-heap"),this.floor.dataset.tier="mheap";let e=m("div",this.floor,"mk-head");for(let i of["title","note","count"])this[i]=m("div",e,`mk-${i}`);this.inner=m("div",this.floor,"mk-floor-body"),this.inner.setAttribute("role","img"),this.svg=g("svg",this.inner,{"aria-hidden":"true",class:"mk-region"});let s=g("defs",this.svg,{});this.key=B("heap"),Q(s,`${this.key}-hatch`),K(s,`${this.key}-head`,"mk-arrow-head"),this.g=g("g",this.svg,{}),this.caption=m("div",this.inner,"mk-caption"),this.meters=m("div",this.inner,"mk-meters")}draw(t,e){let s=Math.max(280,q(this.inner,e.width)||700);for(let k of["title","note","count","caption"])E(this[k],t[k]);this.inner.setAttribute("aria-label",`${t.sentence} ${t.caption}`);let i=t.listed?Ye:2,o=t.listed?Si:8,n=(s-i-4)/t.size,r=k=>i+k*n;this.svg.setAttribute("width",s),this.svg.setAttribute("height",o+W+44),this.g.replaceChildren();let l=(k,f,u,x)=>{g("text",this.g,{x:f,y:u,class:x}).textContent=k};for(let k of t.blocks)this.drawBlock(k,r,o,n,l);t.listed&&this.drawList(t,r,o,l);let h=-1e9,d=s-2,p=t.ticks.length-1,c=t.ticks[p][1].length*Ct;t.ticks.forEach(([k,f],u)=>{let x=f.length*Ct,y=u===p?d-x:r(k);y<h||u<p&&y+x+8>d-c||(g("line",this.g,{x1:r(k),x2:r(k),y1:o+W,y2:o+W+24,class:"mk-tick"}),l(f,y,o+W+38,"mk-address-tick"),h=y+x+8)}),this.drawMeters(t.meters)}drawBlock(t,e,s,i,o){let n=e(t.at)+1,r=Math.max(2,t.size*i-2),l=(k,f,u,x=0)=>g("rect",this.g,{x:k+x,y:s+x,width:Math.max(1,f-2*x),height:W-2*x,rx:2,class:u});l(n,r,t.live?"mk-block mk-live":"mk-block mk-free-block");let h=t.live?(t.size-t.asked)*i:0;h>1&&(l(n+r-h,h,"mk-waste").style.fill=`url(#${this.key}-hatch)`);let d=r-h-4,p=t.texts.find(k=>k.length*Ct<=d);p?o(p,n+(r-h)/2,s+W/2+5,"mk-in-block"):Ct*t.name.length<=r&&o(t.name,n+r/2,s+W/2+5,"mk-in-block");let c={x:n,y:s,width:r,height:W};if(t.touched&&T(this.g,c),t.differs&&T(this.g,c,"mk-differs",t.touched?3.5:0),t.number){let k=t.found?`\u25B2${t.number}`:String(t.number);o(k,n+r/2,s+W+17,t.found?"mk-cursor mk-found":"mk-cursor")}}drawList(t,e,s,i){i("list",2,s+W/2+5,"mk-said");let o=h=>e(t.blocks[h].at+t.blocks[h].size/2),n=h=>Math.min(9,(e(t.blocks[h].size)-e(0))/5),r=Ye/2-6,l=s+W/2-10;t.chain.forEach((h,d)=>{let p=d>0&&o(h)<o(t.chain[d-1]),c=o(h)+(p?1:-1)*n(h);d>0&&(r=o(t.chain[d-1])+(p?-1:1)*n(t.chain[d-1]),l=s);let k=Math.min(s-6,14+Math.abs(c-r)*.07),f=`M${r} ${l} C${r} ${s-k*1.25},${c} ${s-k*1.25},${c} ${s-1}`;g("path",this.g,{d:f,class:p?"mk-link mk-backwards":"mk-link"}).setAttribute("marker-end",`url(#${this.key}-head)`)})}drawMeters(t){t.forEach((e,s)=>{let i=this.meters.children[s];if(!i){i=m("div",this.meters,"mk-meter");let r=m("div",i,"mk-meter-words");m("span",r,"mk-meter-name"),m("span",r,"mk-caption"),m("div",m("div",i,"mk-meter-bar"),"mk-meter-fill")}let[o,n]=i.children;E(o.firstChild,e.name),E(o.lastChild,e.text),n.firstChild.style.width=`${100*e.share}%`})}};var et=58,Ti=176,G=132,st=22,zt=7.8,St=class{constructor(t){this.floor=m("div",t,"mk-floor mk-lanes"),this.floor.dataset.tier="frames";let e=m("div",this.floor,"mk-head");for(let s of["title","note","count"])this[s]=m("div",e,`mk-${s}`);this.inner=m("div",this.floor,"mk-floor-body"),this.svg=g("svg",this.inner,{"aria-hidden":"true",class:"mk-timeline"}),this.hatch=B("hatch"),Q(g("defs",this.svg,{}),this.hatch,6),this.g=g("g",this.svg,{})}draw(t,e,s){for(let v of["title","note","count"])E(this[v],t[v]);let i=Math.min(Ti,s*.24),o=et+i+14,n=Math.min(48,(s-o-2)/e.columns),r=v=>2+G*(1-v/e.top);this.svg.setAttribute("width",s),this.svg.setAttribute("height",G+st+4),this.g.replaceChildren();let l=(v,w)=>g(v,this.g,w),h=(v,w,z,j="mk-said")=>{l("text",{x:w,y:z,class:j}).textContent=v},d=o+n*e.columns,p=Number.POSITIVE_INFINITY;t.ticks.forEach(([v,w],z)=>{l("line",{x1:et-4,x2:d,y1:r(v),y2:r(v),class:"mk-tick"});let j=Math.min(G+2,Math.max(12,r(v)+4));p-j<13||z<t.ticks.length-1&&j<25||(h(w,et-8,j,"mk-address-tick"),p=j)});let c=i/Math.max(1,t.branches);for(let v of t.plan)this.block(e,v,et+v.first*c,c-3,r);for(let v of t.blocks){let w=v.last-v.first+1;this.block(e,v,o+v.first*n,w*n-1.5,r)}(i>150?t.aside:[]).forEach((v,w)=>h(v,et+2,G/2-14+18*w));let f=Math.ceil((zt+1)/n),u=v=>o+(v+.5)*n,x=e.runs[e.now],y=x?Math.max(n,x.length*zt)/2+2:0,M=Math.max(o,Math.min(d-2*y,u(e.now)-y));x&&(l("rect",{x:M,y:G+5,width:2*y,height:st-4,rx:2,class:"mk-now-bar"}),h(x,M+y,G+st-4,"mk-column mk-column-now")),e.runs.forEach((v,w)=>{let z=e.short[v],j=Math.abs(u(w)-M-y)-y-z.length*zt/2;w%f===0&&w!==e.now&&(!x||j>2)&&h(z,u(w),G+st-4,"mk-column")}),t.plan.length&&h("the plan",et,G+st-4),h("runs",o-8,G+st-4,"mk-address-tick")}block(t,e,s,i,o){let n=o(e.top),r={x:s,y:n+.5,width:Math.max(1,i),height:Math.max(1,o(e.bottom)-n-1.5),rx:1.5},l={"#":"used","-":"reserved","/":"third"}[e.state],h=g("rect",this.g,{...r,class:`mk-module mk-module-${l}`}),d=t.modules.indexOf(e.name)/Math.max(1,t.modules.length-1);if(l!=="reserved"&&h.style.setProperty("--mk-share",`${Math.round(14+36*d)}%`),e.over||l==="third"){let k=e.over?Math.min(r.width,16):r.width,f=g("rect",this.g,{...r,x:s+r.width-k,width:k});f.style.fill=`url(#${this.hatch})`,f.style.stroke="none"}let c=[e.name,t.short[e.name]].find(k=>k.length*zt+4<=r.width);c&&r.height>=13&&(g("text",this.g,{x:s+r.width/2,y:n+r.height/2+5,class:"mk-in-module"}).textContent=c),e.now&&g("rect",this.g,{...r,class:"mk-touched"}),e.differs&&T(this.g,r,"mk-differs",e.now?3.5:0)}},Tt=class{constructor(t){this.body=m("div",t,"mk-picture"),this.body.setAttribute("role","img"),this.panels=[new St(this.body),new St(this.body)],this.read=m("div",this.body,"mk-read"),this.legend=m("div",this.body,"mk-caption")}draw(t,e){this.body.setAttribute("aria-label",t.sentence),t.panels.forEach((s,i)=>{let o=Math.max(280,q(this.panels[i].inner,e.width)||700);this.panels[i].draw(s,t,o)}),this.read.replaceChildren(),m("span",this.read,"","read from disk");for(let[s,i,o]of t.read)m("span",this.read,"mk-read-name",s),m("span",m("span",this.read,"mk-read-bar")).style.width=`${100*i}%`,m("span",this.read,"",o);E(this.legend,t.legend)}};var Xe=22,Ot=class{constructor(t,e){this.node=m("div",t,"mk-fork"),this.pickable=e}draw(t,e,s){if(this.node.replaceChildren(),this.node.hidden=!t,!!t){this.marks=s,this.row((i,o)=>{o.className=`mk-numbers${e[i].acting?" mk-acting":""}`;for(let[n,r]of e[i].numbers)this.pickable(m("span",o,"mk-number-of",r),n)},i=>m("div",i,"mk-title","frames")),this.row((i,o)=>{let[n,r,l]=t.folded[i];o.className="mk-folded",this.pickable(o,n,`${r}, ${l}`),m("span",o,"",r),m("span",o,"mk-area-size",l)});for(let i of t.groups){this.row((o,n)=>{let r=i.heads[o];r&&(n.className=`mk-fork-head${s(r)}`,this.pickable(n,r.key,[r.name,r.prot,r.size,r.note].filter(Boolean).join(", ")),m("span",n,"mk-area-name",r.name),m("code",n,"mk-prot",r.prot),m("span",n,"mk-caption",r.note),m("span",n,"mk-area-size",r.size))});for(let o of i.lines)this.line(o)}}}row(t,e=()=>{},s=()=>{}){let i=m("div",this.node,"mk-fork-row"),o=n=>t(n,m("div",m("div",i,"mk-fork-side"),""));o(0),s(0,m("div",i)),e(m("div",i,"mk-between")),s(1,m("div",i)),o(1)}line(t){let e=Xe*Math.max(1,t.frames.length),s=t.first===t.last?`page ${t.first}`:`pages ${t.first} to ${t.last}`;this.row((i,o)=>{let n=t.sides[i];o.className=`mk-page-cell mk-${n.state}${this.marks(n)}`,m("span",o,"",`${s} \xB7 ${n.text}`)},i=>{t.frames.forEach((o,n)=>{let r=m("div",m("div",i,"mk-fork-frame"),"");r.className=`mk-page-cell mk-${o.state}${this.marks(o)}`,m("span",r,"",o.who==="Z"?`${o.text}: zeros`:`${o.text}: ${o.who}`),this.pickable(r,o.key,`frame ${o.text}: ${o.who}`),t.copied&&n&&m("span",r.parentElement,"mk-copied-here",o.touched?"\u2193":"\u2191")})},(i,o)=>{let n=t.sides[i];if(n.frame===null)return;let r=(n.frame+.5)*Xe,l=`M0 ${e/2} C50 ${e/2},50 ${r},100 ${r}`,h=g("svg",o,{viewBox:`0 0 100 ${e}`,preserveAspectRatio:"none","aria-hidden":"true",class:"mk-lane"}),d=g("path",h,{d:l,class:n.touched?"mk-lane-now":""});i&&d.setAttribute("transform","matrix(-1 0 0 1 100 0)")})}};var se=({touched:a,differs:t})=>(a?" mk-on":"")+(t?" mk-other":""),It="[data-key][role]",Rt=class{constructor(t,{pick:e}){this.pick=e,this.body=m("div",t,"mk-map"),this.columns=m("div",this.body,"mk-columns"),this.fork=new Ot(this.body,(...s)=>this.pickable(...s)),this.beside=m("div",this.body,"mk-beside-map"),this.strips=m("div",this.beside,"mk-strips"),this.told=m("div",this.beside,"mk-told"),this.legend=m("div",this.body,"mk-caption"),this.told.setAttribute("aria-live","polite"),this.thread=g("svg",this.body,{class:"mk-thread","aria-hidden":"true"}),this.path=g("path",this.thread,{}),this.body.addEventListener("click",s=>{let i=s.target.closest(It);i&&this.choose(i)}),this.body.addEventListener("keydown",s=>this.onKey(s))}onKey(t){let e=t.target.closest(It);if(!e||t.ctrlKey||t.metaKey||t.altKey)return;let s=[...this.body.querySelectorAll(It)],i={ArrowDown:1,ArrowUp:-1,Enter:0}[t.key];i!==void 0&&(t.preventDefault(),t.stopPropagation(),this.choose(s[Math.max(0,Math.min(s.length-1,s.indexOf(e)+i))]))}choose(t){t.focus(),this.pick(t.dataset.key)}pickable(t,e,s){t.dataset.key=e,this.picture.holds&&(t.setAttribute("role","button"),s&&t.setAttribute("aria-label",s))}draw(t,{picked:e}){let s=this.body.contains(document.activeElement)&&document.activeElement.dataset.key;this.picture=t,this.fork.draw(t.fork,t.columns,se);let i=t.fork?[]:t.columns,o=t.fork?t.strips.slice(1):t.strips;this.columns.replaceChildren(...i.map(n=>this.column(n))),this.columns.hidden=!i.length,this.body.classList.toggle("mk-two",t.columns.length>1),E(this.legend,t.legend[0]),this.body.classList.toggle("mk-no-strips",!o.length),this.strips.replaceChildren(...o.map(n=>this.strip(n))),t.legend[1]&&o.length&&!t.fork&&E(m("div",this.strips.firstChild.lastChild,"mk-caption"),t.legend[1]),this.mark(e,s),this.drawThread(t.thread||[])}mark(t,e){let{holds:s,told:i}=this.picture,o=s?.[t],n=[...this.body.querySelectorAll(It)];for(let l of n){let h=!!o&&l.dataset.key===t;l.setAttribute("aria-pressed",String(h)),l.classList.toggle("mk-picked",h),l.tabIndex=-1}let r=n.find(l=>l.dataset.key===(e||t))||n[0];r&&(r.tabIndex=0),e&&r&&r.focus({preventScroll:!0}),o?this.drawTold(...o):this.drawTold(i?.title,i?.lines)}column(t){let e=document.createElement("div");e.className=`mk-column${t.acting?" mk-acting":""}`;let s=m("div",e,"mk-numbers");for(let[o,n]of t.numbers){let r=m("span",s,"mk-number-of",n);o&&this.pickable(r,o)}let i=m("div",e,"mk-space");i.style.setProperty("--mk-at",`${Math.max(...t.rows.map(o=>o.at.length))+2}ch`);for(let o of t.rows)this.row(i,o);return e}row(t,e){let s=m("div",t,`mk-space-row mk-is-${e.kind}${se(e)}`);s.dataset.tier="space";let i=m("div",s,"mk-area");s.classList.toggle("mk-among",!!e.among);let o=m("span",s,"mk-at",e.at),n=e.key.split(" ")[0];this.pickable(i,e.key,[e.name,e.prot,e.size,e.at,e.note].filter(Boolean).join(", ")),e.kind!=="group"&&this.pickable(o,`${n} at ${e.at}`,`lower edge ${e.at}`),m("span",i,"mk-area-name",e.name),e.prot&&m("code",i,"mk-prot",e.prot);let r=m("span",i,"mk-cells-of");for(let h of e.cells)this.cell(r,h,n);if(e.share!==null){let h=m("span",r,"mk-share");m("span",h,"mk-share-in").style.width=`${100*e.share}%`}let l=m("span",i,"mk-area-more");e.held!==void 0?m("span",l,"mk-held",e.held):e.note&&m("span",l,"mk-area-note",e.note),e.marks&&m("code",l,"mk-marks",`\u25C2 ${e.marks}`),m("span",i,"mk-area-size",e.size)}cell(t,e,s){let i=m("span",t,`mk-page-cell mk-${e.state}${se(e)}`);return e.text&&m("span",i,"",e.text),e.touched&&(i.dataset.touched=`${s} page`),i}strip(t){let e=document.createElement("div");e.className="mk-floor",e.dataset.tier="frames";let s=m("div",e,"mk-head");m("div",s,"mk-title",t.title),m("div",s,"mk-note",t.note);let i=m("div",e,"mk-floor-body"),o=m("div",i,"mk-frame-cells");for(let n of t.cells){let r=m("span",o,"mk-frame");n.label&&m("span",r,"mk-frame-number",n.label),this.cell(r,n,"").removeAttribute("data-touched"),n.key&&this.pickable(r,n.key,`${n.key}: ${n.text||"free"}`)}return e}drawTold(t,e){if(this.told.replaceChildren(),this.told.hidden=!t&&!this.picture.hint,!t){m("p",this.told,"mk-caption",this.picture.hint);return}m("div",this.told,"mk-title",t);let s=m("div",this.told,"mk-fields");for(let[i,o,n]of e){let r=m("div",s);m("div",r,"mk-field",[i,o].filter(Boolean).join(" = ")),m("div",r,"mk-meaning",n)}}drawThread([t,e]){let s=C(this.body),i=t&&this.body.querySelector(`[data-touched="${t}"]`),o=e&&this.strips.querySelector(`[data-key="${e}"]`);if(this.path.setAttribute("d",""),!i||!o)return;let[n,r]=[i,o.querySelector(".mk-page-cell")].map(k=>C(k)),l=C(i.closest(".mk-column")).right-s.left+8,h=C(i.closest(".mk-area")).bottom-s.top,d=n.left+n.width/2-s.left,p=C(o).top-s.top-2,c=r.left-s.left-3;this.path.setAttribute("d",`M${d} ${n.bottom-s.top} V${h} H${l} V${p} H${c} V${(r.top+r.bottom)/2-s.top} h3`)}};var F=52,Oi=16,Ze=22,Qe=190,Ii=44,Ri=.5,Ni=[1,8,32,128,512,2048,8192,32768],Hi=[0,.25,.5,.75,1],ie=(a,t)=>a.find(([e,s])=>e<=t&&t<=s);function qi([a,t],e,s){let i=[a];for(let o=a;o<t;)o=Math.min(t,Math.max(o+1,Math.round(s(e(o)+1)))),i.push(o);return i}var Ht=class{constructor(t,{pick:e}){this.take=e,this.parts=this,this.floor=m("div",t,"mk-floor mk-saw"),this.floor.dataset.tier="mcache",this.title=m("div",this.floor,"mk-title"),this.inner=m("div",this.floor),this.inner.setAttribute("role","img"),this.svg=g("svg",this.inner,{"aria-hidden":"true"})}draw(t,e){let s=Math.max(280,q(this.inner,e.width)||700),{teeth:i,request:o,most:n}=t,r=s-F-Oi;this.picture=t,this.x=h=>F+r*Math.log(h)/Math.log(n),this.back=h=>Math.exp((h-F)/r*Math.log(n)),this.y=h=>Ze+Qe*(1-h),E(this.title,t.title),this.inner.setAttribute("aria-label",`${t.title}. ${o?this.says(o):""}`),this.svg.setAttribute("width",s),this.svg.setAttribute("height",Ze+Qe+Ii),this.svg.replaceChildren(),this.drawAxes(t);let l="";for(let h of i){let d=qi(h,this.x,this.back).map(p=>`${this.x(p)} ${this.height(p,h)}`);h[3]?g("path",this.svg,{d:`M${d.join("L")}`,class:"mk-saw-line mk-saw-shared"}):l+=`${l?"L":"M"}${d.join("L")}`}g("path",this.svg,{d:l,class:"mk-saw-line"}),o&&this.drawRequest(o)}share(t,[,,e]){return(e-t)/e}height(t,e){return this.y(this.share(t,e))}write(t,e,s,i){g("text",this.svg,{x:e,y:s,class:i}).textContent=t}drawAxes({x_label:t,ticks:e,most:s}){for(let i of Hi){let o=this.y(i);g("line",this.svg,{x1:F,x2:this.x(s),y1:o,y2:o,class:"mk-saw-grid"}),this.write(`${100*i} %`,F-6,o+5,"mk-saw-share")}Ni.forEach((i,o)=>{let[n,r]=[this.x(i),this.y(0)];g("line",this.svg,{x1:n,x2:n,y1:r,y2:r+5,class:"mk-tick"}),this.write(e[o],n,r+20,"mk-saw-size")}),this.write(t,F+(this.x(s)-F)/2,this.y(0)+39,"mk-saw-size")}drawRequest(t){let e=ie(this.picture.teeth,t),[s,i]=[this.x(t),this.height(t,e)];T(this.svg,{x:s-3,y:i-3,width:6,height:6});let o=Math.min(i-12,this.y(Ri));g("line",this.svg,{x1:s,x2:s,y1:o+3,y2:i-5,class:"mk-tick"});let n=s>this.x(this.picture.most)/2?"mk-saw-said mk-saw-before":"mk-saw-said";this.write(this.says(t),s,o,n)}any(){return!!this.picture}sizeAt(t){let{most:e}=this.picture,s=t-C(this.svg).x;return s<F-8||s>this.x(e)+8?null:Math.max(1,Math.min(e,Math.round(this.back(s))))}at(t){let[e,s]=dt(t),{y:i,height:o}=C(this.svg);return s<i||s>i+o?null:this.sizeAt(e)}first(){return this.picture.request||1}next(t,[e,s]){let{teeth:i,most:o}=this.picture;if(e)return Math.max(1,Math.min(o,t+e));let n=i.map(([l])=>l);return(s<0?n.find(l=>l>t):n.findLast(l=>l<t))??t}box(t){let e=ie(this.picture.teeth,t);if(!e)return null;let{x:s,y:i}=C(this.svg);return new DOMRect(s+this.x(t)-4,i+this.height(t,e)-4,8,8)}says(t){let e=ie(this.picture.teeth,t);if(!e)return"";let[,,s,i]=e,o=`${Nt(t)}: ${Nt(s-t)} of`;return i?`${o} a block of ${Nt(s)} left for others`:`${o} a slot of ${Nt(s)} not asked for`}pick(t){this.take(String(t))}},Nt=a=>`${a.toLocaleString("en-US")} B`;var Bi={r:"mk-red-zone",u:"mk-unwritten",i:"mk-written",f:"mk-freed","-":"mk-red-zone"},X=26,ts=7,es=24,qt=class{constructor(t){this.body=m("div",t,"mk-ward-body"),this.code=m("ol",this.body,"mk-code-lines"),this.code.setAttribute("aria-label","the program"),this.floor=m("div",this.body,"mk-floor mk-shadows"),this.floor.dataset.tier="mheap",this.inner=m("div",this.floor,"mk-pointing"),this.variables=m("div",this.inner,"mk-variables"),this.blocks=m("div",this.inner,"mk-floor-body"),this.arrows=g("svg",this.inner,{class:"mk-arrows","aria-hidden":"true"}),this.head=B("hatch"),K(g("defs",this.arrows,{}),this.head,"mk-points-head"),this.lines=g("g",this.arrows,{}),this.note=m("div",this.floor,"mk-caption"),this.report=m("div",this.body,"mk-report"),this.report.setAttribute("aria-live","polite"),this.score=m("div",this.body,"mk-score")}draw(t,e){let s=t.variables??[];this.inner.classList.toggle("mk-has-variables",s.length>0);let i=`${e.width} ${s.length>0}`,o=t.pointers?.length?es:0,n=Math.max(200,(q(this.blocks,i)||500)-o);this.code.replaceChildren(),t.code.forEach((l,h)=>{let d=m("li",this.code,l.ran?"":"mk-later");d.classList.toggle("mk-now",l.now),d.classList.toggle("mk-other",!!l.differs),l.now&&d.setAttribute("aria-current","step"),m("span",d,"mk-pointer",l.now?"\u25B6":"").setAttribute("aria-hidden","true"),m("span",d,"mk-number",String(h+t.first)),m("span",d,"mk-told",l.text),l.sick&&m("span",d,"mk-sick","\u25C0 here")});let r=m("li",this.code,t.ended?"mk-now":"mk-later");m("span",r,"mk-pointer",t.ended?"\u25B6":""),m("span",r,"mk-number",""),m("span",r,"mk-told mk-end","the end"),this.drawBlocks(t,n),this.drawVariables(s,t.per,n),this.drawPointers(t.pointers??[],t.per),E(this.note,t.note),this.report.classList.toggle("mk-waiting",!t.told),this.report.classList.toggle("mk-finding",t.found),this.report.classList.toggle("mk-other",!!t.differs),this.report.textContent!==t.report&&(this.report.textContent=t.report),E(this.score,t.score),this.placeReport()}drawVariables(t,e,s){this.lines.replaceChildren(),this.variables.replaceChildren(...t.map(l=>{let h=m("div",null,`mk-variable${l.new?" mk-on":""}`);return m("span",h,"",l.name),l.text&&m("span",h,"",l.text==="nowhere"?"?":l.text),h}));let i=C(this.inner),o=[...this.blocks.querySelectorAll(".mk-shadow")].map(l=>C(l)),n=Math.min(20,(s-4)/e),r=new Map;t.forEach((l,h)=>{let d=C(this.variables.children[h]),p=d.right-i.left,c=(d.top+d.bottom)/2-i.top,k=l.new?"mk-points mk-points-now":"mk-points",f=`M${p} ${c} h14`;if(l.text==="NULL"&&(f=`M${p} ${c} h8 m0 -6 v12`),!l.text){let x=o[l.block],y=Math.floor(l.at/e),M=r.get(`${l.block} ${y}`)??0;r.set(`${l.block} ${y}`,M+1);let v=x.left-i.left-6-ts*(t.length-1-h),w=x.top-i.top+2+y*X,z=y?w-2:w-4-3*Math.min(M,3);f=`M${p} ${c} H${v} V${z} H${x.left-i.left+2+l.at%e*n+3} V${w+3}`}let u=g("path",this.lines,{d:f,class:k});l.text!=="NULL"&&u.setAttribute("marker-end",`url(#${this.head})`)})}drawPointers(t,e){let s=C(this.inner),i=[...this.blocks.querySelectorAll(".mk-shadow")].map(o=>C(o));t.forEach((o,n)=>{let r=(M,v)=>{let{left:w,top:z,width:j}=i[M],R=(j-4)/e;return[w-s.left+2+v%e*R,z-s.top+2+Math.floor(v/e)*X,R]},[l,h,d]=r(o.block,o.at),[p,c]=r(o.to,o.there),k=h+X-4,f=i[o.block].right-s.left+4+ts*n%(es-6),u=Math.min(e-o.at%e,8)*d,x=`M${l+1} ${k+1} h${u-2} m${2-u/2-1} 0 v1.5 H${f} V${c-4} H${p+d/2+2} V${c+3}`;g("path",this.lines,{d:x,class:o.new?"mk-points mk-points-now":"mk-points"}).setAttribute("marker-end",`url(#${this.head})`)})}placeReport(){let t=this.body.closest(".mk-probe")?null:this.body.closest(".mk-ward");t&&this.report.parentElement!==t&&t.append(this.report,this.score)}drawBlocks(t,e){this.blocks.replaceChildren(),t.blocks.length||m("div",this.blocks,"mk-caption","No block has been allocated yet.");let s=Math.min(20,(e-4)/t.per);for(let i of t.blocks){let o=m("div",this.blocks,"mk-shadow-block");m("div",o,"mk-label",i.label);let n=Math.ceil(i.letters.length/t.per),r=g("svg",o,{width:s*t.per+4,height:n*X+2,"aria-hidden":"true",class:"mk-shadow"}),l=new Set(i.touched),h=c=>[2+c%t.per*s,2+Math.floor(c/t.per)*X];[...i.letters].forEach((c,k)=>{let[f,u]=h(k);g("rect",r,{x:f+.5,y:u,width:s-1,height:X-4,class:`mk-byte ${Bi[c]}`}),g("text",r,{x:f+s/2,y:u+16,class:"mk-byte-letter"}).textContent=c});let d=(c,k,f)=>{for(let u=0;u<i.letters.length;u++){if(!c(u))continue;let x=u;for(;c(u+1)&&(u+1)%t.per;)u++;let[y,M]=h(x);T(r,{x:y,y:M,width:(u-x+1)*s,height:X-4},k,f)}};d(c=>l.has(c),"mk-touched"),d(c=>(i.differs||[]).some(([k,f])=>k<=c&&c<f),"mk-differs",l.size?3.5:0)}}};var oe={collector:xt,floors:Et,frames:Lt,heap:jt,overlays:Tt,process:Rt,saw:Ht,ward:qt};var ss={step:"empty"},lt=class{name="";kind="";drawer=null;drawn=[];constructor(t,e){this.asks=e,this.node=m("div",t,"mk-grid"),this.telling=m("div",this.node,"mk-telling"),this.sentence=m("p",this.telling,"mk-sentence"),this.sentence.setAttribute("aria-live","polite"),this.refusal=m("p",this.telling,"mk-refusal mk-error"),this.refusal.setAttribute("role","alert"),this.empty=m("p",this.node,"mk-empty"),this.place=m("div",this.node,"mk-drawn"),this.words=m("details",this.node,"mk-words"),m("summary",this.words,"","in words"),this.table=m("table",m("div",this.words,"mk-table")),this.words.addEventListener("toggle",()=>this.drawWords()),this.refuse("")}reserve(t){this.telling.dataset.longest!==t&&(this.telling.dataset.longest=t)}draw(t,e){let{kind:s,step:i,look:o}=t??ss,{sentence:n,error:r,empty:l}=t??ss;ot(this.node,["mk-grid",this.name,o].filter(Boolean).join(" ")),this.node.dataset.step=i??"";let h=[t,e.opened,e.picked,e.width];if(!e.fresh&&h.every((p,c)=>p===this.drawn[c]))return;this.drawn=h;let d=s in oe?s:"";d!==this.kind&&this.begin(d);try{this.drawer?.draw(t,e),this.cursor?.follow()}catch(p){console.warn(p),this.begin(""),n="",r=`Step ${i} cannot be drawn: ${p.message}.`}E(this.sentence,n),this.telling.hidden=!n&&this.refusal.hidden,E(this.empty,r||l),this.empty.classList.toggle("mk-error",!!r),r?this.empty.setAttribute("role","alert"):this.empty.removeAttribute("role"),this.words.hidden=!d||!!r,this.drawWords()}begin(t){if(this.kind=t,this.place.replaceChildren(),this.cursor?.end(),this.drawer=this.cursor=null,!t)return;let e=m("div",this.place);this.drawer=new oe[t](e,this.asks),this.cursor=new ft(this.place,this.drawer.parts??new kt(e))}refuse(t){E(this.refusal,t),this.sentence.classList.toggle("mk-unsaid",!!t),this.telling.hidden=this.sentence.hidden&&!t}get picture(){return this.drawn[0]}drawWords(){this.words.open&&Re(this.table,this.picture?.words??[])}};var is={"\xBC/s":.25,"\xBD/s":.5,"1/s":1,"2/s":2,"4/s":4,"8/s":8},os="1/s",ns="all",rs=30,Wi=60,Di={first:"M4 3v12M14 4L8 9l6 5",back:"M12 4L6 9l6 5",play:"M5 4v10l8-5z",pause:"M5 4h2v10H5zM11 4h2v10h-2z",next:"M6 4l6 5-6 5",last:"M14 3v12M4 4l6 5-6 5"},Pi=new Set(["play","pause"]),as=a=>`<svg viewBox="0 0 18 18" aria-hidden="true"><path d="${Di[a]}"${Pi.has(a)?"":' fill="none"'}/></svg>`;function Gi(a,t,e){let s=a+Math.min(t*e/1e3,1+e/4);return[Math.floor(s),s%1]}var Bt=class{constructor(t,e){this.reel=e,this.node=m("div",t,"mk-controls"),this.timer=0,this.held=0;let s=o=>()=>this.move(this.reel.at+o);this.keys={Home:()=>this.move(0),ArrowLeft:s(-1)," ":()=>this.toggle(),ArrowRight:s(1),End:()=>this.move(this.reel.total-1),n:()=>this.jumpOn()};let i=(o,n,r,l,h)=>{let d=Z(this.node,`mk-${o}`,n,h);return d.title=`${n} (${r})`,d.innerHTML=as(l),d};this.first=i("first","first step","Home","first",this.keys.Home),this.back=i("back","step back","\u2190","back",this.keys.ArrowLeft),this.play=i("play","play","space","play",this.keys[" "]),this.next=i("next","next step","\u2192","next",this.keys.ArrowRight),this.last=i("last","last step","End","last",this.keys.End),this.slider=m("input",this.node,"mk-slider"),this.slider.type="range",this.slider.min=0,this.slider.setAttribute("aria-label","step"),this.slider.addEventListener("input",()=>this.move(Number(this.slider.value))),this.where=m("span",this.node,"mk-where"),this.jump=Z(this.node,"mk-jump","next",this.keys.n),this.jump.textContent="next",this.kind=m("select",this.node,"mk-kind"),this.kind.setAttribute("aria-label","kind of step to jump to"),this.kind.addEventListener("change",()=>{this.chosen=this.kind.value,this.draw()}),this.speed=m("select",this.node,"mk-speed"),this.speed.setAttribute("aria-label","speed, steps a second");for(let o of Object.keys(is))this.speed.add(new Option(o,o));this.all=new Option(`all in ${rs} s`,ns),this.speed.add(this.all),this.speed.value=os,this.speed.addEventListener("change",()=>{this.owed=0}),this.kinds=[]}get rate(){return this.speed.value===ns?this.reel.total/rs:is[this.speed.value]}move(t){this.stop(),this.reel.move(t)}jumpOn(){let t=this.reel.film.next(this.kind.value,this.reel.at);t>=0&&this.move(t)}stop(){clearTimeout(this.timer),this.timer=0,this.drawPlay()}toggle(){if(this.timer)return this.stop();let t=this.reel.total-1;if(t<1)return;this.reel.at>=t&&this.reel.move(0),this.owed=0;let e=performance.now(),s=()=>{let i=performance.now(),[o,n]=Gi(this.owed,i-e,this.rate);e=i,this.owed=n,o&&this.reel.move(this.reel.at+o),this.reel.at>=this.reel.total-1?this.stop():this.timer=setTimeout(s,1e3*(1-this.owed)/this.rate)};this.timer=setTimeout(s,1e3/this.rate),this.drawPlay()}press({key:t,repeat:e}){if(this.reel.total<2||!Object.hasOwn(this.keys,t))return!1;if(!e||t==="n")this.keys[t]();else if(t.startsWith("Arrow")&&!this.held){let s=()=>{this.keys[t](),this.held=requestAnimationFrame(s)};this.held=requestAnimationFrame(s)}return!0}letGo(){cancelAnimationFrame(this.held),this.held=0}drawPlay(){let t=this.timer?"pause":"play";this.play.getAttribute("aria-label")!==t&&(this.play.innerHTML=as(t),this.play.setAttribute("aria-label",t),this.play.title=`${t} (space)`)}draw(){let{at:t,total:e,film:s,first:i}=this.reel,o=e-1;this.node.classList.toggle("mk-single",e<2);let n=e<1?"no steps":`step ${t+1} of ${e}`;this.slider.max=Math.max(0,o),this.slider.value=t,this.slider.setAttribute("aria-valuetext",n),this.where.textContent=n,this.where.style.minWidth=`${`step ${e} of ${e}`.length}ch`,this.first.disabled=this.back.disabled=t<=0,this.next.disabled=this.last.disabled=t>=o,this.slider.disabled=this.play.disabled=e<2,this.all.hidden=this.all.disabled=e<Wi,this.all.selected&&this.all.disabled&&(this.speed.value=os),this.drawKinds(s.kinds(i));let r=this.chosen&&this.kinds.includes(this.chosen)?this.chosen:s.telling(this.kinds,t);r&&(this.kind.value=r);let l=this.kind.value;this.jump.title=`next ${l} (n)`,this.jump.setAttribute("aria-label",`next ${l}`),this.jump.disabled=s.next(l,t)<0;let h=document.activeElement;h?.disabled&&this.node.contains(h)&&this.slider.focus({preventScroll:!0})}drawKinds(t){t.join(`
`)!==this.kinds.join(`
`)&&(this.kinds=t,this.kind.replaceChildren(...t.map(e=>new Option(e,e))))}};async function Ki(a){let t=new Blob([a]).stream().pipeThrough(new DecompressionStream("deflate"));return new Response(t).json()}var mt=class{events=[];panes=[];said=[];taken=0;reading=Promise.resolve();take(t){for(;t[this.taken];){let e=Ki(t[this.taken]);e.catch(()=>{}),this.taken+=1,this.reading=this.reading.then(async()=>this.append(await e))}return this.reading}append({events:t,panes:e,shared:s}){for(let i of t)this.events.push(i);e.forEach((i,o)=>{this.panes[o]??=[];for(let n of i){s&&n?.words&&(n.words=n.words.map(l=>s[l]));let r=s&&n?.holds;for(let l in r)r[l]=s[r[l]];this.panes[o].push(n),(n?.sentence??"").length>this.longest(o).length&&(this.said[o]=n.sentence)}})}longest(t){return this.said[t]??""}get length(){return this.events.length}has(t){return t>=0&&t<this.length}kinds(t=[]){let e=new Set(this.events);return[...new Set([...t.filter(s=>e.has(s)),...this.events])]}next(t,e){return this.events.indexOf(t,e+1)}telling(t,e){return t.find(s=>this.next(s,e)>=0)??""}};var Ui=100,Fi=500,Vi=["total","names","closer","opened","heading","first","picked","refusal"],Wt=class{film=new mt;views=new Set;constructor(t,e){this.model=t,this.life=new U(t,e),t.on("change:film",()=>this.restart()),t.on("change:index",()=>this.stand(t.get("index"))),t.on(Vi.map(s=>`change:${s}`).join(" "),()=>this.changed()),t.on("msg:custom",(s,i)=>this.receive(s,i)),e?.addEventListener("abort",()=>clearTimeout(this.timer)),this.begin()}get total(){return Math.max(this.model.get("total"),this.film.length)}get first(){return this.model.get("first")}restart(){this.begin(this.model.get("start")),this.keep("index",this.at)}begin(t=this.model.get("index")){let e=new mt;this.coming=e,this.at=t,clearTimeout(this.timer),this.timer=0,this.read(e);let s=this.model.get("pieces").length,i=()=>e.length<this.model.get("total")&&e===this.coming&&!this.life.trouble;e.reading.then(()=>i()&&this.model.send({want:s})).catch(()=>{})}async read(t){try{await t.take(this.model.get("pieces"))}catch(s){let i=`This film cannot be read: ${s.message}.`;t.panes=[Array(Math.max(1,this.model.get("total"))).fill({step:"error",error:i})]}if(t!==this.coming||!t.panes.length)return;let e=t!==this.film;this.film=t;for(let s of this.views)s.draw({fresh:e})}receive({film:t,piece:e},[s]){t!==this.model.get("film")||!s||(this.model.get("pieces")[e]=s,this.read(this.coming))}changed(){this.due??=Promise.resolve().then(()=>{if(this.due=void 0,this.film===this.coming)for(let t of this.views)t.draw()})}stand(t){t!==this.at&&(this.at=t,this.changed())}move(t){let e=Math.max(0,Math.min(this.total-1,t));if(e===this.at)return;this.at=e,this.model.get("refusal")&&this.keep("refusal","");for(let i of this.views)i.draw({moved:!0});let s=performance.now();this.timer||(this.silent=s),clearTimeout(this.timer),this.timer=setTimeout(()=>this.tell(),Math.min(Ui,this.silent+Fi-s))}tell(){this.timer=0,this.keep("index",this.at)}keep(t,e){this.model.set(t,e),this.life.trouble||this.model.save_changes()}};var _i=globalThis.requestIdleCallback??(a=>setTimeout(a,200)),Ji=globalThis.cancelIdleCallback??clearTimeout,Dt=class{constructor(t,e,{measure:s,steps:i},o){Object.assign(this,{node:t,inner:e,measure:s,steps:i}),this.begin();let n=new ResizeObserver(()=>this.grow(e.offsetHeight));n.observe(e);let r=new IntersectionObserver(l=>{this.seen=l.at(-1).isIntersecting,this.look()});r.observe(t),o.addEventListener("abort",()=>{n.disconnect(),r.disconnect(),Ji(this.waits)})}begin(){this.most=0,this.node.style.minHeight="",this.samples=null,this.look()}grow(t){t<=this.most||this.inner.querySelector("details[open], .mk-closer:not([hidden])")||(this.most=t,this.node.style.minHeight=`${Math.ceil(t)}px`)}look(){this.waits||!this.seen||(this.waits=_i(()=>{this.waits=0,this.samples??=Yi(this.steps()),this.samples.length&&(this.grow(this.measure(this.samples.pop())),this.look())}))}};function Yi(a){let t=Math.min(a-1,16);return Array.from({length:Math.max(0,t)},(e,s)=>Math.round((s+1)*(a-1)/t))}var Xi=".mk-player, .mk-live",ne=class{width=0;panes=[];refused="";constructor(t,e,s){this.reel=t,this.model=t.model,this.el=e,this.signal=s,e.classList.add("mk-stage"),this.heading=m("p",e,"mk-heading"),this.player=new Bt(e,t),this.menu=new pt(this.player.node,this,s),this.room=m("div",e,"mk-room"),this.inner=m("div",this.room,"mk-panes"),this.asks={open:i=>this.open(i),pick:i=>this.pick(i)},this.space=new Dt(this.room,this.inner,{measure:i=>this.measure(i),steps:()=>t.film.length},s),this.node=this.inner,this.listen(),this.draw()}get at(){return this.reel.at}draw({moved:t=!1,fresh:e=!1}={}){let{reel:s,model:i}=this;e&&this.space.begin(),t&&(this.refused=""),E(this.heading,i.get("heading")),this.player.draw();let o=s.film.panes,n=Object.entries(i.get("closer")),r=i.get("opened");o.forEach((p,c)=>{this.panes[c]??=new lt(this.inner,this.asks),this.panes[c].node.classList.toggle("mk-side",i.get("names")[c]==="mk-side")});let l=this.panes[i.get("closer")[r]]?.node;for(let{node:p}of this.panes)p!==l&&p.parentElement!==this.inner&&this.inner.append(p);let h={opened:r,closer:l,picked:i.get("picked"),width:this.width,fresh:e},d={...h,opened:"",closer:null};o.forEach((p,c)=>{let k=this.panes[c];k.reserve(s.film.longest(c));let f=n.filter(([,u])=>u===c).map(([u])=>u);k.name=[i.get("names")[c],f.length?"mk-closer":""].filter(Boolean).join(" "),k.isCloser=f.length>0,k.node.hidden=k.isCloser&&!f.includes(r),k.node.hidden?k.node.dataset.step="closed":s.at<p.length&&k.draw(p[s.at],k.isCloser?d:h)}),l&&this.panes[0].drawer?.settle?.();for(let p of this.panes.splice(o.length))p.node.remove();this.say(i.get("refusal")||this.refused)}measure(t){let{film:e}=this.reel,s=this.inner.clientWidth;if(!s||!e.has(t))return 0;this.probe??={node:m("div",null,"mk-panes mk-probe"),panes:[]};let{node:i,panes:o}=this.probe;i.style.width=`${s}px`,this.room.append(i),e.panes.forEach((r,l)=>{this.panes[l]?.isCloser||!r[t]||(o[l]??=Object.assign(new lt(i,this.asks),{name:this.model.get("names")[l]||""}),o[l].reserve(e.longest(l)),o[l].draw(r[t],{opened:"",picked:"",width:s}))});let n=i.offsetHeight;return i.remove(),n}shown(){return this.panes.filter(t=>!t.node.hidden)}refuse(t){this.refused=t,this.say(t)}say(t){let e=Zi(this.root,t);this.panes[0]?.refuse(e?"":t),this.inner.classList.toggle("mk-stale",!!e),!(e===this.field&&t===this.alert?.textContent)&&(this.field?.removeAttribute("aria-invalid"),this.alert?.remove(),this.field=e,e&&(this.alert=m("p",e.closest(".mk-form"),"mk-at-field mk-error",t),this.alert.setAttribute("role","alert"),e.setAttribute("aria-invalid","true")))}open(t){this.reel.keep("opened",this.model.get("opened")===t?"":t)}pick(t){this.reel.keep("picked",t)}act({key:t}){let e=this.model.get("letters")[t];if(!e)return!1;let{trouble:s}=this.reel.life;return s?this.refuse(s):this.model.send({act:e}),!0}listen(){let{el:t,signal:e}=this;fe(t,Xi,o=>{let n=o??t;this.root=n,Qi(t),pe(n,r=>this.player.press(r)||this.act(r),e),n.matches(".mk-live:not(.mk-player)")?n.tabIndex=-1:(n.setAttribute("role","group"),n.setAttribute("aria-label","player: arrow keys step, space plays, n jumps")),ye(n,this.reel.life,r=>this.refuse(r),e)},e),document.addEventListener("keyup",()=>this.player.letGo(),{capture:!0,signal:e}),window.addEventListener("blur",()=>this.player.letGo(),{signal:e});let s=new ResizeObserver(()=>{Math.abs(t.clientWidth-this.width)<1||(this.width=t.clientWidth,this.space.begin(),this.draw(),this.space.grow(this.inner.offsetHeight))});s.observe(t);let i=new MutationObserver(()=>this.draw({fresh:!0}));i.observe(document.body,{attributes:!0,attributeFilter:["data-jp-theme-name"]}),e.addEventListener("abort",()=>{s.disconnect(),i.disconnect(),this.player.stop(),this.player.letGo()})}};function ls(){let a;return{initialize({model:t,signal:e}){a=new Wt(t,e)},render({el:t,signal:e}){let s=new ne(a,t,e);a.views.add(s),e.addEventListener("abort",()=>a.views.delete(s))}}}function Zi(a,t){let e=({textContent:i})=>{let o=i.split(",")[0].trim().toLowerCase(),[n]=/^the [a-z ]+/.exec(t.toLowerCase())??[""];return o&&[o,o.split(" ").at(-1)].some(r=>`${n} `.startsWith(`the ${r} `))};return(t?[...a?.querySelectorAll(".mk-form .widget-text label")??[]]:[]).find(e)?.closest(".widget-text").querySelector("input")??null}function Qi(a){let t=a.closest(".jp-Cell, .cell");for(let e=a;t?.contains(e);e=e.parentElement)e.classList.add("mk-unclipped")}var ms={after:ce,predict:be,progress:we,slider:ve,stage:ls};function to(a){let t=document.getElementById(a)??document.createElement("style");t.id=a,t.textContent=rt,document.head.append(t)}var pr={initialize({model:a}){let t=a.get("name");globalThis[t]??={};let e=globalThis[t];e.listens||(ke(),ue()),e.listens=!0,to(t),e.resolve?.(ms),e.ready=Promise.resolve(ms)}};export{pr as default};
