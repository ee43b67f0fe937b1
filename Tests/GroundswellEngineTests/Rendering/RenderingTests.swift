import CivilTime
import Columnar
import GroundswellEngine
import Testing

@Suite("Renderings")
struct RenderingTests {
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
