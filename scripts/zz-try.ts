import { createPersonaAgent, PersonaMemory } from "../src/index.js";
import { MemorySaver } from "@langchain/langgraph";
import { readMemqa, sessionsIn } from "../evals/memqa.js";
const store=":memory:";
const agent = createPersonaAgent({ store, checkpointer: new MemorySaver() });
const memory = new PersonaMemory({ store });
const [nora] = readMemqa("evals/fixtures/four-sessions.jsonl");
const t0=Date.now(); let runs=0;
for (const [i, s] of sessionsIn(nora!).entries()) for (const t of s.filter(t=>t.role==="user")) {
  const r: any = await agent.invoke({messages:[{role:"user",content:t.text,id:t.id,additional_kwargs:{at:t.at}}] as any},{context:{userId:"nora"},configurable:{thread_id:"s"+i}});
  runs++;
  if (process.env.V) console.log(t.id, t.text, "\n   ->", r.messages.at(-1).text, "\n   W", Object.values(r.written).filter((w:any)=>w.what!=="message"&&w.what!=="personality").map((w:any)=>w.what+": "+w.text+(w.status==="closed"?" CLOSED":"")), r.warnings);
}
console.log("ms", Date.now()-t0, runs);
console.log(await memory.flush("nora"));
console.log(JSON.stringify(await memory.profile("nora"),null,1), (await memory.list("nora","procedure")).map(p=>p.text), (await memory.list("nora","episode")).map(p=>p.text));
console.log((await memory.list("nora","fact")).map(p=>p.status+" "+p.text));
for (const q of nora!.questions) {
  const r: any = await agent.invoke({messages:[{role:"user",content:q.text,id:q.id,additional_kwargs:{at:q.asked_at}}] as any},{context:{userId:"nora"},configurable:{thread_id:q.id}});
  const ids = new Set(r.recalled.flatMap((m:any)=>m.sources)); 
  console.log(q.text, "|", q.answer, q.evidence.flat(), q.evidence.flat().some(e=>ids.has(e)), "\n  ->", r.messages.at(-1).text);
}
