import CivilTime
import Columnar
import Foundation
import Rendering
import Testing

@Suite("Renderings")
struct OutputTests {
  static func table() throws -> Table {
    try Table(
      schema: Schema([Field("time", .timestamp), Field("n", .double), Field("text", .string)]),
      rows: [
        [.timestamp(Timestamp(seconds: 0)), .double(1.5), .string("日本, \"🐕\"")],
        [.null, .double(.nan), .string("a|b\nc")],
      ])
  }

  @Test(
    "of a table",
    arguments: [
      (
        TableFormat.table,
        """
        ┌──────────────────────┬────────┬────────────┐
        │ time                 │      n │ text       │
        │ timestamp            │ double │ string     │
        ├──────────────────────┼────────┼────────────┤
        │ 1970-01-01T00:00:00Z │    1.5 │ 日本, "🐕" │
        │ NULL                 │    nan │ a|b⏎c      │
        └──────────────────────┴────────┴────────────┘
        """
      ),
      (
        .vertical,
        """
        -- 1 --
        time  1970-01-01T00:00:00Z
        n     1.5
        text  日本, "🐕"
        -- 2 --
        time  NULL
        n     nan
        text  a|b
              c
        """
      ),
      (.csv, "time,n,text\n1970-01-01T00:00:00Z,1.5,\"日本, \"\"🐕\"\"\"\n,nan,\"a|b\nc\""),
      (
        .json,
        #"[{"time":"1970-01-01T00:00:00Z","n":1.5,"text":"日本, \"🐕\""},"# + "\n "
          + #"{"time":null,"n":null,"text":"a|b\nc"}]"#
      ),
      (
        .jsonl,
        #"{"time":"1970-01-01T00:00:00Z","n":1.5,"text":"日本, \"🐕\""}"# + "\n"
          + #"{"time":null,"n":null,"text":"a|b\nc"}"#
      ),
      (
        .markdown,
        "| time | n | text |\n| --- | ---: | --- |\n| 1970-01-01T00:00:00Z | 1.5 | 日本, \"🐕\" |\n|  | nan | a\\|b c |"
      ),
    ])
  func tables(format: TableFormat, text: String) throws {
    #expect(format.render(try Self.table()) == text)
  }

  @Test("of a long table show both ends and count the rows")
  func long() throws {
    let schema = Schema([Field("n", .long)])
    let table = Table(schema: schema, columns: [Column(.long((0..<1_000).map { $0 }))])
    let lines = TableFormat.table.render(table).split(separator: "\n")
    #expect(lines.count == 5 + 41 + 1)
    #expect(lines[23] == "│     19 │" && lines[24] == "│      ⋮ │" && lines[25] == "│    980 │")
    #expect(lines.last == "1,000 rows, 960 in the middle left out")
  }

  static let wide: Table = {
    let schema = Schema([
      Field("time", .timestamp), Field("n", .double), Field("text", .string), Field("flag", .boolean),
      Field("more", .string),
    ])
    return Table(
      schema: schema,
      columns: [
        Column(.timestamp([0, 3_600_000_000])), Column(.double([0.1 + 0.2, 1e300])),
        Column(.string(StringValues([String(repeating: "日本", count: 20), "b"]))), Column(.boolean([true, false])),
        Column(.string(StringValues(["x", String(repeating: "y", count: 90)]))),
      ])
  }()

