import GroundswellEngine
import Testing

@Suite("Completion")
struct CompletionTests {
  static let names: SessionNames = {
    var names = SessionNames()
    names.hubs = ["tweets"]
    names.streams = ["messages"]
    names.aggregates = ["hourly"]
    names.queries = ["hourly", "daily"]
    names.tables = ["likes": ["day", "likes"], "tweets": ["groupTime", "average"]]
    names.functions = ["anomalydetect", "avg"]
    names.fields = ["favorite", "timestamp"]
    names.parameters = ["end_time"]
    names.cells = ["1", "2", "cell-1", "note-1"]
    return names
  }()

  @Test(
    "knows what can stand at the cursor",
    arguments: [
      ("se", "select send set settings"), ("det", "detect"), ("help que", "queries query"), ("show m", "messages"),
      ("show ", "hourly likes messages tweets"), ("write ", "hourly"), ("write hourly --t", "--to --trigger"),
      ("write hourly --to t", "tweets"), ("write hourly --mode u", "update"), ("detect l", "last"),
      ("detect last tw", "tweets"), ("write hourly --trigger o", "once"),
      ("detect last tweets --gran", "--granularity"), ("detect last tweets --granularity h", "hourly"),
      ("detect last tweets --granularity=h", "hourly"), ("detect --anomalies last --window 72 tw", "tweets"),
      ("detect last tweets --value a", "average"), ("aggregate a --from messages --window 1h --avg f", "favorite"),
      ("detect last tweets --impute l", "linear"), ("aggregate a --from ", "messages"),
      ("connect hub ", "env: kafka:// tweets"), ("connect twitter ", "env:"), ("send --from x --fields la", "lang"),
      ("connect detector ", "built-in"), ("run no", "notes.ipynb notebooks/"), ("stop d", "daily"),
      ("send --from notebooks/S", "notebooks/Send.ipynb"), ("check notebooks/", "notebooks/Send.ipynb"),
      ("set f", "format"), ("set format m", "markdown"), ("rerun ", "1 2 cell-1 note-1"), ("move 1 e", "end"),
      ("history tw", "tweets"), ("show $", "$end_time"), ("nonsense x", ""), ("tables\nshow m", "messages"),
      ("write \\\n  h", "hourly"), ("insert e", "end"), ("insert 1 ", ""), ("rerun 1 c", "cell-1"),
      ("import x.csv --to t", "tweets"), ("import x.csv --to tweets --mode merge --key d", "day"),
      ("connect hub --partitions 4 t", "tweets"), ("connect mastodon ", "mastodon.social"),
      ("connect hub env:X --password ", "env:"), ("stream s --from ", "start end"), ("set hours ", ""),
      ("plot messages --histogram f", "favorite"), ("plot tweets --by a", "average"),
      ("help t", "tables tour tutorial"),
      ("run notes.ipynb -o ", "notes.ipynb notebooks/"), ("run notes.ipynb -p hours ", ""), ("send --sample ", ""),
      ("SELECT * FROM tw", "tweets"), ("SELECT anom", "anomalydetect("), ("SELECT da", "day"),
      ("select l", "likes limit like"),
      ("SELECT * FROM tweets WHERE gro", "group groupTime"), ("SELECT * FROM tweets WHERE da", ""),
      ("SELECT *\nFROM tweets t WHERE t.", "t.average t.groupTime"), ("SELECT l.d FROM likes AS l JOIN t", "tweets"),
      ("SELECT 1; SELECT * FROM li", "likes"), ("SELECT * FROM tweets OR", "ORDER OR"),
    ])
  func candidates(line: String, candidates: String) {
    let completion = WordCompletion(line, names: Self.names) { folder in
      folder == "." ? ["notes.ipynb", "notebooks/"] : ["Send.ipynb"]
    }
    // Of clauses the first word.
    let found = completion.candidates.map { String($0.split(separator: " ").first ?? "") }
    #expect(found.sorted() == candidates.split(separator: " ").map(String.init).sorted())
  }
}
