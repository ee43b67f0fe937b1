import GroundswellEngine
import Testing

@Suite("Completion")
struct CompletionTests {
  static let names: SessionNames = {
    var names = SessionNames()
    names.hubs = ["tweets"]
    names.streams = ["messages"]
    names.aggregates = ["hourly"]
    names.tables = ["likes", "tweets"]
    names.parameters = ["end_time"]
    return names
  }()

  @Test(
    "knows what can stand at the cursor",
    arguments: [
      ("se", "select send set settings"), ("det", "detect"), ("help que", "queries query"), ("show m", "messages"),
      ("show ", "hourly likes messages tweets"), ("write ", "hourly"), ("write hourly --t", "--to --trigger"),
      ("write hourly --to t", "tweets"), ("detect l", "last"), ("detect last tw", "tweets"),
      ("detect last tweets --gran", "--granularity"), ("detect last tweets --granularity h", "hourly"),
      ("detect last tweets --impute l", "linear"), ("aggregate a --from ", "messages"), ("connect hub ", "tweets"),
      ("connect detector ", "built-in"), ("run no", "notes.ipynb notebooks/"),
      ("send --from notebooks/S", "notebooks/Send.ipynb"),
      ("SELECT * FROM tw", "tweets"), ("SELECT anom", "anomalydetect("), ("show $", "$end_time"), ("nonsense x", ""),
    ])
  func candidates(line: String, candidates: String) {
    let completion = WordCompletion(line, names: Self.names) { folder in
      folder == "." ? ["notes.ipynb", "notebooks/"] : ["Send.ipynb"]
    }
    #expect(completion.candidates.sorted() == candidates.split(separator: " ").map(String.init).sorted())
  }
}