  @Test("of a table fit any width, cut texts and leave out columns, and never cut a number", arguments: 1...160)
  func fitting(columns: Int) {
    let text = Output.table(Self.wide).rendered(on: Display(columns: columns))
    let lines = text.split(separator: "\n").filter { !$0.contains("left out") }
    // One column of times is the least that can be drawn.
    for line in lines { #expect(Self.width(line) <= max(columns, 28), "\(line)") }
    #expect(Set(lines.map(Self.width)).count == 1)
    let shown = text.components(separatedBy: "│ n")
    if shown.count > 1 { #expect(text.contains("0.30000000000000004")) }
    #expect(text.contains("left out") == (lines.contains { $0.contains("│ … │") || $0.hasSuffix("│ … │") }))
  }

  private static func width(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + ("日本".contains($1) ? 2 : 1) }
  }

  @Test("of a table in plain characters have no others of their own")
  func plain() {
    let text = Output.table(Self.wide).rendered(on: Display(columns: 60, ascii: true))
    #expect(text.allSatisfy { $0.isASCII || "日本".contains($0) })
    #expect(text.hasPrefix("+--"))
  }

  @Test("of several series tell them apart")
  func several() {
    var plot = Self.plot([1, 2, 3, 4])
    plot.lines.append(.init("other", [4, .nan, .nan, 1]))
    let drawn = PlotText(width: 40, height: 8).render(plot)
    #expect(drawn.hasSuffix("⠒ value   x other"))
    #expect(drawn.filter { $0 == "x" }.count > 20)
    #expect(PlotText(width: 40, height: 8, ascii: true).render(plot).allSatisfy { $0.isASCII })
  }

  @Test(
    "of a histogram",
    arguments: [
      ([], ["title"]), ([5, 5], ["title", "5 │█████████ 2"]), ([.nan, .infinity, -1], ["title", "-1 │█████████ 1"]),
      (
        [0, 0, 1, 3, 4, 700],
        [
          "title", "      0 │████████ 2", "      1 │████ 1", "    2–4 │████████ 2", "    5–9 │ 0", "  10–19 │ 0",
          "  20–49 │ 0", "  50–99 │ 0", "100–199 │ 0", "200–499 │ 0", "500–999 │████ 1",
        ]
      ),
    ] as [([Double], [String])])
  func histogram(values: [Double], lines: [String]) {
    let histogram = Histogram(title: "title", values: values)
    let drawn = Output.histogram(histogram).rendered(on: Display(columns: 20)).split(separator: "\n")
    // Bars are compared by their counts and labels; their lengths go with the room.
    func squeezed(_ line: some StringProtocol) -> String { String(line.filter { $0 != "█" }) }
    #expect(drawn.map(squeezed) == lines.map(squeezed))
    #expect(histogram.bins.reduce(0) { $0 + $1.count } == values.count { $0.isFinite })
  }

  @Test("of histograms of awkward values count each of them once", arguments: 0..<200)
  func histograms(seed: Int) {
    var generator = SystemRandomNumberGenerator()
    let scale = [1e-300, 1e-3, 1, 1e6, 1e300][seed % 5]
    let values = (0..<(seed % 40 + 1)).map { _ -> Double in
      let value = Double.random(in: -1...1, using: &generator) * scale
      return seed % 3 == 0 ? value.rounded() : seed % 3 == 1 ? abs(value) * abs(value) : value
    }
    let histogram = Histogram(title: "", values: values)
    #expect(histogram.bins.reduce(0) { $0 + $1.count } == values.count { $0.isFinite })
    #expect(histogram.bins.count <= 101, "\(values)")
    _ = Output.histogram(histogram).plainText
  }

  @Test(
    "of Markdown break paragraphs and keep the rest",
    arguments: [
      ("a b c d", 3, "a b\nc d"), ("# Title that is long\n\na\nb", 4, "# Title that is long\n\na b"),
      ("- one two three\n- four", 5, "- one two three\n- four"), ("```\na b c\n```\nd e", 3, "```\na b c\n```\nd e"),
      ("日本 日本", 5, "日本\n日本"), ("", 5, ""),
    ])
  func wrapping(markdown: String, columns: Int, text: String) {
    #expect(wrapped(markdown, to: columns) == text)
  }

  @Test("of two texts stand beside each other where they differ")
  func comparison() {
    let many = (1...60).map { "line \($0)" }.joined(separator: "\n")
    let other = (1...60).map { $0 < 31 ? "line \($0)" : "other \($0)" }.joined(separator: "\n")
    let lines = Output.comparison(Comparison(title: "t", left: many, right: other)).plainText.split(separator: "\n")
    #expect(lines.first == "t" && lines.last == "  … and 10 more lines that differ")
    #expect(lines.count { $0.contains("≠") } == 20)
    let long = String(repeating: "same ", count: 30)
    let far = Output.comparison(Comparison(title: "t", left: long + "here", right: long + "there")).plainText
    #expect(far.contains("here") && far.contains("there"))
  }

  static func plot(_ values: [Double], anomalies: [Int] = []) -> Plot {
    var plot = Plot(
      title: "likes", times: values.indices.map { Timestamp(seconds: Int64($0) * 3_600) }, values: values)
    plot.anomalies = anomalies
    return plot
  }

  @Test("of a series mark its anomalies within the width")
  func plot() {
    let plot = Self.plot([1, 2, 1, 2, 9, 1, 2, 1], anomalies: [4])
    for width in [40, 80, 300] {
      let lines = PlotText(width: width, height: 8).render(plot).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width })
      #expect(lines.joined().contains("●"))
    }
  }

  @Test(
    "of awkward series do not fail",
    arguments: [
      [], [5], [3, 3, 3], [.nan, .nan], [.infinity, 1, -.infinity], [1e300, -1e300, 0], [1e-300, 2e-300],
      [.nan, 1, .nan, 2],
    ] as [[Double]])
  func awkward(values: [Double]) {
    let plot = Self.plot(values, anomalies: values.isEmpty ? [] : [0])
    for ascii in [true, false] { #expect(PlotText(width: 50, height: 8, ascii: ascii).render(plot).contains("likes")) }
    #expect(!PlotText().render(plot).contains("nan"))
  }

  @Test("of ten thousand points keep every anomaly")
  func many() {
    let values = (0..<10_000).map { $0 == 7_777 ? 100.0 : Double($0 % 7) }
    let drawn = PlotText(width: 80, height: 10).render(Self.plot(values, anomalies: [7_777]))
    #expect(drawn.contains("●"))
  }
}
