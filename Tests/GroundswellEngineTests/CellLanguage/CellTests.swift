import GroundswellEngine
import Testing

@Suite("Cells")
struct CellTests {
  @Test(
    "are pasted with their prompts",
    arguments: [
      ("[2]> tables", "tables"), ("  [12]> SELECT\n  ...> 1;\n  ...> ", "SELECT\n1;\n"), ("[1]>", ""),
      ("[1]> set a '[2]> b'", "set a '[2]> b'"), ("[1]> a\n[2]> b", "a\nb"), ("[1] > a", "[1] > a"),
      ("a\n[2]> b", "a\n[2]> b"), ("[1]> note a\n\tb", "note a\n\tb"),
    ])
  func prompts(pasted: String, text: String) {
    #expect(Cell(pasted).text == text)
  }

  @Test(
    "are cut into statements",
    arguments: [
      ("", []),
      ("  # only a comment", []),
      ("tables", [Statement(.command(["tables"]), line: 1)]),
      (
        "tables\n\nshow tweets --limit 5 # a few",
        [Statement(.command(["tables"]), line: 1), Statement(.command(["show", "tweets", "--limit", "5"]), line: 3)]
      ),
      ("send --query '#Azure'", [Statement(.command(["send", "--query", "#Azure"]), line: 1)]),
      (
        "stream messages \\\n  --schema \"timestamp TIMESTAMP, favorite INT\"\ntables",
        [
          Statement(.command(["stream", "messages", "--schema", "timestamp TIMESTAMP, favorite INT"]), line: 1),
          Statement(.command(["tables"]), line: 3),
        ]
      ),
      (
        "select 1;\r\nSELECT ';', '#' -- a ; b\nFROM t; tables",
        [
          Statement(.sql("select 1"), line: 1), Statement(.sql("SELECT ';', '#' -- a ; b\nFROM t"), line: 2),
          Statement(.command(["tables"]), line: 3),
        ]
      ),
      ("SELECT /* ; */ 'it''s'\nFROM t", [Statement(.sql("SELECT /* ; */ 'it''s'\nFROM t"), line: 1)]),
      ("set a \"\"", [Statement(.command(["set", "a", ""]), line: 1)]),
      ("send --from a\\ b.csv", [Statement(.command(["send", "--from", "a b.csv"]), line: 1)]),
      ("selected words", [Statement(.command(["selected", "words"]), line: 1)]),
      (
        "aggregate a --where (favorite\n > 1) --count\ntables",
        [
          Statement(.command(["aggregate", "a", "--where", "(favorite", ">", "1)", "--count"]), line: 1),
          Statement(.command(["tables"]), line: 3),
        ]
      ),
      (
        "note it's # not; a 'quote $x\ntables",
        [
          Statement(.command(["note", "it's # not; a 'quote $x"]), line: 1), Statement(.command(["tables"]), line: 2),
        ]
      ),
      ("note one \\\ntwo", [Statement(.command(["note", "one \ntwo"]), line: 1)]),
      (
        "connect hub Endpoint=sb://h/;SharedAccessKey=a==;EntityPath=t; tables",
        [
          Statement(.command(["connect", "hub", "Endpoint=sb://h/;SharedAccessKey=a==;EntityPath=t"]), line: 1),
          Statement(.command(["tables"]), line: 1),
        ]
      ),
      ("insert 2 SELECT 'a;b';", [Statement(.command(["insert", "2", "SELECT 'a;b';"]), line: 1)]),
      ("-- first\nSELECT 1;", [Statement(.sql("SELECT 1"), line: 2)]),
      ("/* a\n;b */ (SELECT 1)", [Statement(.sql("(SELECT 1)"), line: 2)]),
    ] as [(String, [Statement])])
  func statements(text: String, statements: [Statement]) throws {
    #expect(try Cell(text).statements() == statements)
  }

