import { createPersonaAgent, PersonaMemory } from "../src/index.js";
import { MemorySaver } from "@langchain/langgraph";
import { readMemqa, sessionsIn } from "../evals/memqa.js";
const store=":memory:";
const agent = createPersonaAgent({ store, checkpointer: new MemorySaver() });
const memory = new PersonaMemory({ store });
const convs = readMemqa("../shared/data/locomo.jsonl");
const c = convs.find(c=>c.id===(process.argv[2]??"conv-26"))!;
const N = Number(process.argv[3]??4);
const ss = sessionsIn(c).slice(0,N); const A = ss[0]![0]!.speaker;
const t0=Date.now(); const said=new Set<string>(); let facts=0;
for (const [i, s] of ss.entries()) for (const t of s.filter(t=>t.speaker===A)) {
  said.add(t.id);
  const r: any = await agent.invoke({messages:[{role:"user",content:t.text,id:t.id,additional_kwargs:{at:t.at}}] as any},{context:{userId:"u"},configurable:{thread_id:"s"+i}});
  if (Object.keys(r.warnings).length) console.log(t.id, r.warnings);
}
console.log("A", A, said.size, "ms", Date.now()-t0);
console.log(await memory.flush("u"));
console.log((await memory.list("u","fact")).map(p=>p.status+" "+p.text));
let n=0,ok=0;
for (const q of c.questions.filter(q=>q.scored && q.evidence_unit==="turn" && q.evidence.every(g=>g.some(e=>said.has(e))))) {
  const r: any = await agent.invoke({messages:[{role:"user",content:q.text,id:q.id,additional_kwargs:{at:q.asked_at ?? undefined}}] as any},{context:{userId:"u"},configurable:{thread_id:q.id}});
  const ids = new Set(r.recalled.flatMap((m:any)=>m.sources)); 
  const hit=q.evidence.every(g=>g.some(e=>ids.has(e))); n++; if(hit) ok++;
  console.log(hit?"+":"-", q.id, q.text, "|", q.answer, q.evidence.flat().join(), "\n  ->", r.messages.at(-1).text.slice(0,150).replaceAll("\n"," / "));
}
console.log(ok,n);
