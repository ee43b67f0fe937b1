import DurableFiles
import GroundswellEngine
import TestSupport
import Testing

@Suite("Files that are imported")
struct ImportTests {
  /// What `import` prints, and the table as CSV.
  static func table(_ name: String, _ content: String, _ options: String = "") async throws -> String {
    try await withTemporaryFolder { folder in
      try DurableFiles.replace(folder + "/" + name, with: Array(content.utf8))
      let session = try Session(workspace: folder + "/workspace")
      let result = await session.run(Cell("import \(folder)/\(name) --to t \(options)"))
      var printed = result.outputs.map(\.plainText).joined(separator: "\n")
      if let failure = result.failure { printed += "! " + failure }
      if result.failure == nil {
        _ = await session.run(Cell("export t \(folder)/out.csv"))
        printed += "\n" + String(decoding: try DurableFiles.read(folder + "/out.csv"), as: UTF8.self)
      }
      return printed.replacing(folder, with: "DIR")
    }
  }

  /// The types that a column gets whose values these are.
  static func type(_ values: [String]) async throws -> String {
    try await withTemporaryFolder { folder in
      let rows = "id,x\n" + values.map { "a,\($0)\n" }.joined()
      try DurableFiles.replace(folder + "/t.csv", with: Array(rows.utf8))
      let result = try await Session(workspace: folder).run(Cell("import \(folder)/t.csv --to t\ntables"))
      let words = (result.failure ?? result.outputs.last?.plainText ?? "").split(separator: " ").map(String.init)
      return words.lastIndex(of: "x").map { words[$0 + 1] } ?? words.joined(separator: " ")
    }
  }

  @Test(
    "have numbers only where every digit survives",
    arguments: [
      (["1", "-2", "0"], "BIGINT"), (["9223372036854775807"], "BIGINT"), (["1.50", "2"], "DOUBLE"),
      (["0.1", "1e-7", "-0"], "DOUBLE"), (["478.6060606060606"], "DOUBLE"), (["1.000000000000000056e-01"], "DOUBLE"),
      (["08123", "12345"], "STRING"), (["+4930123", "4930123"], "STRING"), (["0x10", "0x11"], "STRING"),
      (["12345678901234567890"], "STRING"), (["9223372036854775808"], "STRING"),
      (["9007199254740993", "0.5"], "STRING"),
      (["3.141592653589793238"], "STRING"), (["1e999"], "STRING"), (["1e-999"], "STRING"), (["inf", "1"], "STRING"),
      (["-nan"], "STRING"), (["1_000"], "STRING"), (["\"1,5\"", "\"2,5\""], "STRING"), (["\"1,000\""], "STRING"),
      (["00.5"], "STRING"), (["1", "x"], "STRING"), (["true", "false"], "BOOLEAN"), (["True", ""], "BOOLEAN"),
      (["true", "1"], "STRING"), (["2019-04-24"], "DATE"), (["2019-04-24T01:00:00+02:00"], "TIMESTAMP"),
      (["", ""], "STRING"),
    ])
  func types(values: [String], type: String) async throws {
    #expect(try await Self.type(values) == type)
  }

  @Test("have the types that --types asks for, or are refused with the line")
  func wantedTypes() async throws {
    let printed = try await Self.table(
      "t.csv", "zip,amount,day\n12345,NaN,\"Tue, Mar 10, 2026\"\n", "--types zip=STRING,amount=double,day=TIMESTAMP")
    #expect(printed.contains("zip,amount,day\n12345,nan,2026-03-10T00:00:00Z"), "\(printed)")
    let misfit = try await Self.table("t.csv", "a\n1\nx\n", "--types a=BIGINT")
    #expect(misfit.contains("! DIR/t.csv, line 3: invalid BIGINT 'x' in 'a'"), "\(misfit)")
    #expect(try await Self.table("t.csv", "a\n1\n", "--types b=INT").contains("has no column 'b'"))
    #expect(try await Self.table("t.csv", "a\n1\n", "--types a=NUMBER").contains("types are BIGINT, BOOLEAN, DATE"))
  }