  static let parameters: [String: Parameter] = [
    "end_time": Parameter(reading: "2019-04-16T00:00:00Z"), "hours": Parameter(reading: "72"),
    "name": Parameter(reading: "O'Hara; DROP"),
  ]

  @Test(
    "have their parameters put in",
    arguments: [
      ("show $name", .command(["show", "O'Hara; DROP"])),
      ("show \"${hours}h of $end_time\"", .command(["show", "72h of 2019-04-16T00:00:00Z"])),
      ("show '$hours' $ 5$ \\$hours", .command(["show", "$hours", "$", "5$", "$hours"])),
      ("SELECT $hours, $name, '$hours'", .sql("SELECT 72, 'O''Hara; DROP', '$hours'")),
    ] as [(String, Statement.Content)])
  func parameters(text: String, content: Statement.Content) throws {
    #expect(try Cell(text).statements(parameters: Self.parameters) == [Statement(content, line: 1)])
  }

  @Test(
    "that cannot be read name the line and the way out",
    arguments: [
      ("tables\nshow 'a", "line 2: the text that begins with ' does not end\nadd ' where it should end"),
      ("SELECT /* a", "line 1: the comment that begins with /* does not end\nadd */ where it should end"),
      ("show $huors", "line 1: there is no parameter 'huors'\ndid you mean 'hours'?"),
      ("SELECT\n$other", "line 2: there is no parameter 'other'\nset it first: set other VALUE"),
      ("show ${hours", "line 1: the parameter's name after ${ does not end\nwrite ${name}"),
    ])
  func faults(text: String, message: String) {
    let error = #expect(throws: CellSyntaxError.self) { try Cell(text).statements(parameters: Self.parameters) }
    #expect(error?.sentences == message)
  }

  @Test(
    "want more lines until a statement can end",
    arguments: [
      ("tables", true), ("", true), ("show 'a", false), ("show 'a\nb'", true), ("show \\", false),
      ("show \\\n a", true), ("SELECT 1", false), ("SELECT 1;", true), ("SELECT 1\n\n", true), ("SELECT ';", false),
      ("SELECT 1; SELECT 2", false), ("SELECT 1; tables", true), ("SELECT (1;", true), ("show (a", false),
      ("show (a\nb)", true),
      ("show (a\n\n", true), ("note :(", true), ("show a(b", true),
    ])
  func completeness(text: String, complete: Bool) {
    #expect(Cell(text).isComplete == complete)
  }

  @Test(
    "show the word that is at fault",
    arguments: [
      ("show tables\ndetect lst t", "  detect lst t\n         ^"),
      ("show 日本 --lmit 3", "  show 日本 --lmit 3\n            ^"),
      ("set a 1\nshow $b --limit 3", "  show $b --limit 3\n        ^"), ("nonsense", nil),
      ("show 'quoted name'", "  show 'quoted name'\n        ^"),
    ] as [(String, String?)])
  func places(text: String, place: String?) async throws {
    let session = try Session()
    let result = await session.run(Cell(text.replacing("show tables", with: "set z 1")))
    #expect(result.failure != nil)
    #expect(result.place?.rendered == place)
  }

  @Test(
    "read typed parameters",
    arguments: [
      ("72", .integer(72)), ("-1", .integer(-1)), ("0.25", .double(0.25)), ("1e3", .double(1000)),
      ("true", .boolean(true)), ("2019-04-16", .text("2019-04-16")), ("nan", .text("nan")), ("", .text("")),
      ("infinity", .text("infinity")), ("-", .text("-")), ("007", .integer(7)), ("1.10", .double(1.1)),
      ("12345678901234567890", .double(1.2345678901234567e19)),
    ] as [(String, Parameter.Value)])
  func typed(text: String, value: Parameter.Value) {
    #expect(Parameter(reading: text).value == value)
    // In a command it stands as it was typed.
    #expect(Parameter(reading: text).word == text)
  }
}