  @Test(
    "have names that tables can have, or are refused with the way",
    arguments: [
      (
        "a,a\n1,2\n", "",
        "! DIR/t.csv: columns 1 and 2 are both called 'a' (case does not count)\nrename one: --rename 2=a2"
      ),
      ("a,A\n1,2\n", "--rename 2=b", "a,b\n1,2"),
      ("Tweet id,b\n1,2\n", "", "rename it: --rename '1=Tweet_id'"),
      ("Tweet id,b\n1,2\n", "--rename 'Tweet id=id'", "id,b\n1,2"),
      (",v\n5,2\n", "", "column 1 has no name: called index\nDIR/t.csv → t: 1 row, version 1\nindex,v\n5,2"),
      ("v,\n5,2\n", "", "column 2 has no name: called column2"),
      ("time, v\n5, x\n", "", "time,v\n5,x"), ("a;b\n\"1,5\";2\n", "", "a,b\n\"1,5\",2"),
      ("1,2\n3,4\n", "", "'1,2' has values, not names of columns"), ("1,2\n3,4\n", "--no-header", "c1,c2\n1,2\n3,4"),
      ("1,2\n3,4\n", "--columns a,b", "a,b\n1,2\n3,4"),
      ("x,y\n3,4\n", "--columns a,b", "line 1 names the columns: --columns names them anew\nDIR/t.csv → t: 1 row"),
      ("1,2\n3,4\n", "--header --rename 1=a --rename 2=b", "a,b\n3,4"),
      ("a,b\n1\n", "", "! DIR/t.csv, line 2: 1 field, but 2 in the first line"),
      ("a\n x\n", "", "a\n x"),
    ])
  func names(content: String, options: String, printed: String) async throws {
    let shown = try await Self.table("t.csv", content, options)
    #expect(shown.contains(printed), "\(shown)")
  }

  @Test(
    "may be JSON, a line each or in an array",
    arguments: [
      ("[\n {\"a\":1},\n {\"a\":2}\n]\n", "", "a\n1\n2"), ("{\"a\":1}\n\n{\"a\":null}\n", "", "a\n1\n"),
      ("{\"a\":12345678901234567890}", "", "a\n12345678901234567890"), ("{\"a\":\"0123\"}", "", "a\n0123"),
      ("{\"a\":1}\n{\"a\":\"x\"}", "", "a\n1\nx"), ("{\"a\":true}\n{\"a\":1}", "", "a\ntrue\n1"),
      (
        "{\"a\":{\"b\":1}}", "",
        "'a' is nested, which a table's column cannot be\nimport it as JSON text: --types 'a=STRING'"
      ),
      ("{\"a\":{\"b\":1}}", "--types a=STRING", "a\n\"{\"\"b\"\":1}\""),
      ("{\"a\":0.12345678901234567890}", "", "a\n0.12345678901234567890"), ("{\n\"a\" : 0.10\n}\n", "", "a\n0.1"),
      ("{\"a\":1,\"b\":{\"a\":2},\"a\":2}", "", "line 1: two members have the same name"),
      ("{\"a\":\"\\ud800x\"}", "", "line 1: 'a' has half of a surrogate pair, which is not a character"),
      ("{\"a\":\"\u{FFFD},:{\\\"\"}", "", "\u{FFFD}"), ("{\"a\":1}\n{\"a\":}\n", "", "! DIR/t.json, line 2: "),
      ("x", "", "holds no JSON objects"),
    ])
  func json(content: String, options: String, printed: String) async throws {
    let shown = try await Self.table("t.json", content, options)
    #expect(shown.contains(printed), "\(shown)")
  }

  @Test("say where times have more digits than a TIMESTAMP holds")
  func cutTimes() async throws {
    let printed = try await Self.table("t.csv", "a,b\n2019-04-24T09:39:40.1234567Z,2019-04-24T09:39:40.1234560Z\n")
    #expect(printed.contains("column a: digits after the microsecond are cut off\n") && !printed.contains("column b:"))
  }
}
